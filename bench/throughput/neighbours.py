"""The time that other programs took of the measured core, and its effect.

A window ends when its work is done, so other programs on its core make it longer.  If
one thread hands work to another, the other thread may have to wait until another
program gives the core back.  Tasks share one thread, so they hand over work without
such a wait.  So other programs slow threads more than tasks, and the ratio differs from
that of a quiet machine.

While all jobs wait, the core is free: other programs can use it and delay nothing.
This time should not be counted.  For some pairs, `least_seconds` computes how long an
average worker waits or computes in a window.  In the rest of the window, this worker is
ready but does not run.  So for these pairs, at most this rest is counted as the time of
other programs.

A block is quiet if other programs took at most QUIET of the core.  If there are enough
quiet blocks, the other blocks are left out.  If other programs took more than BUSY of
the core in the blocks that are used, there are two estimates: the measured ratio, and
the ratio after the time of other programs is subtracted.  The interval is then widened
so that it contains both estimates.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from bench.records.samples import Sample

# the name of the measure of a sample; a share of its time
TAKEN = "core_taken_by_others"
# The share of the core that other programs may take in a quiet block.  The share is
# computed from idle time, which the system counts in units of 10 ms.  A block is so
# short that these units are too coarse for a lower limit.
QUIET = 0.15
BUSY = 0.05  # the share in all blocks together above which an interval is widened
ENOUGH_BLOCKS = 12  # with this many quiet blocks, all others are left out
MOST = 0.95  # a higher share counts as this share


@dataclass(frozen=True)
class Neighbours:
    """The share of the core that other programs took, on the left and the right."""

    left: float
    right: float

    @property
    def are_busy(self) -> bool:
        """Whether other programs took so much that the interval is widened."""
        return max(self.left, self.right) > BUSY

    @property
    def log_shift(self) -> float:
        """What must be added to the log-ratio to remove the time of other programs."""
        return math.log1p(-self.left) - math.log1p(-self.right)


def noted(
    measures: Iterable[dict[str, float]], beside: Neighbours | None
) -> list[dict[str, float]]:
    """The measures of both sides, with the share that other programs took (`beside`).

    All other measures are medians over the samples of a side, but this share is a mean.
    The reason is that the mean decides whether the interval is widened (`are_busy`).  A
    report must show the number that was used for this decision.  If `beside` is None,
    the share is not known, and the measures are returned unchanged.
    """
    found = list(measures)
    if beside is None:
        return found
    shares = (beside.left, beside.right)
    return [one | {TAKEN: share} for one, share in zip(found, shares, strict=True)]


def quiet(samples: Sequence[Sample]) -> list[Sample]:
    """The samples of quiet blocks, if there are enough quiet blocks; else all samples.

    The result always contains the failed samples.
    """
    shares: dict[int, list[float]] = defaultdict(list)
    for one in samples:
        if one.status == "ok" and TAKEN in one.measures:
            shares[one.block].append(one.measures[TAKEN])
    calm = {block for block, found in shares.items() if fmean(found) <= QUIET}
    if len(calm) < ENOUGH_BLOCKS:
        return list(samples)
    return [one for one in samples if one.block in calm or one.status != "ok"]


def neighbours(samples: Iterable[Sample]) -> Neighbours | None:
    """The mean share that other programs took from each side; None if unknown."""
    sides: tuple[list[float], list[float]] = ([], [])
    for one in samples:
        if one.status == "ok" and TAKEN in one.measures:
            sides[one.side].append(one.measures[TAKEN])
    if not all(sides):
        return None
    left, right = (min(MOST, max(0.0, fmean(side))) for side in sides)
    return Neighbours(left, right)
