"""The handles that a loop has ready: each is a worker, and to run it is one step.

In `any` order every ready task may go first, and every callback but those that came
after another, for callbacks are called in the order in which they are registered.  In
`fifo` order only the oldest handle may, as in the stock loop; what varies then is when
something comes from outside: a worker's start, a timer, the end of a thread.
"""

import contextvars
from collections import deque
from collections.abc import Iterator
from types import MethodType
from typing import Any

from bench.correctness.engine.kernel import (
    Worker,
    kernel,
    operation,
    publish,
    record_access,
)
from bench.correctness.engine.races import LoopPlace
from bench.correctness.engine.transitions import Transition
from bench.correctness.models.asyncio_.task import (
    HANDLE_CANCELLATIONS,
    TASK_CANCEL_REQUESTS,
    Handle,
    Task,
)
from bench.correctness.models.asyncio_.task_registry import TaskRegistry

TASK_ROUNDS = 3  # of a task, before a callback that was due before them must be called
SPLIT_STEP = "split"  # a step of a loop in which another worker may come
LOOP_ASLEEP = "loops are asleep"  # when a thread makes a handle ready, and wakes nobody
LOOP_STOPPED = "loops are stopped"  # by the program, with handles that are ready
# Touched by turns where it matters.
HANDLE_POINTS = (
    HANDLE_CANCELLATIONS,
    SPLIT_STEP,
    TASK_CANCEL_REQUESTS,
    LOOP_ASLEEP,
    LOOP_STOPPED,
)


