"""Published results of other projects, measured again on this machine.

    python -m bench.studies.tables [--only WORD] [--repeats 7]

Each result is a ratio of two figures of one program.  Seconds of one machine do not
apply to another machine, but ratios do.  The ratio is measured here, and its interval
is widened by the tolerance of the row.  A row is "inside" if this interval contains the
published ratio.  If a row is outside, it says what differs: cores, version, client.
"""

import json
import math
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import rich_click as click
from rich.console import Console
from rich.table import Table

from bench.studies import tables_programs
from bench.throughput import runtimes
from bench.throughput.inference import interval
from bench.throughput.runtimes import Interpreter

LIMIT_SECONDS = 180.0
TOLERANCE = 0.10  # relative to a published ratio, if its row has no tolerance


@dataclass(frozen=True)
class Published:
    """One figure of a public table, as a ratio."""

    source: str
    what: str
    ratio: float
    program: str  # the name of a function in `tables_programs`
    over: tuple[str, ...]  # arguments for the upper figure
    under: tuple[str, ...]  # arguments for the lower figure
    differs: str  # the reason why it may be different on another machine
    oldest: tuple[int, int] = (3, 11)  # the oldest Python that can run it
    # the Python version of the upper figure, if the lower figure needs a newer Python
    older: tuple[int, int] | None = None
    tolerance: float = TOLERANCE


@dataclass(frozen=True)
class Row:
    """A published figure, and the figure here."""

    published: Published
    ratios: tuple[float, ...] = ()
    reason: str = ""  # the reason why it was not run
    python: str = ""

    @property
    def between(self) -> tuple[float, float] | None:
        if not self.ratios:
            return None
        found = interval([math.log(one) for one in self.ratios])
        if found is None:
            return min(self.ratios), max(self.ratios)
        return math.exp(found.low), math.exp(found.high)

    @property
    def inside(self) -> bool | None:
        """Whether the published figure is in the interval, with the tolerance."""
        if self.between is None:
            return None
        low, high = self.between
        told, off = self.published.ratio, 1 + self.published.tolerance
        return low <= told * off and high >= told / off


PUBLISHED = (
    *(
        Published(
            "async-runtimes-benchmarks 2024, Python 3.13",
            f"memory of {count:,} sleeping tasks over that of one",
            ratio,
            "memory_of_tasks",
            (str(count),),
            ("1",),
            "version, and the memory of the interpreter itself",
        )
        for count, ratio in ((10_000, 33.3 / 19.5), (100_000, 146.5 / 19.5))
    ),
    *(
        Published(
            "aiologic's documentation, thread start",
            f"{count} threads that each start {count}, over 100 that start 100",
            ratio,
            "square_of_threads",
            (str(count),),
            ("100",),
            "cores, and how long the system takes to start a thread",
            tolerance=0.25,
        )
        for count, ratio in ((200, 4.09), (300, 9.26))
    ),
    Published(
        "ztf-viewer 667, Python 3.14",
        "4 sleeping jobs, one after the other over 4 threads",
        3.98,
        "four_jobs",
        ("sleep", "1"),
        ("sleep", "4"),
        "nothing: it only waits",
        tolerance=0.05,
    ),
    Published(
        "ztf-viewer 667, Python 3.14",
        "4 jobs of pure Python, one after the other over 4 threads",
        0.98,
        "four_jobs",
        ("python", "1"),
        ("python", "4"),
        "cores that other processes use",
    ),
    Published(
        "rloop's benchmarks, Python 3.13",
        "echo of 1 KB over streams, asyncio over uvloop",
        13_588 / 13_011,
        "echo",
        ("asyncio",),
        ("uvloop",),
        "cores: client and server share 1 here, so streams cost more there",
        tolerance=0.25,
    ),
    Published(
        "krabarena, 20 at once, 8 ms, 500 requests, 24 CPUs",
        "threads over asyncio: requests against aiohttp there, urllib3 here",
        1.30,
        "fetches",
        ("threads",),
        ("asyncio",),
        "client (requests is built on urllib3), and 24 cores there",
    ),
    Published(
        "What's New in Python 3.12",
        "tasks that never wait: usual over eager",
        3.2,  # published as 2 to 5 times
        "tasks_that_return",
        ("usual",),
        ("eager",),
        "what a task does",
        oldest=(3, 12),
        tolerance=0.58,
    ),
    Published(
        "What's New in Python 3.12",
        "asyncio.current_task: Python 3.11 over 3.12",
        4.9,  # published as 4 to 6 times
        "current_task",
        (),
        (),
        "build flags of the two interpreters",
        oldest=(3, 12),
        older=(3, 11),
        tolerance=0.23,
    ),
)


def run(interpreter: Interpreter, program: str, arguments: Sequence[str]) -> float:
    """The figure of one run of a program, in a fresh process."""
    told = subprocess.run(
        [interpreter.executable, tables_programs.__file__, program, *arguments],
        capture_output=True, check=True, timeout=LIMIT_SECONDS, text=True,
    ).stdout  # fmt: skip
    return float(json.loads(told)["figure"])


def row(one: Published, found: Sequence[Interpreter], repeats: int) -> Row:
    """Run both figures in turns, `repeats` times."""
    new = [each for each in found if each.version[:2] >= one.oldest]
    if not new:
        needed = ".".join(map(str, one.oldest))
        return Row(one, reason=f"needs Python {needed} or newer; none was found")
    over = under = new[0]
    if one.older is not None:
        older = [each for each in found if each.version[:2] == one.older]
        if not older:
            return Row(one, reason=f"needs Python {one.older[0]}.{one.older[1]} too")
        over = older[0]
    ratios = []
    try:
        for _ in range(repeats):
            upper = run(over, one.program, one.over)
            ratios.append(upper / run(under, one.program, one.under))
    except (subprocess.SubprocessError, ValueError, KeyError) as problem:
        lines = str(getattr(problem, "stderr", "") or problem).strip().splitlines()
        return Row(one, reason=f"it did not run: {lines[-1] if lines else problem}")
    return Row(one, tuple(ratios), python=under.name)


def table(rows: Sequence[Row]) -> Table:
    """A line for each figure."""
    lines = Table(box=None, pad_edge=False)
    for name in ("published", "by", "here", "interval", ""):
        lines.add_column(name, overflow="fold")
    for one in rows:
        lines.add_row(
            f"{one.published.ratio:.2f}",
            f"{one.published.what} ({one.published.source})",
            f"{median(one.ratios):.2f}" if one.ratios else "-",
            "{:.2f} to {:.2f}".format(*one.between) if one.between else "-",
            told(one),
        )
    return lines


def told(one: Row) -> str:
    """ "inside", or the reason why not."""
    if one.reason:
        return one.reason
    if one.inside:
        return "inside"
    return f"outside; what differs: {one.published.differs}"


@click.command()
@click.option("--repeats", type=click.IntRange(1), default=7, show_default=True)
@click.option("--only", default="", help="Only figures whose text contains this.")
def main(repeats: int, only: str) -> None:
    """Measure published results again: each ratio is inside, or says what differs."""
    errors = Console(stderr=True, highlight=False)
    found = runtimes.discover()
    rows = []
    for one in PUBLISHED:
        if only in f"{one.what} {one.source}":
            errors.print(one.what)
            rows.append(row(one, found, repeats))
    Console(width=110, highlight=False).print(table(rows))
    inside = sum(bool(one.inside) for one in rows)
    click.echo(f"{inside} of {len(rows)} inside")


if __name__ == "__main__":
    main()
