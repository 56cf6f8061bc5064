"""How a program schedules callbacks on a loop: `call_soon`, `call_later` and others."""

import contextvars
from collections.abc import Callable
from functools import partial
from types import MethodType
from typing import Any

from bench.correctness.engine.kernel import (
    Worker,
    add_handle,
    kernel,
    operation,
    publish,
    record_access,
)
from bench.correctness.models.asyncio_.callback_chains import note_next
from bench.correctness.models.asyncio_.ready_queue import (
    LOOP_ASLEEP,
    MAX_OVERTAKING,
    ReadyQueue,
)
from bench.correctness.models.asyncio_.task import Handle, Task


class CallScheduling(ReadyQueue):
    """The part of an event loop that makes handles, for now or for a later time."""

    def __init__(self, order: str = "any", *, owned_by_program: bool = False) -> None:
        super().__init__(order, owned_by_program=owned_by_program)
        if not kernel.mixed:  # no other thread can call the loop
            self.call_soon = self.schedule  # type: ignore[method-assign]

    def dispose(self) -> None:
        """Break reference cycles, so that the loop is freed without the collector."""
        super().dispose()
        self.callbacks.clear()
        self.__dict__.pop("call_soon", None)

    def call_soon(
        self, callback: Any, *args: Any, context: contextvars.Context | None = None
    ) -> Any:
        """Make a callback ready; a call from another thread does not wake the loop."""
        if not kernel.mixed or not self.in_other_thread():
            return self.schedule(callback, *args, context=context)
        self.refuse_in_debug_mode()
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
        else:  # the loop is awake, so it finds the handle
            self.unnoticed.remove(worker)
        return handle

    def call_soon_threadsafe(
        self, callback: Any, *args: Any, context: contextvars.Context | None = None
    ) -> Any:
        """Make a callback ready from any thread, and wake up the loop."""
        if LOOP_ASLEEP in self.racing_points:
            operation((self.name, LOOP_ASLEEP), None, True, LOOP_ASLEEP)
        if self.in_other_thread():
            self.is_closed()
            self.race_with_end()
        handle = self.schedule(callback, *args, context=context)
        self.wake()
        return handle

    get_debug: Callable[[], bool] = staticmethod(
        bool
    )  # returns False; each new task calls it, and a function in C is the fastest

    def set_debug(self, enabled: bool) -> None:
        """Set the debug mode: in it, `call_soon` refuses calls from other threads.

        Slow callbacks are not reported, because time is virtual.
        """
        self.get_debug = partial(bool, enabled)

    def refuse_in_debug_mode(self) -> None:
        """Raise RuntimeError for a call from another thread, as asyncio does."""
        if self.get_debug():
            raise RuntimeError(
                "Non-thread-safe operation invoked on an event loop other than the"
                " current one"
            )

    def record_silent_change(self) -> None:
        """Record that another thread changes the loop without waking it up."""
        kernel.discover(LOOP_ASLEEP)
        operation((self.name, LOOP_ASLEEP), None, True, LOOP_ASLEEP)
        self.race_with_end()
        record_access((self.name, LOOP_ASLEEP), None, True)

    def race_with_end(self, *, stops: bool = False) -> None:
        """Record an operation that may come before or after the end of the loop.

        An operation that stops the loop conflicts with every handle.  Any other
        operation conflicts only with the end.
        """
        if self.owned_by_program:
            operation(self.handle_runs, None, stops, self.handle_runs)

    def is_closed(self) -> bool:
        operation((self.name, "open"), None, False, (self.name, "is open"))
        return self.closed

    def schedule(
        self, callback: Any, *args: Any, context: contextvars.Context | None = None
    ) -> Any:
        """Make a callback, or a task's next step, ready from any thread."""
        if self.closed:
            raise RuntimeError("Event loop is closed")
        owner = getattr(callback, "__self__", None)
        if isinstance(owner, Task) and type(callback) is not MethodType:
            # The callback is a step of a task.  If a program passed a method of a task,
            # the type of the callback would be MethodType.
            worker = owner.worker
        else:
            worker = self.new_worker(kernel.child_name("handle"))
            worker.label = getattr(callback, "__name__", worker.name).strip("_")
        if context is None:
            context = contextvars.copy_context()
        handle = Handle(worker, callback, args, context)
        if worker.task is None:
            note_next(worker, handle)
        if (
            self.plain
            and not self.fifo
            and worker.task is not None
            and len(worker.rounds) < MAX_OVERTAKING
        ):  # most handles: the effect of `add`, without the call
            maker = kernel.current
            hb_clock = maker.hb_clock
            if not (maker.in_loop or kernel.alone):
                publish()
            add_handle(worker, handle, hb_clock, self.idle, None)
        else:
            self.add(worker, handle)
        return handle

    def call_later(
        self, delay: float, callback: Any, *args: Any, context: Any = None
    ) -> Any:
        return self.call_at(kernel.now + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Any, *args: Any, context: Any = None
    ) -> Any:
        """Make a callback ready at a time in virtual seconds."""
        if self.closed:
            raise RuntimeError("Event loop is closed")
        if context is None:
            context = contextvars.copy_context()
        kernel.read_clock()
        unnoticed = False
        if self.in_other_thread():
            self.refuse_in_debug_mode()
            self.record_silent_change()
            unnoticed = self.asleep()
        timer = kernel.timer(when - kernel.now, None, lambda: True, ("fires", ""))
        timer.needs = self
        maker = getattr(callback, "__module__", None) or ""
        if not maker.startswith(("asyncio.", "explored_asyncio.")):
            # The timer calls a callback of the program, so the timer wakes no worker.
            timer.sleeper = None
        if unnoticed:
            self.unnoticed.append(timer)
        self.timers.append(timer)
        self.when_of[timer.number] = when
        earliest = timer.ready
        assert earliest is not None
        timer.wait_until(lambda: not self.delays(timer) and earliest())
        handle = Handle(timer, callback, args, context)
        if self.fifo:
            self.fire_into_queue(timer, handle)
        else:
            kernel.put_in_loop(timer, self)
            timer.fiber = self.fiber
            timer.handle = handle
            note_next(timer, handle)
            if when <= kernel.now:
                self.overdue.append(timer)
        return handle

    def fire_into_queue(self, timer: Worker, handle: Handle) -> None:
        """Let a timer append its callback to the ready queue when it is due."""

        def fire() -> None:
            due = [timer, *self.due_with(timer)]
            for one in due:
                kernel.pass_time(one)
            self.wake()
            # From now on, `cancel` cannot stop the timer.  `cancel` only marks the
            # timer's handle as cancelled, and `run` of the handle tests for the mark.
            for one in due:
                called = self.schedule(self.timer_handles[one.number].run)
                called.worker.sleeper = one.sleeper

        self.timer_handles[timer.number] = handle
        timer.fire = fire
        assert timer.deadline is not None
        if self.may_stop and timer.deadline <= kernel.now:
            kernel.cancel(timer)
            self.schedule_overdue(timer.deadline, timer, handle)

    def schedule_overdue(self, when: float, timer: Worker, handle: Handle) -> None:
        """Make the callback of an overdue timer ready, as the last of an iteration."""
        called = self.schedule(handle.run)
        called.worker.sleeper = timer.sleeper
        called.overdue = when
        worker = called.worker
        self.queue.remove(worker)
        self.insert(worker, called)

    def due_with(self, timer: Worker) -> list[Worker]:
        """Return the other timers that are due at exactly the same moment.

        The moment is the same only if the program passed the same object to `call_at`.
        Two equal numbers from two readings of the clock count as different moments.
        """
        when = self.when_of[timer.number]
        return [
            other
            for other in self.timers
            if other is not timer
            and not other.ended
            and self.when_of[other.number] is when
        ]

    def time(self) -> float:
        """The virtual clock in seconds."""
        kernel.note_clock_read()
        return kernel.read_clock()
