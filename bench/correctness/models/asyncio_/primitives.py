"""Models of asyncio's locks and queues in programs without threads.

A task yields only at an `await`.  So no other worker can run between two awaits of
`acquire` or `put`.  For this reason CPython's own code runs here without
instrumentation, and each call is recorded as one access to the whole object.  In a
program with threads, other workers can run there, and `module` uses instrumented code.

CPython's methods are called through their classes, because `super()` takes longer.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from bench.correctness.engine.kernel import (
    kernel,
    name_of,
    note_change,
    operation,
    record_access,
)
from bench.correctness.engine.lock_study import LockNotes
from bench.correctness.models.asyncio_.holders import record_acquired, record_released
from bench.correctness.models.asyncio_.studied_locks import answer_locked
from bench.correctness.tracking.predicates import call_predicate


def record_whole(thing: object, write: bool, verb: str = "") -> None:
    """Record an access to a whole object; `verb` is for the reader of a trace."""
    name = kernel.names.get(id(thing)) or name_of(thing)
    if kernel.recording:
        kernel.annotate(verb, thing, name)
        kernel.check_races(name, write, name)
    if kernel.current.in_loop:
        record_access(name, None, write)
    else:
        operation(name, None, write, name)


def record_use(primitive: "RecordedPrimitive", write: bool, verb: str = "") -> None:
    """Record the first use and the first write of a primitive in a transition.

    A later use in this transition adds no access.  To save a call, the most frequent
    callers skip the call for a later use.  For a trace, each use is recorded.
    A search of all interleavings needs no accesses of tasks.  In such a search, the
    first use of a primitive by a task only gives the primitive its name.
    """
    if kernel.alone:
        return
    if kernel.exhaustive and kernel.current.in_loop:
        if primitive.changed_in is not kernel.main:
            primitive.changed_in = kernel.main
            name_of(primitive)
        return
    transition = kernel.transition
    if not kernel.recording:
        if primitive.changed_in is transition:
            return
        if write:
            primitive.changed_in = transition
        elif primitive.read_in is transition:
            return
        else:
            primitive.read_in = transition
        if kernel.current.in_loop:
            name = kernel.names.get(id(primitive)) or name_of(primitive)
            record_access(name, None, write)
            return
    record_whole(primitive, write, verb)


class WakeupFuture(asyncio.Future[Any]):
    """The future that a task awaits within a primitive.

    When the task resumes, it uses the primitive again, and this is recorded.  A method
    such as `release`, which sets the result, records its own use of the primitive.
    """

    __slots__ = ("primitive",)

    def __init__(self, primitive: "RecordedPrimitive", loop: Any) -> None:
        asyncio.Future.__init__(self, loop=loop)
        self.primitive = primitive

    def result(self) -> Any:
        record_use(self.primitive, True)
        return asyncio.Future.result(self)  # a task calls this when it resumes

    def cancel(self, msg: Any = None) -> bool:
        record_use(self.primitive, True)
        return asyncio.Future.cancel(self, msg)


class RecordedPrimitive:
    """A primitive that records each use.

    To wait, CPython's code requests a future from the result of `_get_loop`.  Here this
    is the primitive itself, so that the future is a WakeupFuture.
    """

    # The transition that last recorded a write, and the one that last recorded a read.
    # In an exhaustive search, `changed_in` says which run last named the primitive.
    changed_in: Any = None
    read_in: Any = None

    def _get_loop(self) -> "RecordedPrimitive":
        return self

    def __repr__(self) -> str:
        record_use(self, False)
        return super().__repr__()

    def __str__(self) -> str:
        record_use(self, False)
        return super().__str__()

    def create_future(self) -> WakeupFuture:
        record_use(self, True)
        # Raises RuntimeError after a run.  Otherwise CPython would make a real loop.
        asyncio.get_running_loop()
        return WakeupFuture(self, super()._get_loop())  # type: ignore[misc]


class RecordedLock(RecordedPrimitive):
    """A primitive that tasks acquire and release."""

    _stock: Any
    _x_is_lock = True
    _x_notes: LockNotes | None = None  # None if locks are not studied

    async def acquire(self) -> Any:
        notes = self._x_notes
        if notes is None and not kernel.recording:  # nearly always
            if self.changed_in is not kernel.transition:
                record_use(self, True)
            return await self._stock.acquire(self)
        if notes is not None and notes.taken_out:
            notes.enter()
            return True
        record_use(self, True)
        result = await self._stock.acquire(self)
        if kernel.recording:
            record_use(self, True, "acquires")
            record_acquired(self)
        if notes is not None:
            notes.enter()
        return result

    def release(self) -> None:
        notes = self._x_notes
        if notes is None and not kernel.recording:  # nearly always
            if self.changed_in is not kernel.transition:
                record_use(self, True)
            self._stock.release(self)
            return
        if notes is not None and notes.taken_out:
            notes.leave()
            return
        record_use(self, True, "releases")
        self._stock.release(self)
        if kernel.recording:
            record_released(self)
        if notes is not None:
            notes.leave()

    def locked(self) -> Any:
        if self._x_notes is not None and self._x_notes.taken_out:
            return answer_locked(self, self._x_notes)
        if self.changed_in is not kernel.transition or kernel.recording:
            record_use(self, False, "checks")
        return self._stock.locked(self)


class Lock(RecordedLock, asyncio.Lock):
    _stock = asyncio.Lock

    def __init__(self) -> None:
        asyncio.Lock.__init__(self)
        self._x_notes = kernel.notes_for(self, "Lock")


class Semaphore(RecordedLock, asyncio.Semaphore):
    _stock = asyncio.Semaphore

    def __init__(self, value: int = 1) -> None:
        super().__init__(value)
        self._x_notes = kernel.notes_for(self, "Semaphore")


class BoundedSemaphore(Semaphore, asyncio.BoundedSemaphore):
    _stock = asyncio.BoundedSemaphore

    # Without this method, the TypeError for wrong arguments would name `Semaphore`.
    def __init__(self, value: int = 1) -> None:
        super().__init__(value)


class Event(RecordedPrimitive, asyncio.Event):
    def is_set(self) -> bool:
        record_use(self, False, "checks")
        return asyncio.Event.is_set(self)

    def set(self) -> None:
        if not self._value:  # type: ignore[attr-defined]
            note_change()
        write = not self._value  # type: ignore[attr-defined]
        record_use(self, write, "sets")
        asyncio.Event.set(self)

    def clear(self) -> None:
        if self._value:  # type: ignore[attr-defined]
            note_change()
        record_use(self, True, "clears")
        asyncio.Event.clear(self)

    async def wait(self) -> Any:
        record_use(self, False, "waits for")
        return await asyncio.Event.wait(self)


class Condition(RecordedPrimitive, asyncio.Condition):
    _x_is_lock = True

    def __init__(self, lock: Any = None) -> None:
        super().__init__(Lock() if lock is None else lock)

    async def wait(self) -> Any:
        record_use(self, True, "waits for")
        return await asyncio.Condition.wait(self)

    async def wait_for(self, predicate: Callable[[], Any]) -> Any:
        return await asyncio.Condition.wait_for(self, lambda: call_predicate(predicate))

    def notify(self, n: int = 1) -> None:
        record_use(self, True, "notifies")
        asyncio.Condition.notify(self, n)

    def notify_all(self) -> None:
        record_use(self, True, "notifies")
        asyncio.Condition.notify_all(self)


class Queue(RecordedPrimitive, asyncio.Queue[Any]):
    """`asyncio.Queue`; the program cannot access the event that `join` waits for."""

    def qsize(self) -> int:
        if self.changed_in is not kernel.transition or kernel.recording:
            record_use(self, False, "checks")
        return asyncio.Queue.qsize(self)

    def empty(self) -> bool:
        if self.changed_in is not kernel.transition or kernel.recording:
            record_use(self, False, "checks")
        return asyncio.Queue.empty(self)

    def full(self) -> bool:
        return asyncio.Queue.full(self)  # calls `qsize`, if the queue is bounded

    async def put(self, item: Any) -> Any:
        return await asyncio.Queue.put(self, item)

    async def get(self) -> Any:
        return await asyncio.Queue.get(self)

    def put_nowait(self, item: Any) -> Any:
        record_use(self, not self.full(), "puts into")
        return asyncio.Queue.put_nowait(self, item)

    def get_nowait(self) -> Any:
        record_use(self, not self.empty(), "gets from")
        return asyncio.Queue.get_nowait(self)

    def task_done(self) -> None:
        record_use(self, True)
        asyncio.Queue.task_done(self)

    async def join(self) -> Any:
        record_use(self, True)
        return await asyncio.Queue.join(self)

    if hasattr(asyncio.Queue, "shutdown"):

        def shutdown(self, immediate: bool = False) -> None:
            record_use(self, True)
            asyncio.Queue.shutdown(self, immediate)  # type: ignore[attr-defined]

    # If a subclass has its own `_init`, the program may access the container directly.
    def _put(self, item: Any) -> None:
        self.record_content_change()
        super()._put(item)

    def _get(self) -> Any:
        self.record_content_change()
        return super()._get()

    def record_content_change(self) -> None:
        note_change()
        if type(self)._init not in STOCK_INITS and not kernel.alone:
            record_whole(self._queue, True)  # type: ignore[attr-defined]


class PriorityQueue(Queue, asyncio.PriorityQueue[Any]):
    pass


class LifoQueue(Queue, asyncio.LifoQueue[Any]):
    pass


STOCK_INITS = [
    vars(kind)["_init"]
    for kind in (asyncio.Queue, asyncio.PriorityQueue, asyncio.LifoQueue)
]
LOCKS = {
    cls.__name__: cls for cls in (Lock, Event, Condition, Semaphore, BoundedSemaphore)
}
QUEUES = {cls.__name__: cls for cls in (Queue, PriorityQueue, LifoQueue)}
for _kind in (*LOCKS.values(), *QUEUES.values()):
    # Messages and hooks treat each class like asyncio's class of the same name.
    _kind.__module__ = getattr(asyncio, _kind.__name__).__module__
