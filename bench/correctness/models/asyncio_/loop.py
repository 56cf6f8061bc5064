"""An event loop whose turns the kernel chooses, with virtual time."""

import asyncio
import contextlib
import sys
from asyncio import events
from collections.abc import Callable, Iterator
from typing import Any

from bench.correctness.engine.kernel import (
    Abandoned,
    Stopped,
    Worker,
    kernel,
    operation,
    record_access,
)
from bench.correctness.engine.transitions import TASK_RESUMED
from bench.correctness.models.asyncio_.holders import awaited
from bench.correctness.models.asyncio_.ready_queue import (
    LOOP_ASLEEP,
    LOOP_STOPPED,
    SPLIT_STEP,
    ReadyQueue,
)
from bench.correctness.models.asyncio_.task import (
    HANDLE_CANCELLATIONS,
    TASK_CANCEL_REQUESTS,
    Task,
)
from bench.correctness.models.substitution import refuse

finished: Any = asyncio.Task.done


class Loop(ReadyQueue):
    """As much of an event loop as a program without input and output needs."""

    def run_handle(self, worker: Worker) -> bool:
        """Run the handle whose step has just begun; did a task or a callback end?"""
        handle = worker.handle
        worker.refill_spin_budget()
        if worker.deadline is not None:
            kernel.pass_time(worker)
        else:
            kernel.end_handle(worker)
            if self.fifo:
                self.queue.popleft()
            if handle.iteration > self.iteration:
                self.iteration = handle.iteration
        task: Task | None = worker.task
        if self.owned_by_program:
            record_access(self.turns, "turn", False)
        if self.racing_points:
            self.record_racing_accesses(worker, task)
        if self.unnoticed or self.unnoticed_stop:
            self.wake()
        kernel.begin_undisturbed()
        if kernel.recording and task is not None:
            kernel.annotate_at("resumes", awaited(task)[0], TASK_RESUMED)
        if kernel.mixed:
            self.restore_running_loop()
        self.busy = True
        try:
            handle.run()
        except (Abandoned, Stopped):
            raise
        except BaseException as error:
            if self.handler is None:
                self.problems.append(error)
            else:
                said = f"Exception in callback {worker.label}"
                self.handler(self, {"message": said, "exception": error})
        finally:
            self.busy = False
        if kernel.stop is not None:  # what told a task so may have ended in the task
            raise Stopped
        if LOOP_ASLEEP in self.racing_points:  # and after this turn it may be
            record_access((self.name, LOOP_ASLEEP), None, True)
        ended = task is None or finished(task)
        if task is not None:
            if ended:
                task.record_use(True, None)
            else:
                worker.rounds.append(kernel.transition.index)
        self.chain = worker.hb_clock
        return ended

    def restore_running_loop(self) -> None:
        """Be the running loop again: real threads have one each, and these share it."""
        events._set_running_loop(self)

    def record_racing_accesses(self, worker: Worker, task: Task | None) -> None:
        """Tell of what a turn touches that it was seen to race with."""
        if LOOP_ASLEEP in self.racing_points:
            record_access((self.name, LOOP_ASLEEP), None, True)
        if not self.fifo:
            if HANDLE_CANCELLATIONS in self.racing_points:
                record_access(worker.name, "handle", True)
            if SPLIT_STEP in self.racing_points:
                record_access(self.name, None, True)
        if (
            task is not None
            and not kernel.alone
            and TASK_CANCEL_REQUESTS in self.racing_points
        ):
            record_access(task.key, "turn", True)

    def run_while(
        self,
        going: Callable[[], bool],
        what: str,
        update: Callable[[], object] | None = None,
    ) -> None:
        """Run handles while this is true; do `update` before each such question."""
        if kernel.stop is not None:
            raise Abandoned
        caller = kernel.current
        due: list[tuple[Worker, Any]] | None = None  # handles it runs before it stops
        is_over = False

        def ask() -> bool:
            if update is not None:
                update()
            return not going()

        def prepare() -> None:
            nonlocal due, is_over
            is_over = ask() and not self.busy
            if is_over and not self.stopping and due is None:
                if self.unnoticed and not self.owned_by_program:
                    self.wake_at_end()
                due = self.due()

        def over() -> bool:
            if not is_over:
                return False
            if self.stopping:
                return not any(map(self.runs_in_this_iteration, kernel.workers))
            return due is not None and all(
                one.ended or one.handle is not handle for one, handle in due
            )

        caller.wait_until(over)
        caller.what = ("waits for", what)
        prepared_before = kernel.prepare_with(caller, prepare)
        before = events._get_running_loop()
        events._set_running_loop(self)
        hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(finalizer=self.close_left)
        self.running += 1
        self.busy = False
        self.iteration += 1
        try:
            while True:
                following = kernel.pick()
                if following.fiber is not caller.fiber:
                    following.fiber.switch()
                if kernel.stop is not None:
                    raise Stopped if caller is kernel.main else Abandoned
                if kernel.current is caller:
                    return
                ended = self.run_handle(kernel.current)
                if ended and due is None and ask():
                    due = self.due()
                    if self.owned_by_program:
                        self.record_due()
        finally:
            self.running -= 1
            self.busy = True
            kernel.prepare_with(caller, prepared_before)
            sys.set_asyncgen_hooks(*hooks)
            events._set_running_loop(before)

    def due(self) -> list[tuple[Worker, Any]]:
        """The workers that come before the loop stops, with the handle of one turn."""
        return [
            (one, one.handle) for one in kernel.workers if self.runs_before_stop(one)
        ]

    def close_left(self, generator: Any) -> None:
        """An async generator that nobody has any more is ended by a task."""
        if kernel.stop is None and self in kernel.loops and self.running:
            self.schedule(self.create_task, generator.aclose())

    @contextlib.contextmanager
    def current(self) -> Iterator[None]:
        """Be the running loop, for what is made before and checked after."""
        before = events._get_running_loop()
        events._set_running_loop(self)
        try:
            yield
        finally:
            events._set_running_loop(before)

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """Run in the caller's thread; what the caller does to tasks is the loop's."""
        caller = kernel.current
        if kernel.atomic_of.get(caller.number) is self:
            yield
            return
        if LOOP_ASLEEP in self.racing_points:
            operation((self.name, LOOP_ASLEEP), None, True, LOOP_ASLEEP)
        if self.owned_by_program:
            operation((self.name, "running"), None, True, (self.name, "runs"))
            if self.has_runner:
                raise RuntimeError("This event loop is already running")
            self.has_runner = True
            self.move(caller)
        kernel.put_in_loop(caller, self)
        try:
            yield
        finally:
            kernel.take_out_of_loop(caller)
            if self.owned_by_program and kernel.stop is None:
                operation((self.name, "running"), None, True, (self.name, "stops"))
                self.has_runner = False

    def cancel_leftovers(self, ended: list[Task] | None = None) -> None:
        """Cancel the tasks that are left, and let them end, as `asyncio.run` does.

        The end of those that had to end before this needs no look.
        """
        rest = [task for task in self.tasks if task not in (ended or ())]
        left = [task for task in rest if not task.done()]
        for task in left:
            task.cancel()
        if left:
            self.run_while(lambda: not all(map(finished, left)), "what is left")
            self.finish([task.worker for task in left])

    def finish(self, awaited: list[Worker]) -> None:
        """The step in progress ends a wait: what is ready could have come before it."""
        if self.owned_by_program:
            self.end()
        else:
            self.busy = False  # or nothing could
            kernel.finish(awaited)
            self.busy = True

    def finish_executor(self) -> None:
        """Wait for the executor's threads, and let the tasks go on."""

        def going() -> bool:
            return not all(worker.ended for worker in self.threads)

        if going():
            self.run_while(going, "the executor")
            self.finish(self.threads)
        self.join_executor()

    def run_until_complete(self, future: Any, *, context: Any = None) -> Any:
        if asyncio.iscoroutine(future):
            kernel.keep_coroutine(future)  # which may never come to run
        self.begin()
        with self.entered():
            caller = kernel.current
            if context is not None:
                future = self.create_task(future, context=context)
            awaited = asyncio.ensure_future(future, loop=self)
            results: list[Any] = []

            def done() -> bool:
                if type(awaited) is not Task:  # any thread can give it its result
                    return bool(results)
                return finished(awaited)  # type: ignore[no-any-return]

            def learn() -> None:
                if type(awaited) is Task:
                    caller.learn(awaited.worker.hb_clock)

            if type(awaited) is not Task:
                awaited.add_done_callback(results.append)
            self.run_while(lambda: not (done() or self.stopping), "the loop", learn)
            self.end()
            learn()
            if not done():
                raise RuntimeError("Event loop stopped before Future completed.")
            return awaited.result()

    def run_forever(self) -> None:
        self.begin()
        with self.entered():
            self.run_while(lambda: not self.stopping, "the loop")
            self.end()

    def begin(self) -> None:
        """Raise RuntimeError if it cannot be run now, as CPython's does."""
        if self.is_closed():
            raise RuntimeError("Event loop is closed")
        if kernel.atomic_of.get(kernel.current.number) is self:
            raise RuntimeError("This event loop is already running")
        if kernel.current.in_loop:
            raise RuntimeError(
                "Cannot run the event loop while another loop is running"
            )
        if kernel.mixed and kernel.transition.depth < 0:
            kernel.pause(None, ("resumes", None))  # what follows is a step

    def record_due(self) -> None:
        """The step in progress was the last that is waited for: no more becomes due."""
        kernel.check_races(self.turns, True, self.turns)
        record_access(self.turns, "callback", True)
        if self.fifo:
            record_access(self.tail, None, True)
        self.chain = kernel.current.hb_clock

    def end(self) -> None:
        """The step in progress is the end: what is ready could have come before it."""
        if self.owned_by_program:
            self.record_due()
            record_access(self.turns, "turn", True)
            self.busy = False  # or nothing could
            steps = len(kernel.transitions)
            kernel.record_still_enabled(
                (worker, before, steps) for worker, before in self.left()
            )
            self.busy = True
        self.stopping = False

    def stop(self) -> None:
        """Let it end its lap, and run no more."""
        kernel.discover(LOOP_STOPPED)
        if not self.may_stop:
            kernel.abandon()
        self.race_with_end(bring=True)
        unnoticed = False
        if self.foreign():
            self.record_silent_change()
            unnoticed = self.asleep()
        if unnoticed:
            self.unnoticed_stop = True
        else:
            self.stopping = True
        self.stopped_by = kernel.transition

    def is_running(self) -> bool:
        operation((self.name, "running"), None, False, (self.name, "is running"))
        return self.has_runner or self.running > 0

    def close(self) -> None:
        if self.is_running():
            raise RuntimeError("Cannot close a running event loop")
        operation((self.name, "open"), None, True, (self.name, "closes"))
        for timer in self.timers:
            kernel.cancel(timer)
        self.closed = True

    async def shutdown_asyncgens(self) -> None:
        """There is nothing to close: nothing outlives the run."""

    async def shutdown_default_executor(self, *_: object) -> None:
        """Wait for the threads of `run_in_executor`, letting no task go on."""
        self.join_executor()


for _name in (
    "create_connection", "create_server", "create_datagram_endpoint",
    "create_unix_connection", "create_unix_server", "subprocess_exec",
    "subprocess_shell", "add_reader", "add_writer", "add_signal_handler", "sock_recv",
    "sock_sendall", "sock_connect", "sock_accept", "connect_read_pipe", "getaddrinfo",
    "connect_write_pipe", "sendfile", "start_tls", "getnameinfo",
):  # fmt: skip
    setattr(Loop, _name, refuse(f"asyncio's loop.{_name}"))
