"""Quantiles of a list of durations, named with their unit."""

from collections.abc import Sequence

# A percentile is given only if at least so many values are above it.  So the 99th
# percentile needs 300 values.
BEYOND = 3
LEVELS = {"p50": 0.50, "p90": 0.90, "p99": 0.99, "p99_9": 0.999}


def quantiles(name: str, seconds: Sequence[float]) -> dict[str, float]:
    """The highest value, and those levels for which there are enough values."""
    ordered = sorted(seconds)
    found = {
        f"{name}_{level}_seconds": ordered[
            min(len(ordered) - 1, int(at * len(ordered)))
        ]
        for level, at in LEVELS.items()
        if len(ordered) * (1 - at) >= BEYOND - 1e-9
    }
    if ordered:
        found[f"{name}_max_seconds"] = ordered[-1]
    return found | {f"{name}_count": float(len(ordered))}
