"""The ledger and its figures as files inside the page."""

import base64
import gzip
from dataclasses import dataclass

import msgspec

from bench.exports.samples_csv import as_csv
from bench.records.runs import Results

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
        _download("samples.csv", "every sample, a row each", as_csv(results.samples)),
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


def _download(name: str, holds: str, text: str) -> Download:
    content, kind = text.encode("utf-8", "backslashreplace"), "text/plain"
    if len(content) > LARGEST_PLAIN:
        name, kind = f"{name}.gz", "application/gzip"
        content = gzip.compress(content, mtime=0)
    if len(content) > LARGEST:
        return Download(name=name, holds=holds, link=None)
    link = f"data:{kind};base64,{base64.b64encode(content).decode()}"
    return Download(name=name, holds=holds, link=link)
