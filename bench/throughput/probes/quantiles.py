"""Quantiles of a list of durations, named with their unit."""

import math
from collections.abc import Sequence

# A percentile is given only if at least so many values are above it.  So the 99th
# percentile needs 300 values.
BEYOND = 3
LEVELS = {"p50": 0.50, "p90": 0.90, "p99": 0.99, "p99_9": 0.999}


def quantiles(name: str, seconds: Sequence[float]) -> dict[str, float]:
    """The highest value, and those levels for which there are enough values.

    The 50th percentile is the median: the mean of both middle values if the number of
    values is even.  Any other percentile, for example p99, is the lowest value for
    which at least 99 % of the values are equal or lower.
    """
    ordered = sorted(seconds)
    found = {
        f"{name}_{level}_seconds": _median(ordered)
        if level == "p50"
        else ordered[math.ceil(at * len(ordered) - 1e-9) - 1]
        for level, at in LEVELS.items()
        if len(ordered) * (1 - at) >= BEYOND - 1e-9
    }
    if ordered:
        found[f"{name}_max_seconds"] = ordered[-1]
    return found | {f"{name}_count": float(len(ordered))}


def _median(ordered: Sequence[float]) -> float:
    """The median; `statistics` would make the process of a probe larger."""
    lower, upper = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return lower + (upper - lower) / 2
