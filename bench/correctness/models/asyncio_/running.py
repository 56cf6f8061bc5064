"""Run the handles of an event loop: one in each transition, chosen by the kernel."""

import asyncio
import sys
import types
import weakref
from asyncio import events
from asyncio.format_helpers import _format_callback_source as callback_source
from collections.abc import Callable
from typing import Any, NoReturn

from bench.correctness.engine.kernel import (
    Abandoned,
    Stopped,
    Worker,
    kernel,
    pick,
    record_access,
    start_handle,
)
from bench.correctness.engine.transitions import TASK_RESUMED
from bench.correctness.models.asyncio_.call_scheduling import CallScheduling
from bench.correctness.models.asyncio_.callback_chains import pass_on
from bench.correctness.models.asyncio_.holders import awaited
from bench.correctness.models.asyncio_.ready_queue import LOOP_ASLEEP, SPLIT_TRANSITION
from bench.correctness.models.asyncio_.task import (
    HANDLE_CANCELLATIONS,
    TASK_CANCEL_REQUESTS,
    Task,
)
from bench.correctness.models.asyncio_.task_registry import HANDLER
from bench.correctness.tracking.special_objects import COROUTINES

LEAVING = (SystemExit, KeyboardInterrupt)  # exceptions that end a loop at once
finished: Any = asyncio.Task.done  # accesses nothing, unlike the model's own method


