"""The tree of schedules, searched depth first; each run begins at the root."""

from collections.abc import Sequence
from operator import attrgetter

from msgspec import Struct

from bench.correctness.engine.races import Trail
from bench.correctness.engine.scheduling import Turns
from bench.correctness.engine.transitions import Access, Worker

Footprint = list[Access]
Request = tuple[int, tuple[int, ...]]  # try one of these workers at that depth
NUMBER = attrgetter("number")


class Node(Struct, eq=False):
    """A state at which somebody was chosen."""

    enabled: list[int]
    chosen: int
    todo: set[int]
    covered: set[int]  # tried, or will be, or need not be
    sleep: dict[int, Footprint]  # to go now would change nothing
    done: dict[int, Footprint] = {}
    used: int = 0  # preemptions so far
    lent: int = 0  # processes that search below it

    def pending(self) -> bool:
        """Whether there is more to try here than what is tried now."""
        return not self.todo <= {*self.done, *self.sleep, self.chosen}

    def add(self, worker: int) -> None:
        """See to it that a worker is tried here."""
        self.todo.add(worker)
        self.covered.add(worker)


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
        self.trail: Trail | None = None
        self.floor = 0  # nodes that belong to the process that gave this its share
        self.requests: set[Request] = set()  # to it

    def choose(self, kernel: Turns, enabled: list[Worker]) -> Worker | None:
        depth = len(kernel.choices)
        if depth >= len(self.nodes):
            return self.extend(kernel, enabled)
        node = self.nodes[depth]
        if list(map(NUMBER, enabled)) != node.enabled:
            self.diverged = depth + 1
            return None
        return enabled[node.enabled.index(node.chosen)]

    def extend(self, kernel: Turns, enabled: list[Worker]) -> Worker | None:
        raise NotImplementedError

    def advance(self, kernel: Turns) -> bool:
        """Go to the deepest state with something left to try."""
        choices = kernel.choices
        if self.diverged or len(choices) < len(self.nodes):
            self.diverged = self.diverged or len(choices) + 1
            return False
        while len(self.nodes) > self.floor:
            node = self.nodes[-1]
            if len(node.enabled) > 1:
                depth = len(self.nodes) - 1
                node.done[node.chosen] = choices[depth].accesses
                node.todo.difference_update(node.done, node.sleep)
                if node.todo:
                    node.chosen = min(node.todo)
                    self.prefix = depth
                    self.trail = Trail(
                        kernel.start,
                        kernel.events,
                        choices[depth].index,
                        kernel.touched,
                    )
                    return True
                if node.lent:
                    return False
            self.nodes.pop()
        return False

    # --- Sharing with other processes (see `sharing`) ---------------------------------

    @property
    def stalled(self) -> bool:
        """Whether the tree has more, which others are at, when this has no more."""
        return len(self.nodes) > self.floor

    def fork_at(self) -> Node | None:
        """The first state that has more to try than what is tried there now.

        What others were given must be below what this process keeps.
        """
        found = None
        for node in reversed(self.nodes[self.floor :]):
            if node.pending() and node is not self.nodes[-1]:
                found = node
            if node.lent:
                break
        return found

    def stay_below(self, node: Node) -> None:
        """Search what is left below a state; the rest is another process's."""
        self.floor = self.nodes.index(node) + 1
        self.requests = set()

    def leave_to_another(self, node: Node, kernel: Turns) -> None:
        """Go on with what comes next at a state."""
        node.lent += 1
        del self.nodes[self.nodes.index(node) + 1 :]
        self.advance(kernel)

    def request(self, depth: int, workers: Sequence[int]) -> None:
        """See to it that one of these workers is tried in a state of this way."""
        if depth < self.floor:
            self.requests.add((depth, tuple(workers)))
            return
        node = self.nodes[depth]
        if node.covered.isdisjoint(workers):
            for worker in workers:
                if worker in node.enabled:
                    node.add(worker)
                    return
