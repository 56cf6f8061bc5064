"""Whether samples fall into two groups, so that one number would describe neither.

The largest gap splits the ordered logs in two; they are two modes when both parts
hold a fifth of the samples and lie further apart than their own spread allows:
Ashman's D, the distance of the means over the root mean square of the deviations,
above `SEPARATION` (Ashman, Bird and Zepf, Astron. J. 108, 1994, call 2 a clean
separation for a mixture known to be one; cutting one normal sample at a gap gives
more, so the bar here was raised until of 1,000 such samples of each size from 16 up
at most 2 % were called two), and by more than a tenth.
"""

import math
from collections.abc import Sequence
from statistics import fmean, median, pvariance

SEPARATION = 5.0
LEAST_SHARE = 0.2
LEAST_SAMPLES = 16
LEAST_DISTANCE = math.log(1.1)  # closer modes do not change what a reader decides


def two_modes(values: Sequence[float]) -> tuple[float, float] | None:
    """The medians of the two groups, lower first, or None where there is one group."""
    if len(values) < LEAST_SAMPLES:
        return None
    logs = sorted(math.log(value) for value in values)
    least = max(2, math.ceil(len(logs) * LEAST_SHARE))
    cut = max(
        range(least, len(logs) - least + 1), key=lambda at: logs[at] - logs[at - 1]
    )
    lower, upper = logs[:cut], logs[cut:]
    distance = fmean(upper) - fmean(lower)
    spread = math.sqrt((pvariance(lower) + pvariance(upper)) / 2)
    if distance < LEAST_DISTANCE or distance < SEPARATION * spread:
        return None
    return math.exp(median(lower)), math.exp(median(upper))
