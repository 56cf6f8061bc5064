"""One run compared with another: which sides became faster or slower.

The blocks of the two runs were not interleaved, so no block has a ratio between the
runs.  Each block gives one log of seconds.  The estimate is the median of all
differences between a log from one run and a log from the other (Hodges and Lehmann,
Ann. Math. Statist. 34, 1963).  The interval comes from the exact distribution of the
Mann-Whitney count.

That interval does not allow for changes of the machine between the two runs.
Some sides have equal sources in both runs.  Their differences are noise: they show how
much the machine has changed.  So the intervals of all other sides are moved by the mean
of these differences and widened by their spread (`runs_apart`).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from statistics import fmean, median

from bench.records.samples import Comparison, Sample
from bench.throughput.inference import CONFIDENCE, Interval, against_itself, by_case

# Student's t, two-sided 95 %, for 1, 2, ... degrees of freedom.  The last value is used
# for more degrees of freedom, too.
STUDENT = (
    12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
    2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
)  # fmt: skip
LEAST_CONTROLS = 3  # sides with equal sources; fewer do not show enough of the noise


@dataclass(frozen=True)
class Change:
    """The change of one side of one case from the first run to the second."""

    case: str
    column: str  # the model, or the carrier if one is set
    runtime: str
    before: float | None  # operations per second
    after: float | None
    # `after` over `before`; if it is below 1, the side became slower
    ratio: float | None = None
    interval: Interval | None = None  # the interval of the ratio
    # whether the sources are equal, so that any change is noise
    is_same_code: bool = False
    failed: bool = False  # whether the side failed in the second run or version
    # whether the noise between two runs is known; if not, no change is a verdict
    is_noise_known: bool = True

    def is_worse(self, limit: float) -> bool:
        """Whether the side is certainly slower, and possibly by the limit or more.

        The side is worse if two conditions hold: the whole interval is below 1, and its
        lower end is at most 1 - limit.  This rule has two effects.  A side that is
        slower by exactly the limit counts as worse in nearly all runs.  A side that is
        equally fast in both versions hardly ever counts as worse.  Its whole interval
        may be below 1 by chance.  But the lower end of such an interval is rarely as
        low as 1 - limit.

        A side that failed in the second run, or has no figure there, is also worse.  A
        side with the same sources is never worse.
        """
        if self.is_same_code:
            return False
        if self.after is None:
            return self.failed or self.before is not None
        if self.interval is None:
            return False
        return self.interval.low <= 1 - limit and self.interval.high < 1

    def may_be_worse(self, limit: float) -> bool:
        """Whether the side may be slower by the limit, but is not certainly slower.

        Its interval contains both 1 and 1 - limit, so more blocks may decide it.
        """
        if self.is_same_code or self.after is None or self.interval is None:
            return False
        return self.interval.low <= 1 - limit < 1 <= self.interval.high

    @property
    def verdict(self) -> str:
        """The verdict in a word or two.

        It is "faster", "slower", "same code", "unknown" (too few blocks), "not judged"
        (the noise between the runs is unknown), "fails", "gone" (no figure) or "no
        change shown".
        """
        if self.is_same_code:
            return "same code"
        if self.after is None:
            if self.failed:
                return "fails"
            return "gone" if self.before is not None else "unknown"
        if self.interval is None:
            return "unknown"
        if not self.is_noise_known:
            return "not judged"
        if self.interval.high < 1:
            return "slower"
        return "faster" if self.interval.low > 1 else "no change shown"


@dataclass(frozen=True)
class Apart:
    """How far two runs differ in those sides whose code is equal in both.

    The figures are logs of ratios.
    """

    controls: int
    shift: float  # the mean difference
    # Half of the width of a 95 % interval: the interval in which the ratio of one more
    # side with equal code is expected.
    spread: float


def changes(before: Iterable[Sample], after: Iterable[Sample]) -> list[Change]:
    """A change for each side of each comparison that both runs have."""
    earlier, later = by_case(before), by_case(after)
    return [
        change(case, side, group, later[case])
        for case, group in earlier.items()
        if case in later and not against_itself(group)
        for side in sorted({sample.side for sample in group})
    ]


def of_comparisons(comparisons: Iterable[Comparison]) -> list[Change]:
    """The changes in a run whose blocks contain both versions of the code."""
    return [
        Change(
            case=one.case,
            column=one.models[1],
            runtime=one.asyncio.label,
            before=one.operations_per_second.get(one.models[0]),
            after=one.operations_per_second.get(one.models[1])
            if one.verdict != "wrong"
            else None,
            ratio=one.ratio,
            interval=Interval(one.low, one.high, one.confidence or CONFIDENCE)
            if one.low is not None and one.high is not None
            else None,
            failed=one.verdict == "wrong",
        )
        for one in comparisons
    ]


def runs_apart(found: Iterable[Change]) -> Apart | None:
    """How far the runs differ; None if too few sides have equal sources."""
    logs = [math.log(one.ratio) for one in found if one.is_same_code and one.ratio]
    if len(logs) < LEAST_CONTROLS:
        return None
    shift = fmean(logs)
    variance = sum((log - shift) ** 2 for log in logs) / (len(logs) - 1)
    student = STUDENT[min(len(logs) - 1, len(STUDENT)) - 1]
    return Apart(len(logs), shift, student * math.sqrt(variance * (1 + 1 / len(logs))))


def not_judged(found: Iterable[Change]) -> list[Change]:
    """The changes if the noise between the runs is unknown: figures, no verdicts."""
    return [replace(one, is_noise_known=False) for one in found]


def allowing(found: Iterable[Change], apart: Apart) -> list[Change]:
    """The changes with intervals that allow for the noise between the runs."""
    return [one if one.is_same_code else _allowing(one, apart) for one in found]


def _allowing(one: Change, apart: Apart) -> Change:
    if one.ratio is None or one.interval is None:
        return one
    low, high = (
        math.exp(math.log(end) - apart.shift + sign * apart.spread)
        for end, sign in ((one.interval.low, -1), (one.interval.high, 1))
    )
    return replace(
        one,
        ratio=math.exp(math.log(one.ratio) - apart.shift),
        interval=Interval(low, high, one.interval.confidence),
    )


def change(
    case: str, side: int, before: Sequence[Sample], after: Sequence[Sample]
) -> Change:
    """Compute the change of one side of a case from its samples."""
    subject = next(one.subject for one in before if one.side == side)
    hashes = [
        {one.subject.source_sha256 for one in run if one.side == side}
        for run in (before, after)
    ]
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
        is_same_code=hashes[0] == hashes[1] and len(hashes[0] - {""}) == 1,
        failed=any(one.side == side and one.status != "ok" for one in after),
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
    """The shift from old to new, with its interval; None if old or new is empty."""
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
    """How often each number of inversions occurs among all orders of two samples.

    `first` and `second` are the sizes of the samples.  An inversion is a pair of
    values, one from each sample, whose order is reversed.  Item k of the result is the
    number of orders with k inversions.  These numbers are the coefficients of the
    Gaussian binomial, computed factor by factor.
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
