"""The tree of schedules, searched depth first; each run begins at the root."""

from collections.abc import Sequence
from operator import attrgetter

from msgspec import Struct

from bench.correctness.engine.races import SharedPrefix
from bench.correctness.engine.scheduling import Scheduler
from bench.correctness.engine.transitions import Access, Worker

Footprint = list[Access]
Request = tuple[int, tuple[int, ...]]  # try one of these workers at that depth
NUMBER = attrgetter("number")


class Node(Struct, eq=False):
    """A state at which somebody was chosen."""

    enabled: list[int]
    chosen: int
    backtrack: set[int]
    settled: set[int]  # tried, or will be, or need not be
    sleep: dict[int, Footprint]  # to go now would change nothing
    done: dict[int, Footprint] = {}
    used: int = 0  # preemptions so far
    delegated: int = 0  # processes that search below it

    def pending(self) -> bool:
        """Whether there is more to try here than what is tried now."""
        return not self.backtrack <= {*self.done, *self.sleep, self.chosen}

    def add(self, worker: int) -> None:
        """See to it that a worker is tried here."""
        self.backtrack.add(worker)
        self.settled.add(worker)


class Tree:
    """Depth first over schedules, each run from the start."""

    any_conflict = False
    skipped = False  # whether a bound left something out

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.diverged = 0  # the step at which a run left the way of an earlier one
        self.nodes: list[Node] = []
        self.prefix = 0  # nodes that the run shares with an earlier one
        self.shared_prefix: SharedPrefix | None = None
        self.owned_from = 0  # nodes that belong to the process that gave this its share
        self.requests: set[Request] = set()  # to it

    def choose(self, kernel: Scheduler, enabled: list[Worker]) -> Worker | None:
        depth = len(kernel.choices)
        if depth >= len(self.nodes):
            return self.extend(kernel, enabled)
        node = self.nodes[depth]
        if list(map(NUMBER, enabled)) != node.enabled:
            self.diverged = depth + 1
            return None
        return enabled[node.enabled.index(node.chosen)]

    def extend(self, kernel: Scheduler, enabled: list[Worker]) -> Worker | None:
        raise NotImplementedError

    def advance(self, kernel: Scheduler) -> bool:
        """Go to the deepest state with something left to try."""
        choices = kernel.choices
        if self.diverged or len(choices) < len(self.nodes):
            self.diverged = self.diverged or len(choices) + 1
            return False
        while len(self.nodes) > self.owned_from:
            node = self.nodes[-1]
            if len(node.enabled) > 1:
                depth = len(self.nodes) - 1
                node.done[node.chosen] = choices[depth].accesses
                node.backtrack.difference_update(node.done, node.sleep)
                if node.backtrack:
                    node.chosen = min(node.backtrack)
                    self.prefix = depth
                    self.shared_prefix = SharedPrefix(
                        kernel.start,
                        kernel.transitions,
                        choices[depth].index,
                        kernel.accesses_by_object,
                    )
                    return True
                if node.delegated:
                    return False
            self.nodes.pop()
        return False

    # --- Sharing with other processes (see `sharing`) ---------------------------------

    @property
    def stalled(self) -> bool:
        """Whether the tree has more, which others are at, when this has no more."""
        return len(self.nodes) > self.owned_from

    def node_to_share(self) -> Node | None:
        """The first state that has more to try than what is tried there now.

        What others were given must be below what this process keeps.
        """
        found = None
        for node in reversed(self.nodes[self.owned_from :]):
            if node.pending() and node is not self.nodes[-1]:
                found = node
            if node.delegated:
                break
        return found

    def keep_below(self, node: Node) -> None:
        """Search what is left below a state; the rest is another process's."""
        self.owned_from = self.nodes.index(node) + 1
        self.requests = set()

    def delegate(self, node: Node, kernel: Scheduler) -> None:
        """Go on with what comes next at a state."""
        node.delegated += 1
        del self.nodes[self.nodes.index(node) + 1 :]
        self.advance(kernel)

    def request(self, depth: int, workers: Sequence[int]) -> None:
        """See to it that one of these workers is tried in a state of this way."""
        if depth < self.owned_from:
            self.requests.add((depth, tuple(workers)))
            return
        node = self.nodes[depth]
        if node.settled.isdisjoint(workers):
            for worker in workers:
                if worker in node.enabled:
                    node.add(worker)
                    return
