"""The model of an event loop: how it runs and ends, and what it refuses.

The class of a loop has layers.  Tasks and threads are in `task_registry`, ready handles
in `ready_queue`, the creation of handles in `call_scheduling`, and the run of handles
in `running`.  This module has the methods that run and stop a loop.
"""

import asyncio
from asyncio import events
from operator import is_
from typing import Any

from bench.correctness.engine.kernel import Worker, kernel, operation, record_access
from bench.correctness.engine.refusals import refuse
from bench.correctness.models.asyncio_.ready_queue import LOOP_ASLEEP, LOOP_STOPPED
from bench.correctness.models.asyncio_.running import LEAVING, RunningLoop, finished
from bench.correctness.models.asyncio_.task import Task

LAST_ITERATIONS = 4  # how many `asyncio.run` makes, at most, before it closes a loop


class Loop(RunningLoop):
    """An event loop in virtual time, without input and output."""

    def current(self) -> "Current":
        """Return a context in which this loop is the running loop.

        The context is used while a scenario is made, and while the scenario is checked.
        """
        return Current(self)

    def entered(self) -> "Entered":
        """Return a context in which the caller's thread acts as a part of the loop.

        Entering the context raises RuntimeError if another thread runs the loop.
        """
        return Entered(self)

    def cancel_leftovers(self, ended: list[Task] | None = None) -> None:
        """Cancel the remaining tasks, and let them end, as `asyncio.run` does.

        The tasks in `ended` are known to have ended, and are not accessed.
        """
        tasks = self.tasks
        if ended and len(ended) == len(tasks) and all(map(is_, ended, tasks)):
            return  # most programs end here
        known = set(map(id, ended or ()))
        others = [task for task in tasks if id(task) not in known]
        if not others:
            return
        remaining = [task for task in others if not task.done()]
        for task in remaining:
            task.cancel()
        if remaining:
            self.run_while(
                lambda: not all(map(finished, remaining)), "the remaining tasks"
            )
            self.finish([task.worker for task in remaining])
        for task in remaining:
            if not task.cancelled() and (error := task.exception()) is not None:
                self.call_exception_handler(
                    {
                        "message": "unhandled exception during asyncio.run() shutdown",
                        "exception": error,
                        "task": task,
                    }
                )

    def run_last_iterations(self) -> None:
        """Run the ready handles, as `asyncio.run` does in its last iterations.

        In these iterations `asyncio.run` shuts down async generators and the executor.
        Handles that become ready in one iteration run in the next.
        """
        for _ in range(LAST_ITERATIONS):
            due = self.due(tasks_too=True)
            if not due:
                break
            self.run_while(lambda: False, "the end of the loop", due=[*due])
            # The handles in `due` always run before the end of the loop, so they do not
            # race with the end.
            for worker, _ in due:
                kernel.learn(worker.hb_clock)

    def finish(self, awaited: list[Worker]) -> None:
        """Record that this transition ends a wait.

        Handles that are ready now could have run before it, in another schedule.
        """
        if self.owned_by_program:
            self.end()
        else:
            self.busy = False  # while a loop is busy, none of its handles is enabled
            kernel.finish(awaited)
            self.busy = True

    def finish_executor(self) -> None:
        """Wait for the executor's threads; tasks run meanwhile."""

        def going() -> bool:
            return not all(worker.ended for worker in self.threads)

        if going():
            self.run_while(going, "the executor")
            self.finish(self.threads)
        self.join_executor()

    def run_until_complete(self, future: Any, *, context: Any = None) -> Any:
        if asyncio.iscoroutine(future):
            kernel.keep_coroutine(future)  # it may never be started
        self.begin()
        with self.entered():
            caller = kernel.current
            if context is not None:
                future = self.create_task(future, context=context)
            awaited = asyncio.ensure_future(future, loop=self)
            results: list[Any] = []

            def done() -> bool:
                # Any thread can end a future.  The loop learns of it by a callback.
                if type(awaited) is not Task:
                    return bool(results)
                return finished(awaited)  # type: ignore[no-any-return]

            def learn() -> None:
                if type(awaited) is Task:
                    caller.learn(awaited.worker.hb_clock)

            if type(awaited) is not Task:
                awaited.add_done_callback(results.append)
            if self.fifo and self.owned_by_program:
                awaited.add_done_callback(self.stop_after)
                self.run_while(lambda: not self.stopping, "the loop", learn)
                awaited.remove_done_callback(self.stop_after)
            else:
                self.run_while(lambda: not (done() or self.stopping), "the loop", learn)
            self.end()
            learn()
            if not done():
                raise RuntimeError("Event loop stopped before Future completed.")
            return awaited.result()

    def stop_after(self, future: Any) -> None:
        """Stop the loop: in fifo order, the awaited future calls this at its end."""
        left = type(future) is Task and not asyncio.Task.cancelled(future)
        if not (left and isinstance(asyncio.Task.exception(future), LEAVING)):
            self.stop()

    def run_forever(self) -> None:
        self.begin()
        with self.entered():
            self.run_while(lambda: not self.stopping, "the loop")
            self.end()

    def begin(self) -> None:
        """Raise RuntimeError if the loop cannot run now, as asyncio's own loop does."""
        if self.is_closed():
            raise RuntimeError("Event loop is closed")
        if kernel.atomic_of.get(kernel.current.number) is self:
            raise RuntimeError("This event loop is already running")
        if kernel.current.in_loop:
            raise RuntimeError(
                "Cannot run the event loop while another loop is running"
            )
        if kernel.mixed and kernel.transition.depth < 0:
            # The thread's first transition was not chosen, so it must have no accesses.
            # The loop makes accesses.  So a pause lets a chosen transition begin.
            kernel.pause(None, ("resumes", None))

    def end(self) -> None:
        """Record that this transition ends the loop.

        Handles that are ready now could have run before it, in another schedule.
        """
        if self.owned_by_program:
            self.record_due()
            record_access(self.handle_runs, "handle", True)
            self.busy = False  # while a loop is busy, none of its handles is enabled
            steps = len(kernel.transitions)
            kernel.record_still_enabled(
                (worker, before, steps) for worker, before in self.kept_out()
            )
            self.busy = True
        self.stopping = False

    def stop(self) -> None:
        """Finish the current iteration, and run no more."""
        kernel.discover(LOOP_STOPPED)
        if not self.may_stop:
            kernel.abandon()
        self.race_with_end(stops=True)
        unnoticed = False
        if self.in_other_thread():
            self.record_silent_change()
            unnoticed = self.asleep()
        if unnoticed:
            self.unnoticed_stop = True
        else:
            self.stopping = True
        self.stopped_by = kernel.transition

    def is_running(self) -> bool:
        if kernel.atomic_of.get(kernel.current.number) is self:
            return bool(self.running)
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
        """Close the async generators that are still referenced, each in a task."""
        suspended = self.suspended_generators()
        self.generators.clear()
        for one, task in [(one, self.create_task(one.aclose())) for one in suspended]:
            try:
                await task
            except asyncio.CancelledError:
                pass
            except Exception as error:
                self.call_exception_handler(
                    {
                        "message": "an error occurred during closing of asynchronous"
                        f" generator {one!r}",
                        "exception": error,
                        "asyncgen": one,
                    }
                )

    async def shutdown_default_executor(self, *_: object) -> None:
        """Wait for the threads of `run_in_executor`; tasks do not run meanwhile."""
        self.executor_closed = True
        self.join_executor()


