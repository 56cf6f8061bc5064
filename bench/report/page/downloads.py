"""The ledger and the table of samples as files inside the page."""

import base64
import gzip
from dataclasses import dataclass

import msgspec

from bench.exports.samples_csv import as_csv
from bench.records.runs import Results

LARGEST_PLAIN = 100_000  # bytes; a larger file is compressed
LARGEST = 700_000  # bytes after compression; a larger file is not in the page


@dataclass(frozen=True)
class Download:
    """A file that the reader can save; its bytes are in the link."""

    name: str
    holds: str  # a description of its contents
    link: str | None  # None if the file is too large


def downloads(results: Results) -> list[Download]:
    """The files of the page: all records as JSON lines, and the table of samples."""
    return [
        _download("ledger.jsonl", "every record, a line each", ledger(results)),
        _download("samples.csv", "every sample, a row each", as_csv(results.samples)),
    ]


def ledger(results: Results) -> str:
    """The records of a run, one JSON object a line, which `report` can read."""
    records = (
        results.run,
        *results.certificates,
        *results.locks,
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
