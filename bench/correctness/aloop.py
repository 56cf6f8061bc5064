"""An event loop whose turns the kernel chooses, with virtual time.

Each handle that is ready is a worker; to run it is one step.  In `any` order every
ready handle may go first.  In `fifo` order only the oldest may, as the stock loop
promises; what varies then is when something comes from outside: a worker's start,
a timer, the end of a thread.
"""

import asyncio
import contextlib
import contextvars
import sys
from asyncio import events
from collections import deque
from collections.abc import Callable, Iterator
from types import MethodType
from typing import Any

from bench.correctness.kernel import (
    Abandoned,
    Stopped,
    Worker,
    kernel,
    publish,
    step,
    touch,
)
from bench.correctness.loop_tasks import Tasks
from bench.correctness.standins import refuse
from bench.correctness.tasks import CANCELLED, TOLD, Handle, Task

ROUNDS = 3  # of a task, before a callback that was due before them must be called
TAIL = "the ready queue"
SPLIT = "split"  # a step of a loop in which another worker may come
ASLEEP = "loops are asleep"  # when a thread makes a handle ready, and wakes nobody
TURN_MARKS = (CANCELLED, SPLIT, TOLD, ASLEEP)  # touched by turns where it matters
finished: Any = asyncio.Task.done


class Loop(Tasks):
    """As much of an event loop as a program without input and output needs."""

    def __init__(self, order: str = "any") -> None:
        super().__init__()
        self.fifo = order == "fifo"
        self.queue: deque[Worker] = deque()
        self.chain = 0  # what precedes the next handle in fifo order
        self.busy = False
        self.running = 0  # calls of `run_while`
        self.unheard: list[Worker] = []  # whose handles were made ready while it slept
        self.heeded = [mark for mark in TURN_MARKS if mark in kernel.marks]
        self.name = kernel.child_name("loop")
        self.host = kernel.current  # in whose thread it runs
        self.carrier = self.host.carrier
        self.closed = False

    # --- Workers and handles --------------------------------------------------------

    def new_worker(self, name: str) -> Worker:
        worker = kernel.worker(name)
        worker.in_loop = True
        worker.carrier = self.carrier
        worker.past |= kernel.current.past
        kernel.whole[worker.number] = self
        return worker

    def idle(self) -> bool:
        return not self.busy

    def add(self, worker: Worker, handle: Handle) -> None:
        """Make a handle ready."""
        if self.fifo:
            step(TAIL, None, True, TAIL)  # others may go first, even to this loop
        worker.handle = handle
        worker.ended = False
        worker.past |= publish() if not kernel.alone else kernel.current.past
        worker.what = ("goes on", None)
        if self.fifo:
            self.queue.append(worker)
            worker.ready = lambda: self.is_head(worker)
        elif len(worker.rounds) < ROUNDS:
            worker.ready = self.idle
        else:
            worker.ready = lambda: not self.busy and not self.hurries(worker)
        worker.added_at = len(kernel.events)
        kernel.workers.append(worker)

    def asleep(self) -> bool:
        """Whether it waits for a timer, or for somebody to wake it."""
        return (
            self.running > 0
            and not self.busy
            and not any(
                worker.handle is not None
                and worker.deadline is None
                and worker not in self.unheard
                and kernel.whole.get(worker.number) is self
                for worker in kernel.workers
            )
        )

    def wake(self) -> None:
        """Find the handles that were made ready without a word."""
        for worker in self.unheard:
            worker.past |= kernel.current.past
        self.unheard.clear()

    def hurries(self, worker: Worker) -> bool:
        """Whether a task goes round and round, and never lets a callback be called."""
        return any(
            other.added_at < worker.rounds[-ROUNDS]
            for other in kernel.workers
            if other.handle is not None
            and other.task is None
            and other.deadline is None
        )

    def is_head(self, worker: Worker) -> bool:
        if self.busy or self.queue[0] is not worker:
            return False
        worker.past |= self.chain
        return True

    def call_soon(
        self, callback: Any, *args: Any, context: contextvars.Context | None = None
    ) -> Any:
        """Make a callback ready; only the loop's own thread may ask for it so."""
        if not kernel.mixed or kernel.current.fire or kernel.thread() is self.host:
            return self.schedule(callback, *args, context=context)
        kernel.found.add(ASLEEP)
        step((self.name, ASLEEP), None, True, ASLEEP)
        asleep = self.asleep()
        handle = self.schedule(callback, *args, context=context)
        if asleep:
            worker = handle.worker
            usual = worker.ready
            self.unheard.append(worker)
            worker.ready = lambda: worker not in self.unheard and usual()
        return handle

    def call_soon_threadsafe(
        self, callback: Any, *args: Any, context: contextvars.Context | None = None
    ) -> Any:
        if ASLEEP in self.heeded:
            step((self.name, ASLEEP), None, True, ASLEEP)
        handle = self.schedule(callback, *args, context=context)
        self.wake()
        return handle

    def schedule(
        self, callback: Any, *args: Any, context: contextvars.Context | None = None
    ) -> Any:
        owner = getattr(callback, "__self__", None)
        if isinstance(owner, Task) and type(callback) is not MethodType:
            worker = owner.worker  # its next turn: what a program hands over is bound
        else:
            worker = self.new_worker(kernel.child_name("handle"))
            worker.label = getattr(callback, "__name__", worker.name).strip("_")
        if context is None:
            context = contextvars.copy_context()
        handle = Handle(worker, callback, args, context)
        self.add(worker, handle)
        return handle

    def call_later(
        self, delay: float, callback: Any, *args: Any, context: Any = None
    ) -> Any:
        return self.call_at(kernel.now + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Any, *args: Any, context: Any = None
    ) -> Any:
        if context is None:
            context = contextvars.copy_context()
        kernel.read_clock()
        timer = kernel.timer(
            max(0.0, when - kernel.now), None, lambda: True, ("fires", "")
        )
        handle = Handle(timer, callback, args, context)
        if self.fifo:

            def fire() -> None:
                kernel.pass_time(timer)
                self.schedule(handle.run)  # which a later cancel still stops

            timer.fire = fire
        else:
            timer.in_loop = True
            timer.carrier = self.carrier
            timer.handle = handle
            kernel.whole[timer.number] = self
            earliest = timer.ready
            assert earliest is not None
            timer.ready = lambda: not self.busy and earliest()
        return handle

    def time(self) -> float:
        return kernel.read_clock()

    def comes_first(self, worker: Worker) -> bool:
        """Whether the loop takes it before it stops: all that is ready, as it says.

        In any order tasks are an exception: their turns come when they come.
        """
        return (
            worker.handle is not None
            and worker.deadline is None
            and kernel.whole.get(worker.number) is self
            and (self.fifo or worker.task is None)
        )

    # --- Running --------------------------------------------------------------------

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
