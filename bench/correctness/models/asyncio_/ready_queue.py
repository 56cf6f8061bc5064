"""The handles that a loop has ready: each is a worker, and to run it is one step.

In `any` order every ready task may go first, and every callback but those that came
after another, for callbacks are called in the order in which they are registered.  In
`fifo` order only the oldest handle may, as in the stock loop; what varies then is when
something comes from outside: a worker's start, a timer, the end of a thread.
"""

import contextvars
from collections import deque
from collections.abc import Callable, Iterator
from types import MethodType
from typing import Any

from bench.correctness.engine.kernel import Worker, kernel, publish, step, touch
from bench.correctness.engine.races import OfLoop
from bench.correctness.engine.transitions import Event
from bench.correctness.models.asyncio_.task import CANCELLED, TOLD, Handle, Task
from bench.correctness.models.asyncio_.task_registry import Tasks

ROUNDS = 3  # of a task, before a callback that was due before them must be called
SPLIT = "split"  # a step of a loop in which another worker may come
ASLEEP = "loops are asleep"  # when a thread makes a handle ready, and wakes nobody
STOPPED = "loops are stopped"  # by the program, with handles that are ready
# Touched by turns where it matters.
TURN_MARKS = (CANCELLED, SPLIT, TOLD, ASLEEP, STOPPED)


