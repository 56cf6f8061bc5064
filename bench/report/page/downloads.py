"""The ledger and its figures as files inside the page."""

import base64
import csv
import gzip
import io
from dataclasses import dataclass

import msgspec

from bench.records.runs import Results
from bench.records.samples import Sample

LARGEST_PLAIN = 100_000  # bytes; what is larger is carried packed
LARGEST = 700_000  # bytes packed; what is larger stays in the run's folder


@dataclass(frozen=True)
class Download:
    """A file the reader can save: a name, what it holds, and its bytes as a link."""

    name: str
    holds: str
    link: str | None  # None: too large to carry


def downloads(results: Results) -> list[Download]:
    """Every record of the run as JSON lines, and its samples as a table."""
    return [
        _download("ledger.jsonl", "every record, a line each", ledger(results)),
        _download("samples.csv", "every sample, a row each", table(results.samples)),
    ]


def ledger(results: Results) -> str:
    """The records of a run, one JSON object a line: `report` reads them again."""
    records = (
        results.run,
        *results.certificates,
        *results.shapes,
        *results.internals,
        *results.samples,
        *results.measurements,
        *([results.end] if results.end else []),
    )
    return "".join(msgspec.json.encode(record).decode() + "\n" for record in records)


def table(samples: tuple[Sample, ...]) -> str:
    """The samples as comma-separated values; measures in columns of their own."""
    measures = sorted({name for sample in samples for name in sample.measures})
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*(name for name, _ in _cells(None)), *measures])
    for sample in samples:
        figures = [sample.measures.get(name, "") for name in measures]
        writer.writerow([*(value for _, value in _cells(sample)), *figures])
    return out.getvalue()


def _cells(sample: Sample | None) -> list[tuple[str, object]]:
    """The columns of the table in order, with the values of a sample."""
    s = sample
    return [
        ("pair", s and _no_formula(s.subject.pair)),
        ("model", s and s.subject.model),
        ("runtime", s and s.subject.runtime.label),
        ("workers", s and s.workload.workers),
        ("operations", s and s.workload.operations),
        ("capacity", s and s.workload.capacity),
        ("wait_seconds", s and s.workload.wait_seconds),
        ("cpu_share", s and s.workload.cpu_share),
        ("body_bytes", s and s.workload.body_bytes),
        ("case", s and _no_formula(s.case)),
        ("block", s and s.block),
        ("side", s and s.side),
        ("position", s and s.position),
        ("status", s and s.status),
        ("reason", s and _no_formula(s.reason or "")),
        ("seconds_per_operation", s and s.seconds_per_operation),
        ("cpu_seconds_per_operation", s and s.cpu_seconds_per_operation),
        ("elapsed_seconds", s and s.elapsed_seconds),
    ]


def _no_formula(text: str) -> str:
    """Keep a spreadsheet from running a value that looks like a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text


def _download(name: str, holds: str, text: str) -> Download:
    content, kind = text.encode("utf-8", "backslashreplace"), "text/plain"
    if len(content) > LARGEST_PLAIN:
        name, kind = f"{name}.gz", "application/gzip"
        content = gzip.compress(content, mtime=0)
    if len(content) > LARGEST:
        return Download(name=name, holds=holds, link=None)
    link = f"data:{kind};base64,{base64.b64encode(content).decode()}"
    return Download(name=name, holds=holds, link=link)
