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
    step,
    touch,
)
from bench.correctness.engine.transitions import PATIENCE, TURN
from bench.correctness.models.asyncio_.holders import awaited
from bench.correctness.models.asyncio_.ready_queue import ASLEEP, SPLIT, STOPPED, Ready
from bench.correctness.models.asyncio_.task import CANCELLED, TOLD, Task
from bench.correctness.models.substitution import refuse

finished: Any = asyncio.Task.done


class Loop(Ready):
    """As much of an event loop as a program without input and output needs."""

    def turn(self, worker: Worker) -> bool:
        """Run the handle whose step has just begun; did a task or a callback end?"""
        handle = worker.handle
        worker.patience = PATIENCE
        if worker.deadline is not None:
            kernel.pass_time(worker)
        else:
            kernel.workers.remove(worker)
            worker.ended = True
            if self.fifo:
                self.queue.popleft()
            if handle.lap > self.lap:
                self.lap = handle.lap
        task: Task | None = worker.task
        if self.ends:
            touch(self.turns, "turn", False)
        if self.heeded:
            self.tell_of(worker, task)
        if self.unheard or self.unheard_stop:
            self.wake()
        kernel.untouched = kernel.event
        if kernel.recording and task is not None:
            kernel.event.notes.append(("goes on", awaited(task)[0], TURN))
        if kernel.mixed:
            self.come_back()
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
        if ASLEEP in self.heeded:  # and after this turn it may be
            touch((self.name, ASLEEP), None, True)
        ended = task is None or finished(task)
        if task is not None:
            if ended:
                task.touched(True, None)
            else:
                worker.rounds.append(kernel.event.index)
        self.chain = worker.past
        return ended

    def come_back(self) -> None:
        """Be the running loop again: real threads have one each, and these share it."""
        events._set_running_loop(self)

    def tell_of(self, worker: Worker, task: Task | None) -> None:
        """Tell of what a turn touches that it was seen to race with."""
        if ASLEEP in self.heeded:
            touch((self.name, ASLEEP), None, True)
        if not self.fifo:
            if CANCELLED in self.heeded:
                touch(worker.name, "handle", True)
            if SPLIT in self.heeded:
                touch(self.name, None, True)
        if task is not None and not kernel.alone and TOLD in self.heeded:
            touch(task.key, "turn", True)

    def run_while(self, going: Callable[[], bool], what: str) -> None:
        """Take turns until there is nothing left to go on for."""
        if kernel.stop is not None:
            raise Abandoned
        caller = kernel.current
        due: list[tuple[Worker, Any]] | None = None  # handles it runs before it stops

        def over() -> bool:
            nonlocal due
            if going() or self.busy:
                return False
            if self.stopping:
                return not any(map(self.is_of_this_lap, kernel.workers))
            if due is None:
                if self.unheard and not self.ends:
                    self.wake_at_end()
                due = self.due()
            return all(one.ended or one.handle is not handle for one, handle in due)

        caller.ready = over
        caller.what = ("waits for", what)
        before = events._get_running_loop()
        events._set_running_loop(self)
        hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(finalizer=self.close_left)
        self.running += 1
        self.busy = False
        self.lap += 1
        try:
            while True:
                following = kernel.pick()
                if following.carrier is not caller.carrier:
                    following.carrier.switch()
                if kernel.stop is not None:
                    raise Stopped if caller is kernel.main else Abandoned
                if kernel.current is caller:
                    return
                ended = self.turn(kernel.current)
                if ended and due is None and not going():
                    due = self.due()
                    if self.ends:
                        self.note_due()
        finally:
            self.running -= 1
            self.busy = True
            sys.set_asyncgen_hooks(*hooks)
            events._set_running_loop(before)

    def due(self) -> list[tuple[Worker, Any]]:
        """The workers that come before the loop stops, with the handle of one turn."""
        return [(one, one.handle) for one in kernel.workers if self.comes_first(one)]

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
        if kernel.whole.get(caller.number) is self:
            yield
            return
        if ASLEEP in self.heeded:
            step((self.name, ASLEEP), None, True, ASLEEP)
        if self.ends:
            step((self.name, "running"), None, True, (self.name, "runs"))
            if self.taken:
                raise RuntimeError("This event loop is already running")
            self.taken = True
            self.move(caller)
        kernel.whole[caller.number] = self
        caller.in_loop = True
        try:
            yield
        finally:
            caller.in_loop = False
            kernel.whole.pop(caller.number, None)
            if self.ends and kernel.stop is None:
                step((self.name, "running"), None, True, (self.name, "stops"))
                self.taken = False

    def cancel_rest(self, ended: list[Task] | None = None) -> None:
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
        if self.ends:
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
            kernel.coroutines.append(future)  # which may never come to run
        self.begin()
        with self.entered():
            caller = kernel.current
            if context is not None:
                future = self.create_task(future, context=context)
            awaited = asyncio.ensure_future(future, loop=self)
            told: list[Any] = []

            def done() -> bool:
                if type(awaited) is not Task:  # any thread can give it its result
                    return bool(told)
                caller.past |= awaited.worker.past
                return finished(awaited)  # type: ignore[no-any-return]

            if type(awaited) is not Task:
                awaited.add_done_callback(told.append)
            self.run_while(lambda: not (done() or self.stopping), "the loop")
            self.end()
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
        if kernel.whole.get(kernel.current.number) is self:
            raise RuntimeError("This event loop is already running")
        if kernel.current.in_loop:
            raise RuntimeError(
                "Cannot run the event loop while another loop is running"
            )
        if kernel.mixed and kernel.event.depth < 0:
            kernel.pause(None, ("goes on", None))  # what follows is a step

    def note_due(self) -> None:
        """The step in progress was the last that is waited for: no more becomes due."""
        kernel.check(self.turns, True, self.turns)
        touch(self.turns, "callback", True)
        if self.fifo:
            touch(self.tail, None, True)
        self.chain = kernel.current.past

    def end(self) -> None:
        """The step in progress is the end: what is ready could have come before it."""
        if self.ends:
            self.note_due()
            touch(self.turns, "turn", True)
            self.busy = False  # or nothing could
            steps = len(kernel.events)
            kernel.left += [(worker, event, steps) for worker, event in self.left()]
            self.busy = True
        self.stopping = False

    def stop(self) -> None:
        """Let it end its lap, and run no more."""
        kernel.found.add(STOPPED)
        if not self.may_stop:
            kernel.give_up()
        self.race_with_end(bring=True)
        if self.foreign() and self.overlooks():
            self.unheard_stop = True
        else:
            self.stopping = True
        self.stopped_by = kernel.event

    def is_running(self) -> bool:
        step((self.name, "running"), None, False, (self.name, "is running"))
        return self.taken or self.running > 0

    def close(self) -> None:
        if self.is_running():
            raise RuntimeError("Cannot close a running event loop")
        step((self.name, "open"), None, True, (self.name, "closes"))
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