class Ready(Tasks):
    """The part of an event loop that has handles, and says which may run next."""

    def __init__(self, order: str = "any", *, ends: bool = False) -> None:
        super().__init__()
        self.fifo = order == "fifo"
        self.queue: deque[Worker] = deque()
        self.chain = 0  # what precedes the next handle in fifo order
        self.timers: list[Worker] = []
        self.callbacks: list[tuple[int, Worker]] = []  # and when each was registered
        self.lap = 0  # of its rounds: each runs what was ready when it began
        self.busy = True  # runs a handle, or runs not at all
        self.running = 0  # calls of `run_while`
        self.taken = False  # by a thread that runs it, or is about to
        self.ends = ends  # when nobody waits for what is left, not when all are done
        self.stopping = False
        self.stopped_by: Event | None = None
        self.unheard: list[Worker] = []  # whose handles were made ready while it slept
        self.unheard_stop = False
        self.heeded = [mark for mark in TURN_MARKS if mark in kernel.marks]
        self.may_stop = STOPPED in self.heeded
        self.name = kernel.child_name("loop")
        if self.fifo:
            self.tail = OfLoop("the ready queue", self.name)
        if ends:
            self.turns = OfLoop("turns", self.name)
        self.host = None if ends else kernel.current  # in whose thread it runs
        self.carrier = kernel.current.carrier

    def new_worker(self, name: str) -> Worker:
        worker = kernel.worker(name)
        worker.in_loop = True
        worker.carrier = self.carrier
        worker.past |= kernel.current.past
        kernel.whole[worker.number] = self
        return worker

    def move(self, host: Worker) -> None:
        """Run in this thread from now on."""
        self.host = host
        self.carrier = host.carrier
        for worker in (*kernel.workers, *(task.worker for task in self.tasks)):
            if kernel.whole.get(worker.number) is self:
                worker.carrier = self.carrier

    def foreign(self) -> bool:
        """Whether another thread than the loop's own is at work."""
        if not kernel.mixed or kernel.current.fire is not None:
            return False
        return kernel.thread() is not self.host

    def idle(self) -> bool:
        return not self.busy

    def add(self, worker: Worker, handle: Handle) -> None:
        """Make a handle ready."""
        if self.fifo:
            # Others may go first, even to this loop.
            step(self.tail, None, True, self.tail)
        if self.may_stop and not (self.running and self.foreign()):
            handle.lap = self.lap + 1
        worker.carrier = self.carrier  # which may have moved in the meantime
        worker.handle = handle
        worker.ended = False
        bit = kernel.current.bit
        past = publish() if not kernel.alone else kernel.current.past
        worker.past |= past
        worker.what = ("goes on", None)
        if self.fifo:
            self.queue.append(worker)
            worker.ready = lambda: self.is_head(worker)
        elif worker.task is None:
            if self.ends and kernel.current.in_loop:
                touch(self.turns, "callback", False)
            worker.ready = self.in_turn(worker, past)
            self.callbacks.append((bit, worker))
        elif len(worker.rounds) < ROUNDS and not self.may_stop:
            worker.ready = self.idle
        else:
            worker.ready = lambda: (
                self.idle() and not self.comes_late(worker) and not self.hurries(worker)
            )
        worker.added_at = len(kernel.events)
        kernel.workers.append(worker)

    def in_turn(self, worker: Worker, past: int) -> Callable[[], bool]:
        """When a callback may be called: after those that are known to precede it.

        Where every order of the steps is run, and so every order of registration,
        nobody needs to know.
        """
        earlier = [
            other for bit, other in self.callbacks if kernel.exhaustive or bit & past
        ]
        if not earlier and not self.may_stop:
            return self.idle

        def ready() -> bool:
            if not self.idle() or self.comes_late(worker):
                return False
            for other in earlier:
                if not other.ended:
                    return False
                worker.past |= other.past
            return True

        return ready

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

    def wake(self, past: int = 0) -> None:
        """Find what was made ready without a word, after what precedes that."""
        for worker in self.unheard:
            worker.past |= past or kernel.current.past
        self.unheard.clear()
        self.stopping |= self.unheard_stop
        self.unheard_stop = False

    def wake_at_end(self) -> None:
        """Find it now that all have ended: whoever waits for that is told."""
        past = kernel.main.past
        for worker in (*kernel.spawned, *(task.worker for task in self.tasks)):
            if worker.ended:
                past |= worker.past
        self.wake(past)

    def hurries(self, worker: Worker) -> bool:
        """Whether a task goes round and round, and never lets a callback be called."""
        return len(worker.rounds) >= ROUNDS and any(
            other.added_at < worker.rounds[-ROUNDS]
            for other in kernel.workers
            if other.handle is not None
            and other.task is None
            and other.deadline is None
        )

    def is_head(self, worker: Worker) -> bool:
        if self.busy or self.queue[0] is not worker:
            return False
        if self.stopping and self.comes_late(worker):
            return False
        worker.past |= self.chain
        return True

    def call_soon(
        self, callback: Any, *args: Any, context: contextvars.Context | None = None
    ) -> Any:
        """Make a callback ready; only the loop's own thread may ask for it so."""
        if not kernel.mixed or not self.foreign():
            return self.schedule(callback, *args, context=context)
        self.overlooks()
        handle = self.schedule(callback, *args, context=context)
        worker = handle.worker
        self.unheard.append(worker)
        touch((self.name, ASLEEP), None, True)
        if self.asleep():
            usual = worker.ready
            worker.ready = lambda: worker not in self.unheard and usual()
        else:  # it woke before the handle was there
            self.unheard.remove(worker)
        return handle

    def call_soon_threadsafe(
        self, callback: Any, *args: Any, context: contextvars.Context | None = None
    ) -> Any:
        if ASLEEP in self.heeded:
            step((self.name, ASLEEP), None, True, ASLEEP)
        if self.foreign():
            self.is_closed()
            self.race_with_end()
        handle = self.schedule(callback, *args, context=context)
        self.wake()
        return handle

    def overlooks(self) -> bool:
        """Whether it sleeps, and does not wake for what another thread does now."""
        kernel.found.add(ASLEEP)
        step((self.name, ASLEEP), None, True, ASLEEP)
        self.race_with_end()
        touch((self.name, ASLEEP), None, True)
        return self.asleep()

    def race_with_end(self, *, bring: bool = False) -> None:
        """What comes next has a turn before the loop's end, or never; or brings it."""
        if self.ends:
            step(self.turns, None, bring, self.turns)

    def is_closed(self) -> bool:
        step((self.name, "open"), None, False, (self.name, "is open"))
        return self.closed

    def schedule(
        self, callback: Any, *args: Any, context: contextvars.Context | None = None
    ) -> Any:
        if self.closed:
            raise RuntimeError("Event loop is closed")
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
        if self.closed:
            raise RuntimeError("Event loop is closed")
        if context is None:
            context = contextvars.copy_context()
        kernel.read_clock()
        overlooked = self.foreign() and self.overlooks()
        timer = kernel.timer(
            max(0.0, when - kernel.now), None, lambda: True, ("fires", "")
        )
        timer.needs = self
        maker = getattr(callback, "__module__", None) or ""
        if not maker.startswith(("asyncio.", "explored_asyncio.")):
            timer.sleeper = None  # it is the program's: nobody sleeps until it fires
        if overlooked:
            self.unheard.append(timer)
        self.timers.append(timer)
        earliest = timer.ready
        assert earliest is not None
        timer.ready = lambda: not self.puts_off(timer) and earliest()
        handle = Handle(timer, callback, args, context)
        if self.fifo:

            def fire() -> None:
                kernel.pass_time(timer)
                self.wake()
                called = self.schedule(handle.run)  # which a later cancel still stops
                called.worker.sleeper = timer.sleeper

            timer.fire = fire
        else:
            timer.in_loop = True
            timer.carrier = self.carrier
            timer.handle = handle
            kernel.whole[timer.number] = self
        return handle

    def puts_off(self, timer: Worker) -> bool:
        """Whether time goes by, and what should be called then is not called yet."""
        return self.busy or timer in self.unheard

    def time(self) -> float:
        kernel.note_look_at_clock()
        return kernel.read_clock()

    def left(self) -> Iterator[tuple[Worker, Event]]:
        """What could have had a turn still, and the steps that kept it from that."""
        end, stop = kernel.event, self.stopped_by
        for worker in kernel.workers:
            mine = worker.handle is not None and kernel.whole[worker.number] is self
            if mine and self.comes_late(worker):
                if stop is not None and stop.depth >= 0:
                    yield worker, stop
            elif (mine or worker in self.timers) and (
                worker.ready is None or worker.ready()
            ):
                yield worker, end

    def comes_late(self, worker: Worker) -> bool:
        """Whether it is for a lap that the loop, which stops, does not run."""
        return self.stopping and worker.handle.lap > self.lap

    def is_of_this_lap(self, worker: Worker) -> bool:
        """Whether the loop runs it before it stops, for it was ready in time."""
        return self.comes_first(worker) and 0 < worker.handle.lap <= self.lap

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
