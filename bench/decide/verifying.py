"""Runs the work in its candidates: blocks of fresh processes, windows in turns."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median
from time import monotonic
from typing import Any

from bench.decide.candidates import Candidate
from bench.decide.figures import Figures, Values, figures, rate
from bench.decide.judging import Ratio
from bench.decide.window_plans import (
    PROCESS_SECONDS,
    WARM_SECONDS,
    Task,
    specification,
)
from bench.throughput import reasons
from bench.throughput.inference import LEAST_BLOCKS, interval
from bench.throughput.launching import Launcher

# The numbers of blocks after which a clear ratio may end a run.  If the wishes alone
# decide, a run may end after any block.
LOOKS = (LEAST_BLOCKS, 9, 12, 18, 24)
# A round is calm if other processes did not disturb it.  If at least this many blocks
# have a calm round, the ratio is computed without the disturbed rounds.
LEAST_CALM = 3
KEPT_WINDOWS = 2  # windows of a process; one more, before them, does not count
# A round is disturbed if other processes used more cores than this in one of its
# windows.  A run is disturbed if the median over the windows of a candidate is higher.
DISTURBED_CORES = 0.3


@dataclass
class Runs:
    """The windows of all blocks so far, by candidate."""

    tasks: Sequence[Task]
    # windows by block and task
    blocks: list[list[list[Values]]] = field(default_factory=list)
    failures: dict[Candidate, str] = field(default_factory=dict)
    elapsed_seconds: float = 0.0
    kept: int = KEPT_WINDOWS

    @property
    def block_seconds(self) -> float:
        """Seconds of the next block: the mean so far; for the first, an estimate."""
        if self.blocks:
            return self.elapsed_seconds / len(self.blocks)
        windows = sum(one.seconds for one in self.tasks) * self.kept
        return windows + (WARM_SECONDS + PROCESS_SECONDS) * len(self.tasks)

    def figures(self) -> list[Figures]:
        """The figures of each candidate."""
        found = []
        for number, one in enumerate(self.tasks):
            windows = [window for block in self.blocks for window in block[number]]
            if one.candidate in self.failures:
                reason = self.failures[one.candidate]
                found.append(Figures(one.candidate, failure=reason))
            else:
                found.append(
                    figures(
                        one.candidate, windows, one.load,
                        saturated=one.saturated, every_job=one.every_job,
                    )
                )  # fmt: skip
        return found

    def ratio(self, left: int = 0, right: int = 1) -> Ratio | None:
        """The throughput of `right` over that of `left`, from rounds of each block."""
        rounds = self._rounds(left, right, calm=True)
        if sum(map(bool, rounds)) < LEAST_CALM:
            rounds = self._rounds(left, right, calm=False)
        values = [fmean(one) for one in rounds if one]
        if not values:
            return None
        found = interval(values)
        # Usually each block gives one value: the mean of its rounds.  If there are too
        # few blocks for an interval, each round gives a value.  That interval is less
        # exact, because two rounds of one block are less independent than two blocks.
        if found is None:
            values = [value for one in rounds for value in one]
            found = interval(values)
        low, high = (found.low, found.high) if found else (-math.inf, math.inf)
        return Ratio(
            math.exp(median(values)),
            math.exp(low) if math.isfinite(low) else 0.0,
            math.exp(high) if math.isfinite(high) else math.inf,
            len(self.blocks),
        )

    def _rounds(self, left: int, right: int, *, calm: bool) -> list[list[float]]:
        """The log-ratios of the rounds of each block; with `calm`, of calm rounds only.

        If other processes compete for the cores, the figures favour threads.  The
        reason is that many threads are ready to run, but an event loop has only one
        thread.  So the system gives the threads more of the cores.
        """

        def counts(window: Values) -> bool:
            return not calm or window.get("other_cores", 0.0) <= DISTURBED_CORES

        return [
            [
                math.log(self._rate(right, theirs) / self._rate(left, ours))
                for ours, theirs in zip(block[left], block[right], strict=False)
                if counts(ours)
                and counts(theirs)
                # A process that never got a core shows nothing about its model.
                and self._rate(right, theirs) > 0
                and self._rate(left, ours) > 0
            ]
            for block in self.blocks
        ]

    def _rate(self, number: int, window: Values) -> float:
        return rate(window, saturated=self.tasks[number].saturated)


def run(
    tasks: Sequence[Task],
    launcher: Launcher,
    seconds: float,
    enough: Callable[[Runs], bool],
    most_blocks: int = LOOKS[-1],
    kept: int = KEPT_WINDOWS,
    clock: Callable[[], float] = monotonic,
) -> Runs:
    """Take blocks until `enough` is true, or until time or `most_blocks` is used up.

    A block is not begun if it would take longer than the rest of the seconds.  Only the
    first block is always taken, because without it there is no answer.
    """
    runs = Runs(tasks, kept=kept)
    start = clock()
    while len(runs.blocks) < most_blocks:
        left = seconds - (clock() - start)
        if runs.blocks and runs.block_seconds > left:
            break
        block = take_block(tasks, launcher, kept, runs.failures)
        runs.blocks.append(block)
        runs.elapsed_seconds = clock() - start
        if runs.failures or enough(runs):
            break
    return runs


def take_block(
    tasks: Sequence[Task],
    launcher: Launcher,
    kept: int,
    failures: dict[Candidate, str],
) -> list[list[Values]]:
    """The kept windows of one block, by task; each task has a fresh process."""
    specs = [specification(one, kept) for one in tasks]
    block = []
    for one, reading in zip(tasks, launcher.readings(specs), strict=True):
        windows = [turn["values"] for turn in reading.turns]
        if reading.status != "ok":
            failures[one.candidate] = reasons.told(reading.status, reading.reason)
        block.append(windows[1:])
    return block


def probe(
    launcher: Launcher, name: str, function: str, executable: str, **options: Any
) -> Mapping[str, float]:
    """The values of a probe of the throughput lens; empty if the probe fails."""
    spec = {
        "executable": executable,
        "probe": name,
        "function": function,
        "loop": "asyncio",
        "eager": False,
        "options": options,
        "limit_seconds": 20.0,
    }
    [reading] = launcher.readings([spec])
    values: Mapping[str, float] = reading.result.get("values", {})
    return values


def disturbed(found: Iterable[Figures]) -> float:
    """The highest number of cores that other processes used during these figures."""
    return max((one.other_cores for one in found), default=0.0)
