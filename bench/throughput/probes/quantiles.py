"""Quantiles of a list of durations, named with their unit."""

from collections.abc import Sequence

# the number of values that must be above a level; so the 99th percentile needs 300
BEYOND = 3
LEVELS = {"p50": 0.50, "p90": 0.90, "p99": 0.99, "p99_9": 0.999}


def quantiles(name: str, seconds: Sequence[float]) -> dict[str, float]:
    """The levels that the count allows, and the highest value, by nearest rank."""
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
