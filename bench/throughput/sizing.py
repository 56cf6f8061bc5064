"""How many operations a window has: enough for the clock and for every worker.

Standard library only: the worker calibrates with it, the controller decides with it.
"""

import math
from collections.abc import Sequence

from bench.pairs import Pair

WINDOW_SECONDS = 0.030  # of both sides, in the geometric mean
SHORTEST_SECONDS = 0.010  # of the faster side


def least_operations(pair: Pair, workers: int) -> int:
    """Two for each worker, or the late ones have nothing to do; and the pair's own."""
    return max(pair.least_operations, 2 * workers)


def operations_for(costs: Sequence[float], least: int) -> int:
    """The operations of a window, for both sides, from the seconds one takes on each.

    The geometric mean of the windows is WINDOW_SECONDS, the faster side's at least
    SHORTEST_SECONDS.
    """
    typical = math.exp(sum(map(math.log, costs)) / len(costs))
    wanted = max(WINDOW_SECONDS / typical, SHORTEST_SECONDS / min(costs))
    return max(least, math.ceil(wanted))
