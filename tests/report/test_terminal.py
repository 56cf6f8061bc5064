"""The tables of `run` in the terminal: every column, with what a row has in it."""

import io

import pytest
from rich.console import Console

from bench.report.terminal import summary
from tests.report.sample_results import rich

WIDTH = 140  # wide enough for every column and for the drawn interval
TABLES = {  # title -> the columns, and the row of a pair
    "Correctness": (
        ["pair", "schedules of threads", "schedules of asyncio", "counter-examples"],
        ["url_fetch", "all 206 hold, 1 cut", "all 37 hold", "-"],
    ),
    "Is each lock needed?": (
        ["pair", "lock", "in threads", "in asyncio"],
        ["condition", "not_empty", "undecided", "changes 4 of 12 ends"],
    ),
    "Throughput of asyncio over threads: Python 3.11.7, all cores": (
        ["pair", "workload", "ratio", "interval", "threads", "1", "asyncio", "verdict"],
        ["event", "2 workers", "5.00×", "4.17 to 6.00×", "│", "●", "asyncio faster"],
    ),
    "Code shape": (
        ["pair", "lines of code", "rows that differ", "suspension points", "async def"],
        ["condition", "40 and 40", "21 of 21", "9", "5 of 6"],
    ),
}


def cells(line):
    """The parts of a line between which there are at least two spaces."""
    return [part.strip() for part in line.split("  ") if part.strip()]


@pytest.mark.parametrize(("title", "expected"), TABLES.items(), ids=TABLES)
def test_each_table_of_the_terminal_has_these_columns(title, expected):
    """A column that is added, moved or lost changes what a reader compares."""
    console = Console(file=io.StringIO(), width=WIDTH, force_terminal=False)
    summary.show(rich(), console)
    lines = console.file.getvalue().splitlines()
    table = lines[lines.index(title) + 1 :]
    head, row = expected

    assert cells(table[0]) == head
    assert row in [cells(line) for line in table]