class ReadyQueue(TaskRegistry):
    """The part of an event loop that has handles, and says which may run next."""

    def __init__(self, order: str = "any", *, owned_by_program: bool = False) -> None:
        super().__init__()
        self.fifo = order == "fifo"
        self.queue: deque[Worker] = deque()
        self.chain = 0  # what precedes the next handle in fifo order
        self.timers: list[Worker] = []
        self.callbacks: list[tuple[int, Worker]] = []  # and when each was registered
        self.iteration = 0  # of its rounds: each runs what was ready when it began
        self.busy = True  # runs a handle, or runs not at all
        self.running = 0  # calls of `run_while`
        self.has_runner = False  # by a thread that runs it, or is about to
        # Made by the program: it ends with what it runs, whatever is left.
        self.owned_by_program = owned_by_program
        self.stopping = False
        self.stopped_by: Transition | None = None
        self.unnoticed: list[
            Worker
        ] = []  # whose handles were made ready while it slept
        self.unnoticed_stop = False
        self.racing_points = [
            point for point in HANDLE_POINTS if point in kernel.points
        ]
        self.may_stop = LOOP_STOPPED in self.racing_points
        self.name = kernel.child_name("loop")
        if self.fifo:
            self.tail = LoopPlace("the ready queue", self.name)
        if owned_by_program:
            self.turns = LoopPlace("turns", self.name)
        self.host = (
            None if owned_by_program else kernel.current
        )  # in whose thread it runs
        self.fiber = kernel.current.fiber

    def new_worker(self, name: str) -> Worker:
        worker = kernel.worker(name)
        kernel.put_in_loop(worker, self)
        worker.fiber = self.fiber
        worker.learn(kernel.current.hb_clock)
        return worker

    def move(self, host: Worker) -> None:
        """Run in this thread from now on."""
        self.host = host
        self.fiber = host.fiber
        for worker in (*kernel.workers, *(task.worker for task in self.tasks)):
            if kernel.atomic_of.get(worker.number) is self:
                worker.fiber = self.fiber

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
            operation(self.tail, None, True, self.tail)
        if self.may_stop and not (self.running and self.foreign()):
            handle.iteration = self.iteration + 1
        worker.fiber = self.fiber  # which may have moved in the meantime
        hb_epoch = kernel.current.hb_epoch
        hb_clock = publish() if not kernel.alone else kernel.current.hb_clock
        worker.learn(hb_clock)
        if self.fifo:
            self.queue.append(worker)
            worker.wait_until(
                lambda: self.is_head(worker), lambda: worker.learn(self.chain)
            )
        elif worker.task is None:
            if self.owned_by_program and kernel.current.in_loop:
                record_access(self.turns, "callback", False)
            self.call_in_order(worker, hb_clock)
            self.callbacks.append((hb_epoch, worker))
        elif len(worker.rounds) < TASK_ROUNDS and not self.may_stop:
            worker.wait_until(self.idle)
        else:
            worker.wait_until(
                lambda: (
                    self.idle()
                    and not self.runs_in_later_iteration(worker)
                    and not self.starves_callbacks(worker)
                )
            )
        kernel.begin_handle(worker, handle)

    def call_in_order(self, worker: Worker, hb_clock: int) -> None:
        """Enable a callback after those that are known to be registered before it.

        In exhaustive search every order of registration is run, so that the order of
        these two need not be known.
        """
        earlier = [
            other
            for hb_epoch, other in self.callbacks
            if kernel.exhaustive or hb_epoch & hb_clock
        ]
        if not earlier and not self.may_stop:
            worker.wait_until(self.idle)
            return

        def ready() -> bool:
            return (
                self.idle()
                and not self.runs_in_later_iteration(worker)
                and all(other.ended for other in earlier)
            )

        def learn() -> None:
            for other in earlier:
                worker.learn(other.hb_clock)

        worker.wait_until(ready, learn)

    def asleep(self) -> bool:
        """Whether it waits for a timer, or for somebody to wake it."""
        return (
            self.running > 0
            and not self.busy
            and not any(
                worker.handle is not None
                and worker.deadline is None
                and worker not in self.unnoticed
                and kernel.atomic_of.get(worker.number) is self
                for worker in kernel.workers
            )
        )

    def wake(self, hb_clock: int = 0) -> None:
        """Find what was made ready without a word, after what precedes that."""
        for worker in self.unnoticed:
            worker.learn(hb_clock or kernel.current.hb_clock)
        self.unnoticed.clear()
        self.stopping |= self.unnoticed_stop
        self.unnoticed_stop = False

    def wake_at_end(self) -> None:
        """Find it now that all have ended: whoever waits for that is told."""
        hb_clock = kernel.main.hb_clock
        for worker in (*kernel.spawned, *(task.worker for task in self.tasks)):
            if worker.ended:
                hb_clock |= worker.hb_clock
        self.wake(hb_clock)

    def starves_callbacks(self, worker: Worker) -> bool:
        """Whether a task goes round and round, and never lets a callback be called."""
        return len(worker.rounds) >= TASK_ROUNDS and any(
            other.added_at < worker.rounds[-TASK_ROUNDS]
            for other in kernel.workers
            if other.handle is not None
            and other.task is None
            and other.deadline is None
        )

    def is_head(self, worker: Worker) -> bool:
        """Whether the worker's handle is the oldest, and the loop can run it now."""
        return (
            not self.busy
            and self.queue[0] is worker
            and not (self.stopping and self.runs_in_later_iteration(worker))
        )

    def call_soon(
        self, callback: Any, *args: Any, context: contextvars.Context | None = None
    ) -> Any:
        """Make a callback ready; only the loop's own thread may ask for it so."""
        if not kernel.mixed or not self.foreign():
            return self.schedule(callback, *args, context=context)
        self.record_silent_change()
        handle = self.schedule(callback, *args, context=context)
        worker = handle.worker
        self.unnoticed.append(worker)
        record_access((self.name, LOOP_ASLEEP), None, True)
        if self.asleep():
            usual = worker.ready
            worker.wait_until(
                lambda: worker not in self.unnoticed and usual(), worker.on_enabled
            )
        else:  # it woke before the handle was there
            self.unnoticed.remove(worker)
        return handle

    def call_soon_threadsafe(
        self, callback: Any, *args: Any, context: contextvars.Context | None = None
    ) -> Any:
        if LOOP_ASLEEP in self.racing_points:
            operation((self.name, LOOP_ASLEEP), None, True, LOOP_ASLEEP)
        if self.foreign():
            self.is_closed()
            self.race_with_end()
        handle = self.schedule(callback, *args, context=context)
        self.wake()
        return handle

    def record_silent_change(self) -> None:
        """Another thread changes the loop without waking it: that may race."""
        kernel.discover(LOOP_ASLEEP)
        operation((self.name, LOOP_ASLEEP), None, True, LOOP_ASLEEP)
        self.race_with_end()
        record_access((self.name, LOOP_ASLEEP), None, True)

    def race_with_end(self, *, bring: bool = False) -> None:
        """What comes next has a turn before the loop's end, or never; or brings it."""
        if self.owned_by_program:
            operation(self.turns, None, bring, self.turns)

    def is_closed(self) -> bool:
        operation((self.name, "open"), None, False, (self.name, "is open"))
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
        unnoticed = False
        if self.foreign():
            self.record_silent_change()
            unnoticed = self.asleep()
        timer = kernel.timer(
            max(0.0, when - kernel.now), None, lambda: True, ("fires", "")
        )
        timer.needs = self
        maker = getattr(callback, "__module__", None) or ""
        if not maker.startswith(("asyncio.", "explored_asyncio.")):
            timer.sleeper = None  # it is the program's: nobody sleeps until it fires
        if unnoticed:
            self.unnoticed.append(timer)
        self.timers.append(timer)
        earliest = timer.ready
        assert earliest is not None
        timer.wait_until(lambda: not self.delays(timer) and earliest())
        handle = Handle(timer, callback, args, context)
        if self.fifo:

            def fire() -> None:
                kernel.pass_time(timer)
                self.wake()
                called = self.schedule(handle.run)  # which a later cancel still stops
                called.worker.sleeper = timer.sleeper

            timer.fire = fire
        else:
            kernel.put_in_loop(timer, self)
            timer.fiber = self.fiber
            timer.handle = handle
        return handle

    def delays(self, timer: Worker) -> bool:
        """Whether time goes by, and what should be called then is not called yet."""
        return self.busy or timer in self.unnoticed

    def time(self) -> float:
        kernel.note_clock_read()
        return kernel.read_clock()

    def left(self) -> Iterator[tuple[Worker, Transition]]:
        """What could have had a turn still, and the steps that kept it from that."""
        end, stop = kernel.transition, self.stopped_by
        for worker in kernel.workers:
            mine = worker.handle is not None and kernel.atomic_of[worker.number] is self
            if mine and self.runs_in_later_iteration(worker):
                if stop is not None and stop.depth >= 0:
                    yield worker, stop
            elif (mine or worker in self.timers) and kernel.refresh(worker):
                yield worker, end

    def runs_in_later_iteration(self, worker: Worker) -> bool:
        """Whether it is for a lap that the loop, which stops, does not run."""
        return self.stopping and worker.handle.iteration > self.iteration

    def runs_in_this_iteration(self, worker: Worker) -> bool:
        """Whether the loop runs it before it stops, for it was ready in time."""
        return (
            self.runs_before_stop(worker)
            and 0 < worker.handle.iteration <= self.iteration
        )

    def runs_before_stop(self, worker: Worker) -> bool:
        """Whether the loop takes it before it stops: all that is ready, as it says.

        In any order tasks are an exception: their turns come when they come.
        """
        return (
            worker.handle is not None
            and worker.deadline is None
            and kernel.atomic_of.get(worker.number) is self
            and (self.fifo or worker.task is None)
        )
