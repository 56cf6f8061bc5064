"""Dynamic partial-order reduction: one schedule of each kind."""

from bench.correctness.engine.races import independent
from bench.correctness.engine.scheduling import Scheduler, default_choice
from bench.correctness.engine.transitions import Transition, Worker
from bench.correctness.search.tree import NUMBER, Footprint, Node, Tree


class SourceDpor(Tree):
    """One schedule of each kind: source sets over every race, and sleep sets.

    Abdulla, Aronis, Jonsson, Sagonas: Optimal dynamic partial order reduction,
    POPL 2014, Algorithm 1.
    """

    def extend(self, kernel: Scheduler, enabled: list[Worker]) -> Worker | None:
        sleep: dict[int, Footprint] = {}
        if self.nodes:
            last = self.nodes[-1]
            made = kernel.choices[-1].accesses
            if last.sleep or last.done:
                asleep = {**last.sleep, **last.done}
                sleep = {
                    number: footprint
                    for number, footprint in asleep.items()
                    if number != last.chosen and independent(footprint, made)
                }
        awake = enabled
        if sleep:
            awake = [worker for worker in enabled if worker.number not in sleep]
            if not awake:
                return None
        first = default_choice(awake, kernel.running)
        self.nodes.append(
            Node(
                enabled=list(map(NUMBER, enabled)),
                chosen=first.number,
                backtrack=set(),
                settled={first.number, *sleep},
                sleep=sleep,
            )
        )
        return first

    def learn(self, kernel: Scheduler) -> bool:
        for transition in kernel.choices[self.prefix :]:
            for earlier in transition.races:
                self.reverse(
                    kernel,
                    earlier,
                    transition.index,
                    transition.worker,
                    transition.hb_clock,
                )
        for worker, earlier, end in kernel.blocked_races():
            self.reverse(kernel, earlier, end, worker, worker.hb_clock)
        return self.advance(kernel)

    def reverse(
        self,
        kernel: Scheduler,
        earlier: Transition,
        end: int,
        later: Worker,
        hb_clock: int,
        *,
        beyond: bool = True,
    ) -> None:
        """See to it that the later of two racing steps is tried before the earlier."""
        assert earlier.depth >= 0, "a step that nobody chose touches nothing"
        node = self.nodes[earlier.depth]
        settled = node.settled
        if settled.issuperset(node.enabled):
            return
        between = [
            transition
            for transition in kernel.transitions[earlier.index + 1 : end]
            if transition.depth >= 0 and not transition.hb_clock & earlier.hb_epoch
        ]
        epochs = 0
        for transition in between:
            epochs |= transition.hb_epoch
        first = [
            transition.worker
            for transition in between
            if transition.hb_clock & epochs == transition.hb_epoch
        ]
        if not hb_clock & epochs & ~earlier.hb_epoch:
            first.insert(0, later)
        # Where a timer cannot fire yet, the operation that it ends is possible.
        initials = [
            worker.owner
            if worker.owner >= 0 and worker.number not in node.enabled
            else worker.number
            for worker in first
        ]
        if settled.isdisjoint(initials):
            self.request(earlier.depth, initials)
        elif beyond:
            for number in node.sleep.keys() & set(initials):
                self.reverse_beyond(kernel, earlier, node.sleep[number], number)

    def reverse_beyond(
        self, kernel: Scheduler, earlier: Transition, footprint: Footprint, sleeper: int
    ) -> None:
        """Try before a step what a sleeper would race with, if it came before it.

        A task is asleep for what it did elsewhere.  Here it came later and did less,
        for it had to wait: what it would have raced with is not known by its step.
        """
        for transition in kernel.transitions[earlier.index + 1 :]:
            if (
                transition.depth >= 0
                and transition.worker.number != sleeper
                and not transition.hb_clock & earlier.hb_epoch
                and not independent(footprint, transition.accesses)
            ):
                self.reverse(
                    kernel,
                    earlier,
                    transition.index,
                    transition.worker,
                    transition.hb_clock,
                    beyond=False,
                )
