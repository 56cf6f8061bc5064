"""Samples as pyperf's JSON, which `pyperf compare_to` and `pyperf stats` read."""

from typing import Any

import msgspec

from bench.errors import CannotRunError
from bench.records.models import Model
from bench.records.runs import Results
from bench.records.samples import Sample
from bench.records.workload import key


def as_pyperf(results: Results, model: Model | None = None) -> str:
    """The samples as pyperf's JSON: seconds for one operation, a run for each process.

    With a model, only its samples, and benchmarks named without it: then
    `pyperf compare_to threads.json asyncio.json` compares the two.  Raises
    CannotRunError when no sample has a figure.
    """
    groups: dict[str, list[Sample]] = {}
    for sample in results.samples:
        if sample.status == "ok" and model in (None, sample.subject.model):
            groups.setdefault(benchmark_name(sample, model), []).append(sample)
    if not groups:
        raise CannotRunError(
            "no sample to export"
            + (f" for {model}" if model else "")
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


def benchmark_name(sample: Sample, model: Model | None) -> str:
    """The name of a benchmark; without the model when one was asked for."""
    where = key(sample.workload)
    if model:
        return f"{sample.subject.pair} [{where}]"
    return (
        f"{sample.subject.pair} [{where}] "
        f"{sample.subject.model} ({sample.subject.runtime.label})"
    )


def _run(sample: Sample) -> dict[str, Any]:
    """A sample as a run in the terms of pyperf: the discarded window is its warm-up."""
    warmup, *values = sample.windows
    return {
        "metadata": {
            "loops": sample.workload.operations,
            "python_version": sample.subject.runtime.python,
            "tva_model": sample.subject.model,
            "tva_block": sample.block,
        },
        "warmups": [[sample.workload.operations, warmup]],
        "values": values,
    }