class RunningLoop(CallScheduling):
    """The part of an event loop that runs handles, and knows when to stop."""

    def run_handle(self, worker: Worker) -> bool:
        """Run the handle of the current transition; return whether its worker ended."""
        handle = worker.handle
        start_handle(worker)
        if worker.deadline is not None:
            kernel.pass_time(worker)
        else:
            if self.fifo:
                self.queue.popleft()
            if handle.iteration > self.iteration:
                self.iteration = handle.iteration
        task: Task | None = worker.task
        plain = self.plain
        if not plain:
            self.record_resumption(worker, task)
        self.busy = True
        try:
            if task is None or handle._cancelled:
                handle.run()
            elif handle._args:  # a task's step; the argument is the awaited future
                handle._context.run(handle._callback, *handle._args)
            else:  # the first step of a task, or the step after `sleep(0)`
                handle._context.run(handle._callback)
        except (Abandoned, Stopped):
            raise
        except BaseException as error:
            if HANDLER in kernel.points:
                self.record_part("handler", False)
            if self.owned_by_program and isinstance(error, LEAVING):
                self.leaving, self.left_at = error, kernel.transition
                self.race_with_end(stops=True)
            elif self.handler is None and "call_exception_handler" not in vars(self):
                self.callback_errors.append(error)
            else:
                source = callback_source(handle._callback, handle._args)
                message = f"Exception in callback {source}"
                said = {"message": message, "exception": error, "handle": handle}
                self.call_exception_handler(said)
        finally:
            self.busy = self.leaving is not None
        if kernel.stop is not None:  # the task may have caught `Abandoned`
            raise Stopped
        if not plain and LOOP_ASLEEP in self.racing_points:
            # At the end of the handle, the loop falls asleep if no handle is ready.  A
            # `call_soon` in another thread does not wake the loop.  So the effect of
            # the `call_soon` depends on whether the handle has ended.  Because of this
            # write, both orders are explored.
            record_access((self.name, LOOP_ASLEEP), None, True)
        ended = task is None or finished(task)
        if task is not None:
            if not ended:
                worker.rounds.append(kernel.transition.index)
            elif not plain:
                task.record_whole_use(True)
            elif not kernel.alone:  # the effect of `record_whole_use`
                record_access(task.key, None, True)
        elif handle.following is not None:
            own = (worker.name, self.name, (self.name, LOOP_ASLEEP), "clock")
            pass_on(worker, handle, own)
        self.fifo_clock = worker.hb_clock
        if not plain and kernel.lets_die:
            if worker.handle is handle:  # the worker has no new handle yet
                worker.handle = None
            handle = task = None
            self.let_tasks_go()
            kernel.let_go()
        return ended

    def record_resumption(self, worker: Worker, task: Task | None) -> None:
        """Record the accesses that the loop makes before it calls the callback."""
        if self.owned_by_program:
            record_access(self.handle_runs, "handle", False)
        if self.racing_points:
            self.record_racing_accesses(worker, task)
        if self.unnoticed or self.unnoticed_stop:
            self.wake()
        if COROUTINES in kernel.points and task is not None:
            record_coroutines(task)
        if kernel.recording and task is not None:
            kernel.annotate_at("resumes", awaited(task)[0], TASK_RESUMED)
        if kernel.mixed:
            self.restore_running_loop()

    def restore_running_loop(self) -> None:
        """Make this the running loop again: all workers share one real thread."""
        events._set_running_loop(self)

    def record_racing_accesses(self, worker: Worker, task: Task | None) -> None:
        """Record the accesses that the loop itself makes when it runs a handle.

        Some actions of a program may race with the run of a handle, for example the
        cancellation of this handle.  For each action that the program is known to make,
        `racing_points` has a point id.  Only these actions need an access here, because
        there is no race without the action.
        """
        if LOOP_ASLEEP in self.racing_points:
            record_access((self.name, LOOP_ASLEEP), None, True)
        if not self.fifo:
            if HANDLE_CANCELLATIONS in self.racing_points:
                record_access(worker.name, "handle", True)
            if SPLIT_TRANSITION in self.racing_points:
                record_access(self.name, None, True)
        if (
            task is not None
            and not kernel.alone
            and TASK_CANCEL_REQUESTS in self.racing_points
        ):
            if kernel.mixed:  # a thread may cancel the task
                point = (task.key, "goes on")
                kernel.check_races(task.key, True, point, None, "transition")
                # If a thread cancels the task before this step, the step raises
                # CancelledError.  If the thread cancels during the step, only the next
                # step raises it.  So both times must be tried.  Usually, no thread runs
                # before the first racing operation of a step (see `splits`).  After
                # this call threads can run there, if this race is known.
                kernel.split_before(point)
            record_access(task.key, "transition", True)

    def run_while(
        self,
        going: Callable[[], bool],
        what: str,
        update: Callable[[], object] | None = None,
        due: list[tuple[Worker, Any]] | None = None,
    ) -> None:
        """Run handles while `going()` is true; `what` names the wait, for a reader.

        `update` is called each time before `going`.  The handles in `due` run before
        the loop stops.  If `due` is None, it becomes the handles that are ready when
        `going()` becomes false.  Raises the SystemExit or KeyboardInterrupt of a handle
        at once.
        """
        if kernel.stop is not None:
            raise Abandoned
        caller = kernel.current
        may_return = False

        def prepare() -> None:
            nonlocal due, may_return
            if self.leaving is not None:
                may_return = True
                return
            if update is not None:
                update()
            may_return = not (going() or self.busy)
            if not may_return:
                return
            if self.stopping:
                may_return = not any(map(self.runs_in_this_iteration, kernel.workers))
                return
            if due is None:
                if self.unnoticed and not self.owned_by_program:
                    self.wake_at_end()
                due = self.due()
            may_return = all(
                one.ended or one.handle is not handle for one, handle in due
            )

        caller.wait_until(lambda: may_return)
        caller.what = ("waits for", what)
        prepared_before = kernel.prepare_with(caller, prepare)
        before = events._get_running_loop()
        events._set_running_loop(self)
        hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(self.note_generator, self.close_generator)
        self.running += 1
        self.busy = False
        self.iteration += 1
        try:
            while True:
                following = pick()
                if following.fiber is not caller.fiber:
                    following.fiber.switch()
                if kernel.stop is not None:
                    raise Stopped if caller is kernel.main else Abandoned
                if kernel.current is caller:
                    if self.leaving is not None:
                        self.leave()
                    return
                worker_ended = self.run_handle(kernel.current)
                if due and kernel.lets_die:
                    let_handles_go(due)
                if worker_ended and due is None:
                    if update is not None:
                        update()
                    if not going():
                        due = self.due()
                        if self.owned_by_program:
                            self.record_due()
        finally:
            self.running -= 1
            self.busy = True
            kernel.prepare_with(caller, prepared_before)
            sys.set_asyncgen_hooks(*hooks)
            events._set_running_loop(before)

    def leave(self) -> NoReturn:
        """Raise the exception of a handle that ends the loop; no other handle runs."""
        leaving, self.leaving = self.leaving, None
        assert leaving is not None
        self.busy = False  # while a loop is busy, none of its handles is enabled
        steps = len(kernel.transitions)
        kernel.record_still_enabled(
            (worker, self.left_at, steps)
            for worker, _ in self.kept_out()
            if self.left_at.depth >= 0
        )
        raise leaving

    def due(self, *, tasks_too: bool = False) -> list[tuple[Worker, Any]]:
        """Return the workers that run before the loop stops, with their handles."""
        return [
            (one, one.handle)
            for one in kernel.workers
            if one.handle is not None
            and self.runs_before_stop(one, tasks_too=tasks_too)
        ]

    def note_generator(self, generator: Any) -> None:
        """Note an async generator that begins; the end of the loop closes it."""
        self.generators.append(weakref.ref(generator))

    def suspended_generators(self) -> list[Any]:
        """Return the async generators that have begun, and have not ended."""
        found = [reference() for reference in self.generators]
        return [one for one in found if one is not None and one.ag_frame is not None]

    def close_generator(self, generator: Any) -> None:
        """Let a task close an async generator that is not referenced any more."""
        if kernel.stop is None and self in kernel.loops and self.running:
            self.schedule(self.create_task, generator.aclose())

    def record_due(self) -> None:
        """Record that the current transition ends the work that the loop was run for.

        The loop need not run callbacks that become ready later.
        """
        kernel.check_races(self.handle_runs, True, self.handle_runs)
        record_access(self.handle_runs, "callback", True)
        if self.fifo:
            record_access(self.tail, None, True)
        self.fifo_clock = kernel.current.hb_clock


def let_handles_go(due: list[tuple[Worker, Any]]) -> None:
    """Drop the references in `due` to handles that have run."""
    due[:] = [
        (one, handle) for one, handle in due if not one.ended and one.handle is handle
    ]
    kernel.let_go()


def record_coroutines(task: Task) -> None:
    """Record that a task runs its coroutine and all coroutines below it.

    A coroutine that runs changes its state.  Other code can read this state: whether
    the coroutine runs, and at which line.
    """
    coroutine: Any = task.get_coro()
    while type(coroutine) is types.CoroutineType:
        known = kernel.known_as(coroutine) if kernel.lets_die else coroutine
        if kernel.mixed:
            kernel.check_races(id(known), True, COROUTINES, known)
        record_access(kernel.name_of(known), None, True)
        coroutine = coroutine.cr_await
