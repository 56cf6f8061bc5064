"""Samples for other tools: pyperf's JSON and CSV."""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

import msgspec

from bench.errors import CannotRunError
from bench.records.models import Model
from bench.records.runs import Results
from bench.records.samples import Sample
from bench.records.workload import Workload, coordinates

SAMPLE_COLUMNS = (
    "case", "side", "block", "position", "status", "reason", "seconds_per_operation",
    "cpu_seconds_per_operation", "started", "elapsed_seconds",
)  # fmt: skip
RUNTIME_COLUMNS = ("python", "loop", "anyio", "eager", "carrier", "placement", "gil")


def pyperf(results: Results, model: Model | None = None) -> str:
    """The samples as pyperf's JSON: seconds for one operation, a run for a process.

    With a model, only its samples, and benchmarks named without it: then
    `pyperf compare_to threads.json asyncio.json` compares the two.
    """
    groups: dict[str, list[Sample]] = {}
    for sample in results.samples:
        if sample.status == "ok" and model in (None, sample.subject.model):
            groups.setdefault(benchmark_name(sample, model), []).append(sample)
    if not groups:
        raise CannotRunError(
            "no sample to export"
            + (f" for {model}" if model else "")
            + "; pyperf needs at least one, look at the run's failures"
        )
    machine = results.run.machine
    told = {
        "unit": "second",
        "cpu_model_name": machine.cpu,
        "cpu_count": machine.cores,
        "platform": f"{machine.system} {machine.kernel}".strip(),
    }
    suite = {
        "version": "1.0",
        "metadata": {name: value for name, value in told.items() if value},
        "benchmarks": [
            {"metadata": {"name": name}, "runs": [_pyperf_run(s) for s in samples]}
            for name, samples in groups.items()
        ],
    }
    return msgspec.json.encode(suite).decode()


def benchmark_name(sample: Sample, model: Model | None) -> str:
    """A name that the two models share when one was asked for."""
    where = " ".join(coordinates(sample.workload))
    if model:
        return f"{sample.subject.pair} [{where}]"
    return (
        f"{sample.subject.pair} [{where}] "
        f"{sample.subject.model} ({sample.subject.runtime.label})"
    )


def _pyperf_run(sample: Sample) -> dict[str, Any]:
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


def as_csv(samples: Sequence[Sample]) -> str:
    """A line a sample, failed ones too, with a header; units in the names."""
    measures = sorted({name for sample in samples for name in sample.measures})
    workload = [each.name for each in fields(Workload) if each.name != "origin"]
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(
        ["pair", "model", *RUNTIME_COLUMNS, *workload, *SAMPLE_COLUMNS, *measures]
    )
    for sample in samples:
        coordinates_ = asdict(sample.workload)
        table.writerow(
            [
                sample.subject.pair,
                sample.subject.model,
                *(getattr(sample.subject.runtime, name) for name in RUNTIME_COLUMNS),
                *(coordinates_[name] for name in workload),
                *(getattr(sample, name) for name in SAMPLE_COLUMNS),
                *(sample.measures.get(name) for name in measures),
            ]
        )
    return text.getvalue()
