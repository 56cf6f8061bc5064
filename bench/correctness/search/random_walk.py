"""Schedules drawn at random."""

import random

from bench.correctness.engine.races import SharedPrefix
from bench.correctness.engine.scheduling import Scheduler
from bench.correctness.engine.transitions import Worker


class RandomWalk:
    """Each choice is drawn at random, from a seed; the search never ends by itself."""

    any_conflict = True
    samples = True
    skipped = False
    diverged = 0
    shared_prefix: SharedPrefix | None = None

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self.runs = 0
        self.random = random.Random(seed)

    def choose(self, kernel: Scheduler, enabled: list[Worker]) -> Worker | None:
        return self.random.choice(enabled)

    def learn(self, kernel: Scheduler) -> bool:
        self.runs += 1
        self.random = random.Random(self.seed * 1_000_003 + self.runs)
        return True

    def restart(self) -> None:
        """Do nothing, because a walk does not depend on earlier walks."""
