"""The number of operations in a window, and of windows in a sample.

A window needs enough operations to be measured by the clock and to give work to every
worker.  But it must be shorter than a disturbance of some tens of milliseconds, so that
the disturbance affects windows of both sides.

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
# lowest and highest number of kept windows; one more, before them, is discarded; one
# window is kept if it takes SAMPLE_SECONDS alone
KEPT_WINDOWS = (1, 8)


def least_operations(pair: Pair, workers: int) -> int:
    """The lowest number of operations of a pair, in all and for each worker."""
    return max(pair.least_operations, pair.least_each * workers)


def operations_for(costs: Sequence[float], least: int) -> int:
    """The operations of a window, from the seconds of an operation on each side.

    The geometric mean of the windows is WINDOW_SECONDS. The window of the faster side
    takes at least SHORTEST_SECONDS.
    """
    typical = math.exp(sum(map(math.log, costs)) / len(costs))
    wanted = max(WINDOW_SECONDS / typical, SHORTEST_SECONDS / min(costs))
    return max(least, math.ceil(wanted))


def windows_for(costs: Sequence[float], operations: int) -> int:
    """The number of windows of a sample, including the discarded one."""
    least, most = KEPT_WINDOWS
    kept = SAMPLE_SECONDS / (operations * fmean(costs))
    return 1 + min(most, max(least, round(kept)))
