"""The number of operations in a window, and of windows in a sample.

There must be enough operations for the clock and for every worker.  There must not be
more, because a disturbance of some tens of milliseconds should affect the windows of
both sides equally.

Standard library only, because both the worker and the controller use it.
"""

import math
from collections.abc import Sequence
from statistics import fmean

from bench.pairs.catalogue import Pair

WINDOW_SECONDS = 0.010  # the geometric mean over both sides
SHORTEST_SECONDS = 0.003  # of the faster side
CALIBRATION_SECONDS = 0.030  # of a window that calibrates the cost of an operation
SAMPLE_SECONDS = 0.110  # of all kept windows of a sample, in the mean over both sides
KEPT_WINDOWS = (3, 11)  # lowest and highest number; one more, before them, is discarded


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
