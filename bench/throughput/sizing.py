"""The number of operations in a window, and of windows in a sample.

A window needs enough operations: it must be long enough for the clock, and every worker
must get work.  But a disturbance of the machine lasts some tens of milliseconds.  A
window must be shorter than that, so that a disturbance affects windows of both sides.

Standard library only, because both the worker and the controller use it.
"""

import math
from collections.abc import Sequence
from statistics import fmean

from bench.pairs.catalogue import Pair

WINDOW_SECONDS = 0.010  # the time of a window, as the geometric mean over both sides
SHORTEST_SECONDS = 0.003  # the shortest time of a window of the faster side
# the time of a window that calibrates the cost of an operation
CALIBRATION_SECONDS = 0.030
# the time of all kept windows of a sample, as the mean over both sides
SAMPLE_SECONDS = 0.080
# The lowest and the highest number of kept windows.  One more window, before these, is
# discarded.  Only one is kept if a single window takes about SAMPLE_SECONDS.
KEPT_WINDOWS = (1, 8)


def least_operations(pair: Pair, workers: int) -> int:
    """The lowest number of operations of a pair, in all and for each worker."""
    return max(pair.least_operations, pair.least_each * workers)


def operations_for(costs: Sequence[float], least: int) -> int:
    """The operations of a window, from the seconds of an operation on each side.

    The number is chosen so that the geometric mean of the two windows takes
    WINDOW_SECONDS.  It is higher in two cases: the window of the faster side would be
    shorter than SHORTEST_SECONDS, or the number would be below `least`.
    """
    typical = math.exp(sum(map(math.log, costs)) / len(costs))
    wanted = max(WINDOW_SECONDS / typical, SHORTEST_SECONDS / min(costs))
    return max(least, math.ceil(wanted))


def windows_for(costs: Sequence[float], operations: int) -> int:
    """The number of windows of a sample, including the discarded one."""
    least, most = KEPT_WINDOWS
    kept = SAMPLE_SECONDS / (operations * fmean(costs))
    return 1 + min(most, max(least, round(kept)))
