"""How to explore."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """How to explore."""

    search: str = "dpor"
    order: str = "any"
    preemptions: int | None = None
    limit_schedules: int | None = None
    limit_seconds: float | None = 60.0
    seed: int = 0
    carrier: str = "greenlet"
    jobs: int | None = None  # processes at a time; None: as many as there are cores
    keep_going: bool = False  # go on after a failure, for a whole outcome table
    tick: Callable[[int, float], object] | None = None  # told of the progress