# These two are classes, not generators.  Each run of a scenario enters both, and a
# context manager that is made of a generator takes as long as some transitions.


class Current:
    """A context in which a loop is the running loop, although it runs no handle."""

    __slots__ = ("before", "loop")

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.before: Any = None  # the running loop until now

    def __enter__(self) -> None:
        self.before = events._get_running_loop()
        events._set_running_loop(self.loop)

    def __exit__(self, *_: object) -> None:
        events._set_running_loop(self.before)


class Entered:
    """A context in which the thread that enters it acts as a part of a loop."""

    __slots__ = ("caller", "loop")

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.caller: Worker | None = None  # None: it already was a part of the loop

    def __enter__(self) -> None:
        loop, caller = self.loop, kernel.current
        if kernel.atomic_of.get(caller.number) is loop:
            return
        if LOOP_ASLEEP in loop.racing_points:
            operation((loop.name, LOOP_ASLEEP), None, True, LOOP_ASLEEP)
        if loop.owned_by_program:
            operation((loop.name, "running"), None, True, (loop.name, "runs"))
            if loop.has_runner:
                raise RuntimeError("This event loop is already running")
            loop.has_runner = True
            loop.move(caller)
        kernel.put_in_loop(caller, loop)
        self.caller = caller

    def __exit__(self, *_: object) -> None:
        loop, caller = self.loop, self.caller
        if caller is None:
            return
        kernel.take_out_of_loop(caller)
        if loop.owned_by_program and kernel.stop is None:
            operation((loop.name, "running"), None, True, (loop.name, "stops"))
            loop.has_runner = False


for _name in (
    "create_connection", "create_server", "create_datagram_endpoint",
    "create_unix_connection", "create_unix_server", "subprocess_exec",
    "subprocess_shell", "add_reader", "add_writer", "add_signal_handler", "sock_recv",
    "sock_sendall", "sock_connect", "sock_accept", "connect_read_pipe", "getaddrinfo",
    "connect_write_pipe", "sendfile", "start_tls", "getnameinfo",
):  # fmt: skip
    setattr(Loop, _name, refuse(f"asyncio's loop.{_name}"))
