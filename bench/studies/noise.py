"""Does the method call equal things equal, and find a difference that is there?

    python -m bench.studies.noise [--quick] [--trials 40]

Each trial is a whole measurement of one side against itself, as `run` makes it:
A/A with a quiet machine and beside a process that computes and rests in turns, then
with one side slowed by a known factor.  A false alarm is an interval that lies wholly
beyond 5 %; the coverage is how often the interval holds the true ratio.
"""

import math
import multiprocessing
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import rich_click as click
from rich.console import Console
from rich.table import Table

from bench.model import Runtime, Sample, Settings
from bench.throughput import inference, runtimes, session
from bench.throughput.planning import Plan, plan

HOG_SECONDS = (0.5, 3.0)  # each turn of computing or resting, at random
SIDES = {"threads": 0, "asyncio": 1}


@dataclass(frozen=True)
class Trials:
    """One row: the same measurement again and again, its true ratio known."""

    model: str
    seconds: float  # for each trial
    slowed: float = 1.0
    is_hogged: bool = False

    @property
    def title(self) -> str:
        what = f"slowed {self.slowed - 1:.0%}" if self.slowed > 1 else "A/A"
        return f"{self.model} {what}{', hog' if self.is_hogged else ''}"


@dataclass(frozen=True)
class Found:
    """What one trial says."""

    blocks: int
    interval: inference.Interval

    @property
    def half_width(self) -> float:
        return (self.interval.high - self.interval.low) / 2

    def covers(self, truth: float) -> bool:
        return self.interval.low <= truth <= self.interval.high

    @property
    def is_different(self) -> bool:
        return not self.covers(0.0)

    @property
    def is_beyond(self) -> bool:
        """Wholly beyond 5 %: what a reader would act on."""
        margin = math.log1p(inference.EQUIVALENT)
        return self.interval.low > margin or self.interval.high < -margin


def rows(is_quick: bool) -> list[Trials]:
    """The study: every trial as long as the claim it is about."""
    seconds = 5.0 if is_quick else 20.0
    against_itself = [
        Trials(model, seconds, is_hogged=is_hogged)
        for is_hogged in (False, True)
        for model in SIDES
    ]
    effects = [
        Trials(model, 10.0 if slowed > 1.03 else (20.0 if is_quick else 60.0), slowed)
        for slowed in ((1.05,) if is_quick else (1.05, 1.02))
        for model in SIDES
    ]
    return against_itself + effects


def trial(row: Trials, sides: Sequence[Runtime], seed: int) -> Found | None:
    """One measurement of one side against itself; None without an interval."""
    settings = Settings(
        runtimes=tuple(sides),
        against_itself=True,
        slowed=row.slowed,
        half_width=0.0,  # the interval at the end of the time is what is studied
        blocks_at_most=10_000,
        budget_seconds=row.seconds,
        seed=seed,
    )
    whole = plan(("condition",), settings)
    chosen = Plan(whole.cases[SIDES[row.model] :][:1], settings)
    samples: list[Sample] = []
    for _ in session.run(chosen, samples):
        pass
    found = inference.interval(ratios := inference.log_ratios(samples))
    return Found(len(ratios), found) if found else None


@contextmanager
def hog(seed: int) -> Iterator[None]:
    """A process that computes and rests in turns while the block runs."""
    process = multiprocessing.get_context("spawn").Process(
        target=compute_and_rest, args=(seed,), daemon=True
    )
    process.start()
    try:
        yield
    finally:
        process.kill()
        process.join()


def compute_and_rest(seed: int) -> None:
    """Until killed: full speed, then idle, for random times."""
    drawn = random.Random(seed)
    while True:
        end = time.monotonic() + drawn.uniform(*HOG_SECONDS)
        while time.monotonic() < end:
            pass
        time.sleep(drawn.uniform(*HOG_SECONDS))


def summary(row: Trials, found: Sequence[Found]) -> list[str]:
    """The cells of a row."""
    truth = -math.log(row.slowed)
    widths = sorted(one.half_width for one in found)
    return [
        row.title,
        str(len(found)),
        f"{row.seconds:g} s",
        f"{sum(one.blocks for one in found) / len(found):.0f}",
        f"{widths[len(widths) // 2]:.1%}",
        f"{sum(one.covers(truth) for one in found)}/{len(found)}",
        f"{sum(one.is_different for one in found)}/{len(found)}",
        f"{sum(one.is_beyond for one in found)}/{len(found)}",
    ]


@click.command()
@click.option("--trials", type=click.IntRange(1), default=40, show_default=True)
@click.option("--quick", is_flag=True, help="Shorter trials, without the 2 % effect.")
@click.option("--only", help="Only rows whose title holds this.")
@click.option("--seed", type=int, default=0, show_default=True)
def main(trials: int, quick: bool, only: str | None, seed: int) -> None:
    """Measure the method: false alarms, coverage, width and power."""
    console = Console()
    errors = Console(stderr=True)
    sides = [
        side
        for side in runtimes.runtimes([runtimes.current()], ["asyncio"])
        if side.loop in (None, "asyncio")
    ]
    chosen = [row for row in rows(quick) if not only or only in row.title]
    seconds = sum(row.seconds for row in chosen) * trials
    errors.print(f"{len(chosen)} rows of {trials} trials: about {seconds / 60:.0f} min")
    table = Table("what", "trials", "time", "blocks", "half-width", "covered",
                  "differs", "by > 5 %", box=None)  # fmt: skip
    for row in chosen:
        found = []
        for number in range(trials):
            if row.is_hogged:
                with hog(seed + number):
                    found.append(trial(row, sides, seed + number))
            else:
                found.append(trial(row, sides, seed + number))
            errors.print(f"{row.title}: {number + 1} of {trials}", end="\r")
        table.add_row(*summary(row, [one for one in found if one is not None]))
        errors.print(table)
    console.print(table)


if __name__ == "__main__":
    main()
