"""An event loop whose turns the kernel chooses, with virtual time."""

import asyncio
import contextlib
import sys
from asyncio import events
from collections.abc import Callable, Iterator
from typing import Any

from bench.correctness.kernel import Abandoned, Stopped, Worker, kernel, touch
from bench.correctness.ready import ASLEEP, SPLIT, Ready
from bench.correctness.standins import refuse
from bench.correctness.tasks import CANCELLED, TOLD, Task

finished: Any = asyncio.Task.done


class Loop(Ready):
    """As much of an event loop as a program without input and output needs."""

    def turn(self, worker: Worker) -> bool:
        """Run the handle whose step has just begun; did a task or a callback end?"""
        handle = worker.handle
        if worker.deadline is not None:
            kernel.pass_time(worker)
        else:
            kernel.workers.remove(worker)
            worker.ended = True
            if self.fifo:
                self.queue.popleft()
        task: Task | None = worker.task
        if self.heeded:
            self.tell_of(worker, task)
        if self.unheard:
            self.wake()
        kernel.untouched = kernel.event
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
        caller = kernel.current
        due: list[Worker] | None = None  # the loop takes them before it stops
        caller.ready = lambda: not going() and all(one.ended for one in due or ())
        caller.what = ("waits for", what)
        before = events._get_running_loop()
        events._set_running_loop(self)
        hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(finalizer=self.close_left)
        self.running += 1
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
                    due = list(filter(self.comes_first, kernel.workers))
        finally:
            self.running -= 1
            sys.set_asyncgen_hooks(*hooks)
            events._set_running_loop(before)

    def close_left(self, generator: Any) -> None:
        """An async generator that nobody has any more is ended by a task."""
        if kernel.stop is None and self in kernel.loops and self.is_running():
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
        """What the caller itself does to tasks is part of the loop's steps."""
        caller = kernel.current
        kernel.whole[caller.number] = self
        caller.in_loop = True
        try:
            yield
        finally:
            caller.in_loop = False
            kernel.whole.pop(caller.number, None)

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

    def run_until_complete(self, future: Any) -> Any:
        task = asyncio.ensure_future(future, loop=self)
        done: Any = finished if isinstance(task, Task) else asyncio.Future.done
        self.run_while(lambda: not done(task), "the loop")
        kernel.current.past |= self.chain
        return task.result()

    def run_forever(self) -> None:
        self.stopping = False
        self.run_while(lambda: not self.stopping, "the loop")

    def stop(self) -> None:
        self.stopping = True

    def is_running(self) -> bool:
        return events._get_running_loop() is self

    def is_closed(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    async def shutdown_asyncgens(self) -> None:
        """There is nothing to close: nothing outlives the run."""

    async def shutdown_default_executor(self, *_: object) -> None:
        """There is no default executor: each call gets a thread of its own."""


for _name in (
    "create_connection", "create_server", "create_datagram_endpoint",
    "create_unix_connection", "create_unix_server", "subprocess_exec",
    "subprocess_shell", "add_reader", "add_writer", "add_signal_handler", "sock_recv",
    "sock_sendall", "sock_connect", "sock_accept", "connect_read_pipe", "getaddrinfo",
    "connect_write_pipe", "sendfile", "start_tls", "getnameinfo",
):  # fmt: skip
    setattr(Loop, _name, refuse(f"asyncio's loop.{_name}"))
