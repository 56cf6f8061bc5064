"""A test of the method: on equal sides, and on a side slowed by a known factor.

Each trial is a complete measurement of a model against itself, as in `run`.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from bench.records.runs import Settings
from bench.records.samples import Sample
from bench.records.subjects import Runtime
from bench.throughput import inference, neighbours, session
from bench.throughput.planning import JOBS, Plan, plan

SIDES = {"threads": 0, "asyncio": 1}
PAIR = "condition"
Surroundings = Callable[[int], AbstractContextManager[None]]


def quietly(_: int) -> AbstractContextManager[None]:
    """Run nothing beside the trial."""
    return nullcontext()


@dataclass(frozen=True)
class Trials:
    """A measurement whose true ratio is known, and which is repeated."""

    model: str
    seconds: float  # the budget of one trial
    slowed: float = 1.0
    pair: str = PAIR
    beside: str = ""  # the name of the program that runs beside the trial
    # makes a context, which is entered for each trial
    surroundings: Surroundings = quietly

    @property
    def title(self) -> str:
        what = f"slowed {(self.slowed - 1) * 100:.0f} %" if self.slowed > 1 else "A/A"
        of = f"{self.pair}, " if self.pair != PAIR else ""
        return f"{of}{self.model} {what}{', ' * bool(self.beside)}{self.beside}"

    @property
    def truth(self) -> float:
        """The log-ratio that an interval should contain."""
        return -math.log(self.slowed)


@dataclass(frozen=True)
class Found:
    """The result of one trial."""

    blocks: int
    interval: inference.Interval

    @property
    def half_width(self) -> float:
        return (self.interval.high - self.interval.low) / 2

    def covers(self, truth: float) -> bool:
        """Whether the interval contains this log-ratio."""
        return self.interval.low <= truth <= self.interval.high

    @property
    def is_beyond(self) -> bool:
        """Whether the whole interval is beyond 5 %: such a difference matters."""
        margin = math.log1p(inference.EQUIVALENT)
        return self.interval.low > margin or self.interval.high < -margin


@dataclass(frozen=True)
class Row:
    """The results of all trials of one kind; counts are out of `trials`."""

    title: str
    trials: int  # the number of trials that have an interval
    seconds: float
    blocks: float  # the mean number of blocks
    half_width: float  # of the log-ratio's interval; the median over the trials
    covered: int  # intervals that contain the true ratio
    # intervals that exclude equality; this is correct only if a side was slowed
    differs: int
    beyond: int  # intervals that are wholly beyond 5 %


def usual(seconds: float) -> list[Trials]:
    """The usual trials in both models: equal sides, and sides slowed by 2 % and 5 %."""
    return [
        Trials(model, seconds, slowed)
        for slowed in (1.0, 1.02, 1.05)
        for model in SIDES
    ]


def row(trials: Trials, sides: Sequence[Runtime], count: int, seed: int) -> Row:
    """Run the trials of one kind."""
    return summed(trials, list(take(trials, sides, count, seed)))


def summed(trials: Trials, results: Sequence[Found | None]) -> Row:
    """The row of the trials of one kind.

    A result is None if its trial has no interval; such a trial is not counted.
    """
    found = [one for one in results if one is not None]
    widths = sorted(one.half_width for one in found)
    return Row(
        title=trials.title,
        trials=len(found),
        seconds=trials.seconds,
        blocks=sum(one.blocks for one in found) / max(1, len(found)),
        half_width=widths[len(widths) // 2] if widths else math.inf,
        covered=sum(one.covers(trials.truth) for one in found),
        differs=sum(not one.covers(0.0) for one in found),
        beyond=sum(one.is_beyond for one in found),
    )


def take(
    trials: Trials, sides: Sequence[Runtime], count: int, seed: int
) -> Iterator[Found | None]:
    """The result of each trial; None if it has no interval."""
    for number in range(seed, seed + count):
        with trials.surroundings(number):
            yield trial(trials, sides, number)


def trial(trials: Trials, sides: Sequence[Runtime], seed: int) -> Found | None:
    """One measurement of one model against itself."""
    settings = Settings(
        runtimes=tuple(sides),
        against_itself=True,
        slowed=trials.slowed,
        half_width=0.0,  # never stop early, because the interval at the end is studied
        blocks_at_most=10_000,
        budget_seconds=trials.seconds,
        seed=seed,
        workers=(10,) if trials.pair == JOBS else (),
        cpu_shares=(0.0,) if trials.pair == JOBS else (),
    )
    whole = plan((trials.pair,), settings)
    chosen = Plan(whole.cases[SIDES[trials.model] :][:1], settings)
    samples: list[Sample] = []
    for _ in session.run(chosen, samples):
        pass
    kept = neighbours.quiet(samples)  # `compare` leaves out the same blocks
    ratios = inference.log_ratios(kept)
    found = inference.widened(inference.interval(ratios), neighbours.neighbours(kept))
    return Found(len(ratios), found) if found else None
