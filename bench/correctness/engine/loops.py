"""Loops of the program: one that spins must let others run, or ends the run.

Where threads can run in between, a loop that polls lets them.  Where nothing can, as in
a task that does not suspend, a loop that spins is a defect of the program, and the run
ends.
"""

from typing import NoReturn

from bench.correctness.engine.scheduling import Scheduler
from bench.correctness.engine.spinning import ITERATIONS_BETWEEN_LOOKS
from bench.correctness.engine.transitions import Abandoned, PointId, Stopped, Worker

MAX_POLLS = 10  # iterations of a loop before it yields to others
# Iterations of a loop that nothing can interrupt: of a task, in which one with an
# `await` that did not suspend counts for many; of a worker that is alone.
MAX_UNINTERRUPTED_ITERATIONS = 100_000
AWAIT_COST = 10
MAX_ITERATIONS_ALONE = 300_000
# The same of a worker while no other can go on, and its iterations change something.
MAX_ITERATIONS_UNRIVALLED = 50_000
MAX_BUDGETS_UNRIVALLED = 10_000  # spin budgets that end: beyond, its run is too long


class Loops(Scheduler):
    """A run that hears of the iterations of loops."""

    __slots__ = ()

    def loop_iteration(self, point: PointId) -> None:
        """An iteration of a loop: a spinning one must not keep the others out."""
        if self.stop is not None:
            raise Abandoned
        worker = self.current
        worker.spin_budget -= 1
        worker.looped = True
        if worker.in_loop:
            if worker.timed_out and not worker.yielded:
                self.yield_to_others()  # a task timed out, and tries again
            worker.timed_out = worker.yielded = False
        if self.alone or (worker.in_loop and not self.mixed):
            if self.alone and worker.iterating != point:  # a program has many loops
                worker.iterating, worker.uninterrupted = point, 0
            worker.uninterrupted += 1
            worker.unlooked += 1
            if worker.unlooked >= ITERATIONS_BETWEEN_LOOKS:
                self.look_at_loop(worker)
            return
        others = self.progress - worker.progress_made
        if worker.iterated_at != others:
            worker.iterated_at = others
            worker.loop_iterations = 0
        worker.loop_iterations += 1
        if worker.spin_budget <= 0 or worker.loop_iterations > MAX_POLLS:
            changed = worker.changed
            self.yield_to_others()
            waits = worker.idle_yields or worker.spin_budget <= 0
            if waits and not (changed and self.iterates_unrivalled(worker)):
                self.pause(None, ("resumes", None))
            else:
                worker.loop_iterations = 0

    def iterates_unrivalled(self, worker: Worker) -> bool:
        """Whether a loop goes on here because no other worker can; after many, it ends.

        A scheduling point without a choice would only count as one more step.
        """
        if self.others_enabled():
            return False
        worker.refill_spin_budget()
        worker.uninterrupted += MAX_POLLS
        if worker.uninterrupted >= MAX_ITERATIONS_UNRIVALLED:
            self.end_spinning()
        return True

    def computes_unrivalled(self) -> bool:
        """Whether the current worker, which changes something, alone can go on.

        Otherwise note that it computes: a run that is long by that is not endless.
        """
        worker = self.current
        if self.others_enabled():
            self.computed_at = len(self.transitions)
            return False
        worker.refill_spin_budget()
        worker.changed = False
        worker.budgets_ended += 1
        if worker.budgets_ended > MAX_BUDGETS_UNRIVALLED:
            self.halt("long")
            raise Stopped if worker is self.main else Abandoned
        return True

    def awaiting_iteration(self, point: PointId) -> None:
        """An iteration of a `while` loop with an `await`, which need not suspend."""
        worker = self.current
        if self.alone or self.mixed or not worker.in_loop or self.stop is not None:
            self.loop_iteration(point)
            return
        # As `loop_iteration` does, which would be one more call at each of them.
        worker.spin_budget -= 1
        worker.looped = True
        if worker.timed_out and not worker.yielded:
            self.yield_to_others()
        worker.timed_out = worker.yielded = False
        worker.uninterrupted += AWAIT_COST
        worker.unlooked += 1
        if worker.unlooked >= ITERATIONS_BETWEEN_LOOKS:
            self.look_at_loop(worker)

    def awaiting_item(self) -> None:
        """The same of a `for` loop, whose iterator has a state that is not seen."""
        worker = self.current
        if worker.in_loop and not self.mixed and not self.alone:
            worker.uninterrupted += AWAIT_COST
            if worker.uninterrupted >= MAX_UNINTERRUPTED_ITERATIONS:
                self.end_spinning()

    def look_at_loop(self, worker: Worker) -> None:
        """Look at a loop that no other worker can interrupt: to spin is a defect.

        It spins for ever if nothing changes, or if its iterations are very many.
        """
        worker.unlooked = 0
        if self.alone:
            endless = worker.uninterrupted >= MAX_ITERATIONS_ALONE
        else:
            most = MAX_UNINTERRUPTED_ITERATIONS
            endless = self.spins(worker) or worker.uninterrupted >= most
        if endless:
            self.end_spinning()

    def end_spinning(self) -> NoReturn:
        """End a run in which a loop does not end, and nothing can interrupt it."""
        worker = self.current
        self.halt("spins")
        raise Stopped if worker is self.main else Abandoned

    # --- Operations of a worker without a scheduling point ---------------------------

    def spend_spin_budget(self, point: PointId) -> None:
        """Count an operation that nothing races with: a read of what is not written."""
        worker = self.current
        worker.spin_budget -= 1
        if not worker.spin_budget:
            self.end_spin_budget(point)

    def end_spin_budget(self, point: PointId) -> None:
        """After many operations without a scheduling point: let others run.

        One that changes nothing polls, and its operation becomes a scheduling point.
        """
        if self.stop is not None and self.current is self.main:
            return
        if self.current.in_loop and not self.mixed:  # its transition is atomic
            self.current.refill_spin_budget()
            return
        if not self.current.changed:
            self.discovered.add(point)
        elif self.computes_unrivalled():
            return
        self.current.looped = True  # it repeats something, whatever its syntax
        self.yield_to_others()
        self.pause(None, ("resumes", None))
