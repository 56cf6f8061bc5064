"""How much time a run would need to decide more, estimated from its own blocks.

The width of an interval shrinks with the square root of the number of blocks.  A case
is decided if its interval does not contain the ratio 1, or contains only differences
that do not matter.
"""

import math
from collections.abc import Sequence

from bench.records.runs import Results, Settings
from bench.records.samples import Comparison

# as in `bench.throughput.inference`, which this package may not import
MATTERS = 0.05
LOOKS = (12, 24, 48)
LEAST_TIMES = 2  # the longer budget is at least so many times the present budget
BLOCK_SECONDS = 0.6  # the time of a usual block
MEASURING_SHARE = 0.5  # the part of a longer budget in which blocks are measured
STARTS = 1.5  # a block takes at most so many times the time of its windows


def budget(results: Results, comparisons: Sequence[Comparison]) -> float | None:
    """The budget that is enough for all comparisons that more blocks can decide.

    It is at least twice the present budget.  None if no more blocks would be measured:
    nothing is missing, or each undecided comparison has the most blocks of a run.
    """
    at_most = (results.run.settings or Settings()).blocks_at_most
    missing = [LOOKS[0]] * len(results.unmeasured)
    for one in comparisons:
        is_failed = one.failures and one.ratio is None
        if one.verdict == "undecided" and not is_failed and one.blocks < at_most:
            wanted = blocks(one, at_most)
            missing.append(wanted - one.blocks if wanted else 0)
    if not missing:
        return None
    spent = results.end.elapsed_seconds if results.end else 0.0
    present = max(results.run.budget_seconds, spent)
    more = present + sum(missing) * block_seconds(results) / MEASURING_SHARE
    return rounded_up(max(LEAST_TIMES * present, more))


def blocks(one: Comparison, at_most: int) -> int | None:
    """The blocks that an undecided comparison needs; None if it needs too many.

    A run may decide only after certain numbers of blocks.
    """
    needed = float(LOOKS[0])
    if one.low and one.high and one.ratio and one.blocks:
        middle, margin = abs(math.log(one.ratio)), math.log1p(MATTERS)
        half_width = math.log(one.high / one.low) / 2
        # The interval decides in two cases.  It excludes the ratio 1: its half-width is
        # below `middle`.  Or it contains only differences that do not matter: its
        # half-width is below `margin - middle`.
        least = max(middle, margin - middle)
        needed = one.blocks * (half_width / least) ** 2
    looks = [look for look in LOOKS if one.blocks < look <= at_most and look >= needed]
    return min(looks, default=None)


def block_seconds(results: Results) -> float:
    """The time of a block in this run, with the starts of its workers."""
    count = len({(one.case, one.block) for one in results.samples})
    windows = sum(one.elapsed_seconds for one in results.samples)
    return max(BLOCK_SECONDS, STARTS * windows / count if count else 0.0)


def rounded_up(seconds: float) -> float:
    """Two significant digits, not below the number: 187 becomes 190."""
    step = 10.0 ** max(0, math.floor(math.log10(max(seconds, 1.0))) - 1)
    return math.ceil(round(seconds / step, 6)) * step
