"""The rows of the study of `decide`, and their table and summary."""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from rich.table import Table

from bench.decide.described.work import Work

SETTLED = math.log(1.05)  # with this half-width of the interval, no pair is added
DISTURBED_CORES = 0.3


@dataclass(frozen=True)
class Row:
    """One workload: the answer of `decide`, and the full measurement.

    `ratio` is the throughput of asyncio over that of threads in the full measurement;
    `low` and `high` are its interval.  `other_cores` is the number of cores that other
    processes used.
    """

    concurrency: int
    wait_seconds: float
    cpu_seconds: float
    without_gil: float
    verdict: str
    sure: bool
    predicted: tuple[float, float]  # jobs a second: threads, asyncio
    full: tuple[float, float]
    ratio: float  # from the full measurement
    low: float
    high: float
    other_cores: float
    # the ratio that `decide` measured itself, its interval, and its number of blocks
    said: tuple[float, float, float, int] | None = None

    @property
    def name(self) -> str:
        free = f", {self.without_gil:.0%} free" if self.without_gil else ""
        return (
            f"{self.concurrency} x ({self.wait_seconds * 1e3:g} + "
            f"{self.cpu_seconds * 1e3:g} ms{free})"
        )

    @property
    def errors(self) -> list[float]:
        """The errors of the predictions, as shares of the measured figures."""
        return [
            abs(said / seen - 1)
            for said, seen in zip(self.predicted, self.full, strict=True)
        ]

    @property
    def truth(self) -> str:
        """The verdict of the full measurement, from its ratio alone."""
        if abs(math.log(self.ratio)) <= math.log(1.05):
            return "either"
        return "asyncio" if self.ratio > 1 else "threads"

    @property
    def settled(self) -> bool:
        """Whether the full measurement became as narrow as wanted."""
        return math.log(self.high / self.low) / 2 <= SETTLED

    @property
    def clear(self) -> bool:
        """Whether the measurement shows clearly that one model is over 10 % faster.

        Either the whole interval is beyond 10 %, or the interval is narrow and the
        ratio is beyond 10 %.
        """
        whole = self.low > 1.1 or self.high < 1 / 1.1
        return whole or (self.settled and abs(math.log(self.ratio)) > math.log(1.1))

    @property
    def equal(self) -> bool:
        """Whether the ratio is within 3 % and its interval is narrow."""
        return self.settled and abs(math.log(self.ratio)) <= math.log(1.03)


def table(rows: Iterable[Row]) -> Table:
    """A line for each workload."""
    lines = Table(box=None, pad_edge=False)
    for name in ("at once x (wait + cpu)", "predicted t, a", "measured t, a", "error",
                 "ratio", "truth", "said", ""):  # fmt: skip
        lines.add_column(name, no_wrap=True)
    for one in rows:
        lines.add_row(
            one.name,
            ", ".join(f"{value:,.0f}" for value in one.predicted),
            ", ".join(f"{value:,.0f}" for value in one.full),
            ", ".join(f"{value:.0%}" for value in one.errors),
            f"{one.ratio:.2f} ({one.low:.2f}-{one.high:.2f})",
            one.truth,
            one.verdict + "?" * (not one.sure),
            ", ".join(_doubts(one)),
        )
    return lines


def _doubts(row: Row) -> list[str]:
    doubts = [] if row.settled else ["wide"]
    return doubts + ["disturbed"] * (row.other_cores > DISTURBED_CORES)


def summary(rows: Sequence[Row]) -> list[str]:
    """A summary of the rows in sentences."""
    errors = sorted(error for row in rows for error in row.errors)
    clear = [row for row in rows if row.clear]
    equal = [row for row in rows if row.equal]
    right = sum(row.verdict == row.truth for row in clear)
    either = sum(row.verdict == "either" for row in equal)
    within = sum(error <= 0.25 for error in errors)
    disturbed = sum(row.other_cores > DISTURBED_CORES for row in rows)
    wide = sum(not row.settled for row in rows)
    open_rows = sum(not row.settled and not row.clear for row in rows)
    return [
        f"predicted jobs/s: median error {median(errors):.0%}, "
        f"within 25 % in {within} of {len(errors)}",
        f"beyond 10 %: the verdict is right in {right} of {len(clear)}",
        f"within 3 %: the verdict is `either` in {either} of {len(equal)}",
        f"{len(rows)} workloads, {disturbed} disturbed by other processes",
        f"{wide} with an interval wider than 5 % either way; {open_rows} of these are "
        "not counted, because their true ratio is not known",
    ]


def kept(file: Path) -> list[Row]:
    """The rows of an interrupted study."""
    rows = []
    for line in file.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        pairs = {
            name: tuple(told[name])
            for name in ("predicted", "full", "said")
            if told.get(name) is not None
        }
        rows.append(Row(**{**told, **pairs}))
    return rows


def is_of(row: Row, work: Work) -> bool:
    """Whether the row is of this workload."""
    mine = (row.concurrency, row.wait_seconds, row.cpu_seconds, row.without_gil)
    return mine == (work.concurrency, work.wait_seconds, work.cpu_seconds,
                    work.without_gil)  # fmt: skip
