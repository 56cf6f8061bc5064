"""The tree of schedules, searched depth first; each run begins at the root.

A node is a state in which one of the enabled workers was chosen.  Its children are the
states after each choice.  The search stores only the nodes of one path.
"""

from collections.abc import Sequence
from operator import attrgetter

from msgspec import Struct

from bench.correctness.engine.races import SharedPrefix
from bench.correctness.engine.scheduling import Scheduler
from bench.correctness.engine.transitions import Access, Worker

Footprint = list[Access]  # the accesses of a transition
Request = tuple[int, tuple[int, ...]]  # choose one of these workers at that depth
NUMBER = attrgetter("number")


class Node(Struct, eq=False):
    """A state, and the choice made in it.  Workers are identified by their numbers."""

    enabled: list[int]
    chosen: int
    backtrack: set[int]  # workers to choose here, in this run or a later run
    settled: set[int]  # chosen, asleep or in `backtrack`: such workers are not added
    sleep: dict[int, Footprint]  # the sleep set: these choices lead to nothing new
    done: dict[int, Footprint] = {}  # earlier choices, explored or delegated
    used: int = 0  # preemptions on the path to this node
    delegated: int = 0  # how many processes search below this node

    def pending(self) -> bool:
        """Whether another choice is left besides the present one."""
        return not self.backtrack <= {*self.done, *self.sleep, self.chosen}

    def add(self, worker: int) -> None:
        """Add a worker to the backtrack set."""
        self.backtrack.add(worker)
        self.settled.add(worker)


class Tree:
    """Depth-first search: choose in a run, learn from it, then backtrack."""

    any_conflict = False  # see Kernel.begin
    samples = False
    skipped = False  # whether a bound on preemptions left schedules out

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Forget the tree, because other scheduling points make another tree."""
        self.diverged = 0  # the choice at which a run differed from an earlier run
        self.nodes: list[Node] = []
        self.prefix = 0  # how many nodes of the next run are already known
        self.shared_prefix: SharedPrefix | None = None
        self.owned_from = 0  # the nodes before this one belong to the parent process
        self.requests: set[Request] = set()  # requests to the parent process

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
        """Choose in a new state and add its node; None if there is no choice."""
        raise NotImplementedError

    def advance(self, kernel: Scheduler) -> bool:
        """Backtrack to the deepest node with a choice left; False if there is none.

        The search does not backtrack past a node below which another process still
        searches: if this node has no choice left, return False.  Also return False if
        the run differed from an earlier run.
        """
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
        """Whether some nodes are left, and only other processes still search them."""
        return len(self.nodes) > self.owned_from

    def node_to_share(self) -> Node | None:
        """A node with another choice left, as near to the root as possible, or None.

        A child gets what is below the present choice of this node.  The parent then
        drops all nodes below this node.  But it must keep each node below which another
        child already searches.  So no node above such a node can be shared.  The last
        node cannot be shared either, because there are no nodes below it.
        """
        found = None
        for node in reversed(self.nodes[self.owned_from :]):
            if node.pending() and node is not self.nodes[-1]:
                found = node
            if node.delegated:
                break
        return found

    def keep_below(self, node: Node) -> None:
        """In a child: search only below a node; the rest belongs to the parent."""
        self.owned_from = self.nodes.index(node) + 1
        self.requests = set()

    def delegate(self, node: Node, kernel: Scheduler) -> None:
        """In the parent: leave what is below a node to a child, and backtrack."""
        node.delegated += 1
        del self.nodes[self.nodes.index(node) + 1 :]
        self.advance(kernel)

    def request(self, depth: int, workers: Sequence[int]) -> None:
        """Let one of these workers be chosen at that depth of the present path.

        Do nothing if one of them is already settled there.  If the node belongs to
        another process, store the request for that process.
        """
        if depth < self.owned_from:
            self.requests.add((depth, tuple(workers)))
            return
        node = self.nodes[depth]
        if node.settled.isdisjoint(workers):
            for worker in workers:
                if worker in node.enabled:
                    node.add(worker)
                    return
