"""Samples as pyperf's JSON, which `pyperf compare_to` and `pyperf stats` read."""

from collections.abc import Iterator
from typing import Any

import msgspec

from bench.errors import CannotRunError
from bench.records.runs import Results
from bench.records.samples import Sample
from bench.records.workload import key

Groups = dict[str, list[Sample]]


def as_pyperf(results: Results, column: str | None = None) -> str:
    """The samples as pyperf's JSON: seconds for one operation, a run for each process.

    A benchmark has the samples of one model on one runtime at one workload.  With a
    column (a model or a carrier), only its samples, and a benchmark is named by the
    comparison it belongs to: then `pyperf compare_to threads.json asyncio.json`
    compares the two.  Raises CannotRunError when no sample has a figure.
    """
    groups: Groups = {}
    for name, sample in named(results.samples, column):
        if sample.status == "ok":
            groups.setdefault(name, []).append(sample)
    if not groups:
        raise CannotRunError(
            "no sample to export"
            + (f" for {column}" if column else "")
            + "; pyperf needs at least one, see the failures of the run"
        )
    machine = results.run.machine
    metadata = {
        "unit": "second",
        "cpu_model_name": machine.cpu,
        "cpu_count": machine.cores,
        "platform": f"{machine.system} {machine.kernel}".strip(),
    }
    suite = {
        "version": "1.0",
        "metadata": {name: value for name, value in metadata.items() if value},
        "benchmarks": [
            {"metadata": {"name": name}, "runs": [_run(sample) for sample in samples]}
            for name, samples in groups.items()
        ],
    }
    return msgspec.json.encode(suite).decode()


def named(
    samples: tuple[Sample, ...], column: str | None
) -> Iterator[tuple[str, Sample]]:
    """The name of the benchmark of each sample, without those of other columns.

    Of a side against itself only where nothing else was measured: its blocks are the
    noise floor, and would be mixed with those of a comparison.
    """
    sides: dict[str, dict[int, Sample]] = {}
    for one in samples:
        sides.setdefault(one.case, {}).setdefault(one.side, one)
    itself = {
        case: len(found) > 1 and found[0].subject == found[1].subject
        for case, found in sides.items()
    }
    for one in samples:
        if itself[one.case] and not all(itself.values()):
            continue
        if column is None:
            yield _by_runtime(one), one
        elif one.subject.column == column:
            yield _by_contest(one, sides[one.case]), one


def _by_runtime(sample: Sample) -> str:
    subject = sample.subject
    where = f"{subject.pair} [{key(sample.workload)}]"
    return f"{where} {subject.model} ({subject.runtime.label})"


def _by_contest(sample: Sample, sides: dict[int, Sample]) -> str:
    """The pair, the workload and the runtime that threads are compared with."""
    other = sides[max(sides)].subject.runtime
    return f"{sample.subject.pair} [{key(sample.workload)}] on {other.label}"


def _run(sample: Sample) -> dict[str, Any]:
    """A sample as a run in the terms of pyperf: the discarded window is its warm-up."""
    warmup, *values = sample.windows
    return {
        "metadata": {
            "loops": sample.workload.operations,
            "python_version": sample.subject.runtime.python,
            "tva_model": sample.subject.model,
            "tva_runtime": sample.subject.runtime.label,
            "tva_block": sample.block,
        },
        "warmups": [[sample.workload.operations, warmup]],
        "values": values,
    }
