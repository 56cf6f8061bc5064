"""The search of every interleaving, with which tests compare the reduced search."""

from bench.correctness.engine.scheduling import Scheduler, default_choice
from bench.correctness.engine.transitions import Worker
from bench.correctness.search.tree import NUMBER, Node, Tree


class Exhaustive(Tree):
    """Runs every interleaving of scheduling points, or those with few preemptions."""

    any_conflict = True

    def __init__(self, preemptions: int | None = None) -> None:
        """`preemptions`: run schedules with at most this many; None for no bound."""
        self.preemptions = preemptions
        super().__init__()

    def extend(self, kernel: Scheduler, enabled: list[Worker]) -> Worker | None:
        within, used = enabled, 0
        if self.preemptions is not None:
            if self.nodes:
                used = self.nodes[-1].used + kernel.choices[-1].preempts
            left = self.preemptions - used
            within = [w for w in enabled if kernel.preemptions(w, enabled) <= left]
            self.skipped |= len(within) < len(enabled)
        first = default_choice(within, kernel.running)
        self.nodes.append(
            Node(
                enabled=list(map(NUMBER, enabled)),
                chosen=first.number,
                backtrack=set(map(NUMBER, within)),
                settled=set(),
                sleep={},
                used=used,
            )
        )
        return first

    def learn(self, kernel: Scheduler) -> bool:
        return self.advance(kernel)
