"""Dynamic partial-order reduction: one schedule of each kind."""

from bench.correctness.engine.races import apart
from bench.correctness.engine.scheduling import Turns, usual
from bench.correctness.engine.transitions import Event, Worker
from bench.correctness.search.tree import NUMBER, Footprint, Node, Tree


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
