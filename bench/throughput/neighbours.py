"""What other programs took of the core that was measured, and what it means.

A window ends when its work is done, so what others do on its core makes it longer.
Threads that hand over wait for the core at every hand-over, tasks in one thread do
not: neighbours then slow one side more than the other, and the ratio is not that of a
quiet machine.  Blocks in which others took more than QUIET of the core are left out
where enough quiet ones remain.  Otherwise the ratio that is left when the time of
others is taken out is a second estimate, and the interval is widened to hold both.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from bench.records.samples import Sample

TAKEN = "core_taken_by_others"  # the measure of a sample: a share of its time
QUIET = 0.15  # of a block; idle time, told in 10 ms, knows no smaller share of it
BUSY = 0.05  # of all blocks together, from which an interval is widened
ENOUGH_BLOCKS = 12  # quiet ones
MOST = 0.95  # a share that is believed


@dataclass(frozen=True)
class Neighbours:
    """What others took of the core, from the left side and from the right."""

    left: float
    right: float

    @property
    def are_busy(self) -> bool:
        """Whether they took so much that the interval is widened."""
        return max(self.left, self.right) > BUSY

    @property
    def log_shift(self) -> float:
        """What to add to the log-ratio to take the time of others out of it."""
        return math.log1p(-self.left) - math.log1p(-self.right)


def quiet(samples: Sequence[Sample]) -> list[Sample]:
    """The samples of quiet blocks, where these are enough; otherwise all."""
    shares: dict[int, list[float]] = defaultdict(list)
    for one in samples:
        if one.status == "ok" and TAKEN in one.measures:
            shares[one.block].append(one.measures[TAKEN])
    calm = {block for block, found in shares.items() if fmean(found) <= QUIET}
    if len(calm) < ENOUGH_BLOCKS:
        return list(samples)
    return [one for one in samples if one.block in calm or one.status != "ok"]


def neighbours(samples: Iterable[Sample]) -> Neighbours | None:
    """What others took from each side, on average; None where it is unknown."""
    sides: tuple[list[float], list[float]] = ([], [])
    for one in samples:
        if one.status == "ok" and TAKEN in one.measures:
            sides[one.side].append(one.measures[TAKEN])
    if not all(sides):
        return None
    left, right = (min(MOST, max(0.0, fmean(side))) for side in sides)
    return Neighbours(left, right)
