"""One run compared with another: which cases became faster or slower, by model.

The two runs were not interleaved, so there are no pairs to take ratios of: the
estimate is the median of all differences between the logs of one run and those of
the other (Hodges and Lehmann, Ann. Math. Statist. 34, 1963), the interval comes
from the exact distribution of the Mann-Whitney count.  A change of the machine
between the runs is part of the estimate, and no interval shows it.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from statistics import fmean, median

from bench.records.samples import Sample
from bench.throughput.inference import CONFIDENCE, Interval, against_itself, by_case


@dataclass(frozen=True)
class Change:
    """The change of one side of one case from the first run to the second."""

    case: str
    column: str  # the model, or the carrier where one is set
    runtime: str
    before: float | None  # operations per second
    after: float | None
    ratio: float | None = None  # after over before: below 1 is slower
    interval: Interval | None = None  # of the ratio

    def is_worse(self, limit: float) -> bool:
        """Whether it is slower by more than the limit, with its whole interval below 1.

        A side without a figure in the second run is worse too.
        """
        if self.after is None:
            return self.before is not None
        if self.ratio is None or self.interval is None:
            return False
        return self.ratio < 1 - limit and self.interval.high < 1


def changes(before: Iterable[Sample], after: Iterable[Sample]) -> list[Change]:
    """A change for each side of each comparison that both runs have."""
    earlier, later = by_case(before), by_case(after)
    return [
        change(case, side, group, later[case])
        for case, group in earlier.items()
        if case in later and not against_itself(group)
        for side in sorted({sample.side for sample in group})
    ]


def change(
    case: str, side: int, before: Sequence[Sample], after: Sequence[Sample]
) -> Change:
    """Compute the change of one side of a case from its samples."""
    subject = next(one.subject for one in before if one.side == side)
    old, new = logs(before, side), logs(after, side)
    shift = hodges_lehmann(old, new)
    return Change(
        case=case,
        column=subject.column,
        runtime=subject.runtime.label,
        before=math.exp(-median(old)) if old else None,
        after=math.exp(-median(new)) if new else None,
        ratio=math.exp(-shift[0]) if shift else None,
        interval=_as_ratio(shift[1]) if shift else None,
    )


def logs(samples: Iterable[Sample], side: int) -> list[float]:
    """The mean log of the seconds of an operation, for each block of one side."""
    blocks: dict[int, list[float]] = {}
    for sample in samples:
        if sample.side != side or sample.status != "ok":
            continue
        if sample.seconds_per_operation:
            value = math.log(sample.seconds_per_operation)
            blocks.setdefault(sample.block, []).append(value)
    return [fmean(values) for values in blocks.values()]


def hodges_lehmann(
    old: Sequence[float], new: Sequence[float], confidence: float = CONFIDENCE
) -> tuple[float, Interval | None] | None:
    """The shift from old to new with its interval; None when one of them is empty."""
    differences = sorted(late - early for early, late in product(old, new))
    if not differences:
        return None
    counts = mann_whitney(len(old), len(new))
    total, below, rank = sum(counts), 0, 0
    while 2 * (below + counts[rank]) <= (1 - confidence) * total:
        below += counts[rank]
        rank += 1
    found = None
    if rank:
        found = Interval(
            differences[rank - 1], differences[-rank], 1 - 2 * below / total
        )
    return median(differences), found


def mann_whitney(first: int, second: int) -> list[int]:
    """For each number of inversions, how many orders of two samples have it.

    The coefficients of the Gaussian binomial, multiplied out term by term.
    """
    counts = [1] + [0] * (first * second)
    for term in range(1, first + 1):
        for at in range(len(counts) - 1, second + term - 1, -1):
            counts[at] -= counts[at - second - term]
        for at in range(term, len(counts)):
            counts[at] += counts[at - term]
    return counts


def _as_ratio(found: Interval | None) -> Interval | None:
    if found is None:
        return None
    return Interval(math.exp(-found.high), math.exp(-found.low), found.confidence)
