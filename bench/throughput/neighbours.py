"""The time that other programs took of the measured core, and its effect.

A window ends when its work is done, so other programs on its core make it longer.
Threads that hand work over wait for the core at each hand-over.  Tasks in one thread do
not wait for it.  So other programs slow one side more than the other, and the ratio
differs from that of a quiet machine.  A block in which other programs took at most
QUIET of the core is quiet.  If there are enough quiet blocks, the others are left out.
Otherwise the ratio without the time of other programs is a second estimate, and the
interval is widened so that it contains both estimates.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from bench.records.samples import Sample

# the name of the measure of a sample; a share of its time
TAKEN = "core_taken_by_others"
# the share in a block; idle time has units of 10 ms, too coarse for a smaller share
QUIET = 0.15
BUSY = 0.05  # the share in all blocks together above which an interval is widened
ENOUGH_BLOCKS = 12  # this number of quiet blocks is enough
MOST = 0.95  # higher shares are replaced by this share


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
        """What to add to the log-ratio to remove the time of other programs."""
        return math.log1p(-self.left) - math.log1p(-self.right)


def quiet(samples: Sequence[Sample]) -> list[Sample]:
    """The samples of quiet blocks if there are enough; otherwise all samples."""
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
