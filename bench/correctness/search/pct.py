"""Probabilistic concurrency testing: random priorities, changed a few times."""

from bench.correctness.engine.scheduling import Scheduler
from bench.correctness.engine.transitions import Worker
from bench.correctness.search.random_walk import RandomWalk


class PriorityChanges(RandomWalk):
    """PCT: the enabled worker with the highest priority runs.

    The priorities are random.  At a few random moments of a run, the priority of the
    running worker becomes lower than all others.

    Burckhardt, Kothari, Musuvathi, Nagarakatte: A randomized scheduler with
    probabilistic guarantees of finding bugs, ASPLOS 2010.
    """

    def __init__(self, seed: int = 0, changes: int = 2) -> None:
        super().__init__(seed)
        self.changes = changes
        self.longest = 10
        self.begin_run()

    def begin_run(self) -> None:
        self.priorities: dict[int, float] = {}
        self.change_at = {
            self.random.randrange(self.longest) for _ in range(self.changes)
        }

    def choose(self, kernel: Scheduler, enabled: list[Worker]) -> Worker | None:
        depth = len(kernel.choices)
        priorities = self.priorities
        for worker in enabled:
            if worker.number not in priorities:
                priorities[worker.number] = 1 + self.random.random()
        if depth in self.change_at:
            priorities[kernel.running.number] = -depth
        return max(enabled, key=lambda worker: priorities[worker.number])

    def learn(self, kernel: Scheduler) -> bool:
        self.longest = max(self.longest, len(kernel.choices))
        super().learn(kernel)
        self.begin_run()
        return True
