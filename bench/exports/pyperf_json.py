"""Samples as JSON of pyperf, for `pyperf compare_to` and `pyperf stats`."""

from collections.abc import Iterator
from typing import Any

import msgspec

from bench.errors import CannotRunError
from bench.records.runs import Results
from bench.records.samples import Sample
from bench.records.workload import key

Groups = dict[str, list[Sample]]


def as_pyperf(results: Results, column: str | None = None) -> str:
    """Return samples as JSON of pyperf: seconds per operation, a run per process.

    A benchmark has the samples of one model, at one version of the code, on one runtime
    at one workload.  If a column is given (a model or a carrier), only the samples of
    that column are included.  The name of a benchmark is then that of its case, which
    contains both sides.  So the benchmarks of two columns have equal names, and `pyperf
    compare_to threads.json asyncio.json` compares them.  The metadata of a run
    name its model and its runtime.  Raises CannotRunError if no sample has a figure.
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
    """Return each sample of the column with the name of its benchmark.

    Samples of a side against itself show only the noise floor.  They are left out,
    because they must not be mixed with the samples of a comparison.  But if all samples
    are of this kind, they are included.
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
            yield one.case, one


def _by_runtime(sample: Sample) -> str:
    subject = sample.subject
    where = f"{subject.pair} [{key(sample.workload)}]"
    at = f" at {subject.version}" if subject.version else ""
    return f"{where} {subject.model}{at} ({subject.runtime.label})"


def _run(sample: Sample) -> dict[str, Any]:
    """Return a sample as a run of pyperf: the discarded window is its warm-up."""
    warmup, *values = sample.windows
    return {
        "metadata": {
            "loops": sample.workload.operations,
            "python_version": sample.subject.runtime.python,
            "tva_model": sample.subject.model,
            **(
                {"tva_version": sample.subject.version}
                if sample.subject.version
                else {}
            ),
            "tva_runtime": sample.subject.runtime.label,
            "tva_block": sample.block,
        },
        "warmups": [[sample.workload.operations, warmup]],
        "values": values,
    }
