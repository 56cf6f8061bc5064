"""How many operations a window has, and how many windows a sample.

Enough operations for the clock and for every worker; no more, because what slows a
machine for some tens of milliseconds must touch the windows of both sides alike.

Standard library only: the worker calibrates with it, the controller decides with it.
"""

import math
from collections.abc import Sequence
from statistics import fmean

from bench.pairs.catalogue import Pair

WINDOW_SECONDS = 0.010  # of both sides, in the geometric mean
SHORTEST_SECONDS = 0.003  # of the faster side
CALIBRATION_SECONDS = 0.030  # of a window that tells what an operation costs
SAMPLE_SECONDS = 0.110  # of a sample's kept windows together, in the mean of both sides
KEPT_WINDOWS = (3, 11)  # at least, at most; one before them is discarded


def least_operations(pair: Pair, workers: int) -> int:
    """What a pair asks for, at least: in all, and for each worker."""
    return max(pair.least_operations, pair.least_each * workers)


def operations_for(costs: Sequence[float], least: int) -> int:
    """The operations of a window, for both sides, from the seconds one takes on each.

    The geometric mean of the windows is WINDOW_SECONDS, the faster side's at least
    SHORTEST_SECONDS.
    """
    typical = math.exp(sum(map(math.log, costs)) / len(costs))
    wanted = max(WINDOW_SECONDS / typical, SHORTEST_SECONDS / min(costs))
    return max(least, math.ceil(wanted))


def windows_for(costs: Sequence[float], operations: int) -> int:
    """The windows of a sample, the discarded one included: the shorter, the more."""
    least, most = KEPT_WINDOWS
    kept = SAMPLE_SECONDS / (operations * fmean(costs))
    return 1 + min(most, max(least, round(kept)))
