"""Loops of the program: a loop that spins lets other workers run, or the run ends.

A loop that polls waits for a change that another worker must make.  So such a loop lets
other workers run between its iterations, if they can run there.  Within a task, other
tasks can run only where the task suspends, and threads can run anywhere.  So if there
are no threads, a loop in a task that polls and never suspends does not end.  This is a
defect of the program, and the run ends.
"""

from typing import NoReturn

from bench.correctness.engine.scheduling import Scheduler
from bench.correctness.engine.spinning import ITERATIONS_BETWEEN_LOOKS
from bench.correctness.engine.transitions import Abandoned, PointId, Stopped, Worker

MAX_POLLS = 10  # iterations of a loop before it yields to others
# The most iterations of a loop in a task, while no worker can interrupt the loop.  An
# iteration with an `await` that did not suspend counts as `AWAIT_COST` iterations.
MAX_UNINTERRUPTED_ITERATIONS = 100_000
AWAIT_COST = 10
# The most iterations of any loop while `alone` is true: no second worker exists yet, or
# the workers for which the run waits have ended.
MAX_ITERATIONS_ALONE = 300_000
# The limit for a loop that other workers could interrupt, and that changes something
# again and again.  Iterations are counted only while all other workers are blocked.
MAX_ITERATIONS_UNRIVALLED = 50_000
# A run is too long if a worker uses more than this number of spin budgets while no
# other worker is enabled.
MAX_BUDGETS_UNRIVALLED = 10_000


class Loops(Scheduler):
    """A run to which hooks report the iterations of loops."""

    __slots__ = ()

    def loop_iteration(self, point: PointId) -> None:
        """Note an iteration of a loop; if it spins, let others run, or end the run."""
        if self.stop is not None:
            raise Abandoned
        worker = self.current
        worker.spin_budget -= 1
        worker.looped = True
        if worker.in_loop:
            if worker.timed_out and not worker.yielded:
                self.yield_to_others()  # the worker tries again after a timeout
            worker.timed_out = worker.yielded = False
        if self.alone or (worker.in_loop and not self.mixed):
            if self.alone and worker.iterating != point:  # another loop begins
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
        """Whether no other worker is enabled, so that the loop may continue.

        Too many iterations of this kind end the run.  No scheduling point is made here,
        because it would offer no choice: only one worker is enabled.  It would only
        make the run longer by one transition.
        """
        if self.others_enabled():
            return False
        worker.refill_spin_budget()
        worker.uninterrupted += MAX_POLLS
        if worker.uninterrupted >= MAX_ITERATIONS_UNRIVALLED:
            self.end_spinning()
        return True

    def computes_unrivalled(self) -> bool:
        """Whether no other worker is enabled, while the current one computes for long.

        If no other worker is enabled, the current worker gets a new spin budget.  When
        it has used too many spin budgets in this way, the run ends.

        If another worker is enabled, `computed_at` notes that a worker has just
        computed.  The reason: a long run counts as endless only if no worker has
        computed lately.
        """
        worker = self.current
        if self.others_enabled():
            self.computed_at = len(self.transitions)
            return False
        worker.refill_spin_budget()
        worker.changed = 0
        worker.budgets_ended += 1
        if worker.budgets_ended > MAX_BUDGETS_UNRIVALLED:
            self.halt("long")
            raise Stopped if worker is self.main else Abandoned
        return True

    def awaiting_iteration(self, point: PointId) -> None:
        """Note an iteration of a `while` loop with an `await` that need not suspend."""
        worker = self.current
        if self.alone or self.mixed or not worker.in_loop or self.stop is not None:
            self.loop_iteration(point)
            return
        # Repeats code of `loop_iteration`, to save a call at each iteration.
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
        """Note an iteration of a `for` loop with an `await`.

        The state of the loop's iterator is not visible.  So the loop counts as endless
        only after very many iterations.
        """
        worker = self.current
        if worker.in_loop and not self.mixed and not self.alone:
            worker.uninterrupted += AWAIT_COST
            if worker.uninterrupted >= MAX_UNINTERRUPTED_ITERATIONS:
                self.end_spinning()

    def look_at_loop(self, worker: Worker) -> None:
        """Check a loop that no other worker can interrupt; end the run if it spins.

        The loop counts as endless if it makes very many iterations.  If other workers
        exist, it also counts as endless if nothing changes in many iterations.
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
        """End a run because a loop does not end and no worker can interrupt it."""
        worker = self.current
        self.halt("spins")
        raise Stopped if worker is self.main else Abandoned

    # --- Operations of a worker without a scheduling point ---------------------------

    def spend_spin_budget(self, point: PointId) -> None:
        """Count an operation that cannot race: a read of a place without writes."""
        worker = self.current
        worker.spin_budget -= 1
        if not worker.spin_budget:
            self.end_spin_budget(point)

    def end_spin_budget(self, point: PointId) -> None:
        """Let others run, because the worker has made very many operations.

        The worker has made these operations without a scheduling point.  If it has
        changed nothing meanwhile, it polls, and its present operation becomes a
        scheduling point.  In two cases the worker continues instead:

        - It has changed something, and no other worker is enabled.
        - It runs in an event loop, and no threads run beside the loop.
        """
        if self.stop is not None and self.current is self.main:
            return
        if self.current.in_loop and not self.mixed:  # no other worker can run now
            self.current.refill_spin_budget()
            return
        if not self.current.changed:
            self.discovered.add(point)
        elif self.computes_unrivalled():
            return
        # The worker repeats operations, perhaps in a `for` loop or by recursion.  This
        # counts as a loop too.  The hooks of loops set `looped` only for `while` loops.
        self.current.looped = True
        self.yield_to_others()
        self.pause(None, ("resumes", None))
