"""Dynamic partial-order reduction: one schedule of each equivalence class.

Two schedules are equivalent if they differ only in the order of transitions that do not
race.  Equivalent schedules end in the same state.
"""

from bench.correctness.engine.races import independent
from bench.correctness.engine.scheduling import Scheduler, default_choice
from bench.correctness.engine.transitions import Transition, Worker
from bench.correctness.search.tree import NUMBER, Footprint, Node, Tree


class SourceDpor(Tree):
    """The search that uses source sets for every race, and sleep sets.

    Abdulla, Aronis, Jonsson, Sagonas: Optimal dynamic partial order reduction, POPL
    2014, Algorithm 1.
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
        """Let some schedule run the later of two racing transitions before `earlier`.

        Consider this sequence: the transitions between the two that do not depend on
        `earlier`, and then the later transition.  An initial is a worker that can make
        the first transition of the sequence.  One initial is added to the backtrack set
        of the node where `earlier` was chosen.  No initial is added if an initial was
        chosen there, or is in the sleep set or in the backtrack set of the node.

        `beyond`: also consider initials that sleep, see `reverse_beyond`.
        """
        # Only the first transition of a worker is made without a choice.  It ends at
        # the worker's first scheduling point, and no access is recorded in it.
        assert earlier.depth >= 0, "a transition that was not chosen has no accesses"
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
        # An initial can be a timer that is not enabled at this node.  For example, the
        # timer of an operation is not enabled while the operation itself is enabled.
        # Then the worker that made the timer takes the timer's place.
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
        """Find races of a sleeping worker that this run may not show; reverse them.

        The worker sleeps because an earlier run chose it, at a node before this one.
        `footprint` is what its transition accessed in that run.  In this run the worker
        ran later, and perhaps it had to wait.  Then its transition may have accessed
        less than `footprint`, and may not show all races.  So `footprint` itself is
        compared with the transitions after `earlier`.  Let t be one of these
        transitions.  If t conflicts with `footprint` and does not depend on `earlier`,
        some schedule must run t before `earlier`.
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
