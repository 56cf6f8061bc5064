"""Every interleaving: the oracle that the reduced search is compared with."""

from bench.correctness.engine.scheduling import Turns, usual
from bench.correctness.engine.transitions import Worker
from bench.correctness.search.tree import NUMBER, Node, Tree


class Brute(Tree):
    """Every interleaving of the points, or those with few enough preemptions."""

    any_conflict = True

    def __init__(self, preemptions: int | None = None) -> None:
        self.preemptions = preemptions
        super().__init__()

    def extend(self, kernel: Turns, enabled: list[Worker]) -> Worker | None:
        within, used = enabled, 0
        if self.preemptions is not None:
            if self.nodes:
                used = self.nodes[-1].used + kernel.choices[-1].preempts
            left = self.preemptions - used
            within = [w for w in enabled if kernel.preemptions(w, enabled) <= left]
            self.skipped |= len(within) < len(enabled)
        first = usual(within, kernel.running)
        self.nodes.append(
            Node(
                enabled=list(map(NUMBER, enabled)),
                chosen=first.number,
                todo=set(map(NUMBER, within)),
                covered=set(),
                sleep={},
                used=used,
            )
        )
        return first

    def learn(self, kernel: Turns) -> bool:
        return self.advance(kernel)
