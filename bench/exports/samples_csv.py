"""Samples as comma-separated values, for `export` and for the report."""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, fields

from bench.records.samples import Sample
from bench.records.workload import Workload

RUNTIME_COLUMNS = ("python", "loop", "anyio", "eager", "carrier", "placement", "gil")
WORKLOAD_COLUMNS = tuple(
    field.name for field in fields(Workload) if field.name != "origin"
)
SAMPLE_COLUMNS = (
    "case", "side", "block", "position", "status", "reason", "seconds_per_operation",
    "cpu_seconds_per_operation", "started", "elapsed_seconds",
)  # fmt: skip
COLUMNS = (
    "pair", "model", "runtime", *RUNTIME_COLUMNS, *WORKLOAD_COLUMNS, *SAMPLE_COLUMNS
)  # fmt: skip
# A spreadsheet runs a cell as a formula if its text begins with one of these (OWASP,
# "CSV Injection").
FORMULA_STARTS = (
    "=", "+", "-", "@", "\t", "\n",
    # the full-width forms of the first four
    "\uff1d", "\uff0b", "\uff0d", "\uff20",
)  # fmt: skip


def as_csv(samples: Sequence[Sample]) -> str:
    """Return a header and a row per sample, even failed ones; names end in units.

    After COLUMNS there is a column for each measure that any sample has.  If a measure
    has the same name as a column, for example `gil`, its column is named
    `measured_gil`.  An apostrophe precedes text that a spreadsheet would run as a
    formula.
    """
    measures = sorted({name for sample in samples for name in sample.measures})
    heads = [f"measured_{name}" if name in COLUMNS else name for name in measures]
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow([_harmless(name) for name in (*COLUMNS, *heads)])
    for sample in samples:
        workload = asdict(sample.workload)
        row = [
            sample.subject.pair,
            sample.subject.model,
            sample.subject.runtime.label,
            *(getattr(sample.subject.runtime, name) for name in RUNTIME_COLUMNS),
            *(workload[name] for name in WORKLOAD_COLUMNS),
            *(getattr(sample, name) for name in SAMPLE_COLUMNS),
            *(sample.measures.get(name) for name in measures),
        ]
        table.writerow([_harmless(value) for value in row])
    return text.getvalue()


def _harmless(value: object) -> object:
    """Return a value unchanged, or its text in a form that no spreadsheet runs.

    Carriage returns become line feeds, because the csv writer does not quote them, and
    a reader would end the row there.
    """
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
