"""The handles that a loop has ready: each is a worker, and to run it is one step.

In `any` order every ready handle may go first.  In `fifo` order only the oldest may,
as the stock loop promises; what varies then is when something comes from outside: a
worker's start, a timer, the end of a thread.
"""

import contextvars
from collections import deque
from types import MethodType
from typing import Any

from bench.correctness.kernel import Worker, kernel, publish, step
from bench.correctness.loop_tasks import Tasks
from bench.correctness.tasks import CANCELLED, TOLD, Handle, Task

ROUNDS = 3  # of a task, before a callback that was due before them must be called
TAIL = "the ready queue"
SPLIT = "split"  # a step of a loop in which another worker may come
ASLEEP = "loops are asleep"  # when a thread makes a handle ready, and wakes nobody
TURN_MARKS = (CANCELLED, SPLIT, TOLD, ASLEEP)  # touched by turns where it matters


class Ready(Tasks):
    """The part of an event loop that has handles, and says which may run next."""

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
