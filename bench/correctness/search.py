"""Which schedule to run next: every one, one of each kind, or some at random."""

import random
from collections.abc import Sequence
from operator import attrgetter
from typing import Any, Protocol

from msgspec import Struct

from bench.correctness.races import Trail, apart
from bench.correctness.steps import Access, Event, Worker
from bench.correctness.turns import Turns

Footprint = list[Access]
Request = tuple[int, tuple[int, ...]]  # try one of these workers at that depth
NUMBER = attrgetter("number")


class Search(Protocol):
    """Chooses during a run, learns from it, and says whether there is more to do."""

    any_conflict: bool
    diverged: int
    trail: Trail | None

    def choose(self, kernel: Turns, enabled: list[Worker]) -> Worker | None: ...
    def learn(self, kernel: Turns) -> bool: ...
    def restart(self) -> None: ...


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


def usual(enabled: list[Worker], running: Worker) -> Worker:
    """Who goes on when nothing speaks against it: the same worker; timers last."""
    if running in enabled:
        return running
    for worker in enabled:
        if worker.fire is None:
            return worker
    return enabled[0]


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


class Reduced(Tree):
    """One schedule of each kind: source sets over every race, and sleep sets.

    Abdulla, Aronis, Jonsson, Sagonas: Optimal dynamic partial order reduction,
    POPL 2014, Algorithm 1.
    """

    def extend(self, kernel: Turns, enabled: list[Worker]) -> Worker | None:
        sleep: dict[int, Footprint] = {}
        if self.nodes:
            last = self.nodes[-1]
            made = kernel.choices[-1].accesses
            if last.sleep or last.done:
                asleep = {**last.sleep, **last.done}
                sleep = {
                    number: footprint
                    for number, footprint in asleep.items()
                    if number != last.chosen and apart(footprint, made)
                }
        awake = enabled
        if sleep:
            awake = [worker for worker in enabled if worker.number not in sleep]
            if not awake:
                return None
        first = usual(awake, kernel.running)
        self.nodes.append(
            Node(
                enabled=list(map(NUMBER, enabled)),
                chosen=first.number,
                todo=set(),
                covered={first.number, *sleep},
                sleep=sleep,
            )
        )
        return first

    def learn(self, kernel: Turns) -> bool:
        for event in kernel.choices[self.prefix :]:
            for earlier in event.races:
                self.reverse(kernel, earlier, event.index, event.worker, event.past)
        for worker, earlier, end in kernel.blocked_races():
            self.reverse(kernel, earlier, end, worker, worker.past)
        return self.advance(kernel)

    def reverse(
        self,
        kernel: Turns,
        earlier: Event,
        end: int,
        later: Worker,
        past: int,
        *,
        beyond: bool = True,
    ) -> None:
        """See to it that the later of two racing steps is tried before the earlier."""
        assert earlier.depth >= 0, "a step that nobody chose touches nothing"
        node = self.nodes[earlier.depth]
        covered = node.covered
        if covered.issuperset(node.enabled):
            return
        between = [
            event
            for event in kernel.events[earlier.index + 1 : end]
            if event.depth >= 0 and not event.past & earlier.bit
        ]
        bits = 0
        for event in between:
            bits |= event.bit
        first = [event.worker for event in between if event.past & bits == event.bit]
        if not past & bits & ~earlier.bit:
            first.insert(0, later)
        # Where a timer cannot fire yet, the operation that it ends is possible.
        initials = [
            worker.owner
            if worker.owner >= 0 and worker.number not in node.enabled
            else worker.number
            for worker in first
        ]
        if covered.isdisjoint(initials):
            self.request(earlier.depth, initials)
        elif beyond:
            for number in node.sleep.keys() & set(initials):
                self.reverse_beyond(kernel, earlier, node.sleep[number], number)

    def reverse_beyond(
        self, kernel: Turns, earlier: Event, footprint: Footprint, sleeper: int
    ) -> None:
        """Try before a step what a sleeper would race with, if it came before it.

        A task is asleep for what it did elsewhere.  Here it came later and did less,
        for it had to wait: what it would have raced with is not known by its step.
        """
        for event in kernel.events[earlier.index + 1 :]:
            if (
                event.depth >= 0
                and event.worker.number != sleeper
                and not event.past & earlier.bit
                and not apart(footprint, event.accesses)
            ):
                self.reverse(
                    kernel, earlier, event.index, event.worker, event.past, beyond=False
                )


class Sampled:
    """Schedules drawn at random from a seed; it never ends by itself."""

    any_conflict = True
    diverged = 0
    trail = None

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self.runs = 0
        self.random = random.Random(seed)

    def choose(self, kernel: Turns, enabled: list[Worker]) -> Worker | None:
        return self.random.choice(enabled)

    def learn(self, kernel: Turns) -> bool:
        self.runs += 1
        self.random = random.Random(self.seed * 1_000_003 + self.runs)
        return True

    def restart(self) -> None:
        """What was found so far holds for the schedules to come."""


class Prioritized(Sampled):
    """PCT: random priorities, lowered at a few random steps.

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

    def choose(self, kernel: Turns, enabled: list[Worker]) -> Worker | None:
        step = len(kernel.choices)
        priorities = self.priorities
        for worker in enabled:
            if worker.number not in priorities:
                priorities[worker.number] = 1 + self.random.random()
        if step in self.change_at:
            priorities[kernel.running.number] = -step
        return max(enabled, key=lambda worker: priorities[worker.number])

    def learn(self, kernel: Turns) -> bool:
        self.longest = max(self.longest, len(kernel.choices))
        super().learn(kernel)
        self.begin_run()
        return True


def search_named(name: str, *, seed: int, preemptions: int | None) -> Any:
    """The search a user asks for; a bound on preemptions needs every interleaving."""
    if preemptions is not None:
        return Brute(preemptions)
    if name == "brute":
        return Brute()
    if name == "random":
        return Sampled(seed)
    if name == "pct":
        return Prioritized(seed)
    return Reduced()
