"""The tree of schedules, searched depth first; each run begins at the root.

A node is a state in which a worker was chosen among the enabled ones; its children are
the states after each choice.  The search keeps the nodes of one path.
"""

from collections.abc import Sequence
from operator import attrgetter

from msgspec import Struct

from bench.correctness.engine.races import SharedPrefix
from bench.correctness.engine.scheduling import Scheduler
from bench.correctness.engine.transitions import Access, Worker

Footprint = list[Access]  # what a transition accessed
Request = tuple[int, tuple[int, ...]]  # choose one of these workers at that depth
NUMBER = attrgetter("number")


class Node(Struct, eq=False):
    """A state, and what was chosen in it.  Workers are known by their numbers."""

    enabled: list[int]
    chosen: int
    backtrack: set[int]  # to be chosen here, in this run or a later one
    settled: set[int]  # chosen, asleep or in the backtrack set: need not be added
    sleep: dict[int, Footprint]  # the sleep set: to choose one leads to nothing new
    done: dict[int, Footprint] = {}  # chosen by an earlier run, and all below explored
    used: int = 0  # preemptions on the way here
    delegated: int = 0  # processes that search below it

    def pending(self) -> bool:
        """Whether there is more to choose here than what is chosen now."""
        return not self.backtrack <= {*self.done, *self.sleep, self.chosen}

    def add(self, worker: int) -> None:
        """Add a worker to the backtrack set."""
        self.backtrack.add(worker)
        self.settled.add(worker)


class Tree:
    """Depth-first search: choose in a run, learn from it, then backtrack."""

    any_conflict = False  # see Kernel.begin
    samples = False
    skipped = False  # whether a bound left schedules out

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Forget the tree: with other scheduling points it is another one."""
        self.diverged = 0  # the choice at which a run differed from an earlier one
        self.nodes: list[Node] = []
        self.prefix = 0  # nodes that the run shares with an earlier one
        self.shared_prefix: SharedPrefix | None = None
        self.owned_from = 0  # nodes before it belong to the parent process
        self.requests: set[Request] = set()  # to the parent process

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
        """Choose in a state that is new, and add its node; None: nothing to choose."""
        raise NotImplementedError

    def advance(self, kernel: Scheduler) -> bool:
        """Backtrack to the deepest node with something left; False if there is none."""
        choices, nodes = kernel.choices, self.nodes
        if self.diverged or len(choices) < len(nodes):
            self.diverged = self.diverged or len(choices) + 1
            return False
        while len(nodes) > self.owned_from:
            node = nodes[-1]
            if (node.backtrack or node.delegated) and len(node.enabled) > 1:
                depth = len(nodes) - 1
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
            nodes.pop()
        return False

    # --- Sharing with other processes (see `forked_search`) ---------------------------

    @property
    def stalled(self) -> bool:
        """Whether only other processes have parts of the tree left to search."""
        return len(self.nodes) > self.owned_from

    def node_to_share(self) -> Node | None:
        """The node nearest to the root that has another choice left; None if none has.

        A child takes what is below its present choice.  A node above one with a child
        at work is not returned: the parent drops all nodes below one that it shares.
        """
        found = None
        for node in reversed(self.nodes[self.owned_from :]):
            if node.pending() and node is not self.nodes[-1]:
                found = node
            if node.delegated:
                break
        return found

    def keep_below(self, node: Node) -> None:
        """In a child: search what is left below a node; the rest is the parent's."""
        self.owned_from = self.nodes.index(node) + 1
        self.requests = set()

    def delegate(self, node: Node, kernel: Scheduler) -> None:
        """In the parent: leave what is below a node to a child, and backtrack."""
        node.delegated += 1
        del self.nodes[self.nodes.index(node) + 1 :]
        self.advance(kernel)

    def request(self, depth: int, workers: Sequence[int]) -> None:
        """Have one of these workers chosen at that depth of the present path."""
        if depth < self.owned_from:
            self.requests.add((depth, tuple(workers)))
            return
        node = self.nodes[depth]
        if node.settled.isdisjoint(workers):
            for worker in workers:
                if worker in node.enabled:
                    node.add(worker)
                    return
