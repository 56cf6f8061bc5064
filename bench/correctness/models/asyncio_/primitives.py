"""asyncio's own locks and queues, as tasks alone see them: each call one access.

A task gives way only where it awaits, so nobody can see what is between two awaits
of `acquire` or `put`: CPython's own code runs there as it is, and only that the object
is used is told.  Beside threads that does not hold; see `aio` for those.

The stock classes' methods are called by name: `super()` takes longer than most of them.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from bench.correctness.engine.kernel import kernel, name_of, note_change, operation
from bench.correctness.engine.kernel import record_access as touched
from bench.correctness.models.asyncio_.holders import record_acquired, record_released


def tell(thing: object, write: bool) -> None:
    """Tell the kernel that all of an object is looked at or changed."""
    name = kernel.names.get(id(thing)) or name_of(thing)
    if kernel.recording:
        kernel.annotate("", (thing, None), name)
        kernel.check_races(name, write, name)
    if kernel.current.in_loop:
        touched(name, None, write)
    else:
        operation(name, None, write, name)


def touch(primitive: "Watched", write: bool) -> None:
    """Tell of a primitive's use: once in a step, unless only a look was told of.

    A trace shows the line of each.
    """
    if kernel.alone:
        return
    transition = kernel.transition
    if (
        primitive.used_in is not transition
        or (write and not primitive.change_recorded)
        or kernel.recording
    ):
        primitive.used_in, primitive.change_recorded = transition, write
        tell(primitive, write)


class WakeupFuture(asyncio.Future[Any]):
    """What a task awaits within a primitive, which it uses again when it goes on.

    The primitive's own calls need not be told: they are part of its use.
    """

    __slots__ = ("primitive",)

    def __init__(self, primitive: "Watched", loop: Any) -> None:
        super().__init__(loop=loop)
        self.primitive = primitive

    def result(self) -> Any:
        touch(self.primitive, True)
        return super().result()  # which a task asks for when it goes on

    def cancel(self, msg: Any = None) -> bool:
        touch(self.primitive, True)
        return super().cancel(msg)


class Watched:
    """A primitive that tells who uses it.

    Its own code asks its loop for a future when it must wait, and finds this object in
    the loop's place.
    """

    used_in: Any = None  # the step in which its use was told of last
    change_recorded = False

    def _get_loop(self) -> "Watched":
        return self

    def create_future(self) -> WakeupFuture:
        touch(self, True)
        asyncio.get_running_loop()  # raises where there is none: at the end of a run
        return WakeupFuture(self, super()._get_loop())  # type: ignore[misc]


class WatchedLock(Watched):
    """What tasks take, and give back."""

    _stock: Any

    async def acquire(self) -> Any:
        touch(self, True)
        result = await self._stock.acquire(self)
        if kernel.recording:
            record_acquired(self)
        return result

    def release(self) -> None:
        touch(self, True)
        self._stock.release(self)
        if kernel.recording:
            record_released(self)

    def locked(self) -> Any:
        touch(self, False)
        return self._stock.locked(self)


class Lock(WatchedLock, asyncio.Lock):
    _stock = asyncio.Lock


class Semaphore(WatchedLock, asyncio.Semaphore):
    _stock = asyncio.Semaphore


class BoundedSemaphore(Semaphore, asyncio.BoundedSemaphore):
    _stock = asyncio.BoundedSemaphore


class Event(Watched, asyncio.Event):
    def is_set(self) -> bool:
        touch(self, False)
        return asyncio.Event.is_set(self)

    def set(self) -> None:
        if not self._value:  # type: ignore[attr-defined]
            note_change()
        touch(self, not self._value)  # type: ignore[attr-defined]
        asyncio.Event.set(self)

    def clear(self) -> None:
        if self._value:  # type: ignore[attr-defined]
            note_change()
        touch(self, True)
        asyncio.Event.clear(self)

    async def wait(self) -> Any:
        touch(self, False)
        return await asyncio.Event.wait(self)


class Condition(Watched, asyncio.Condition):
    def __init__(self, lock: Any = None) -> None:
        super().__init__(Lock() if lock is None else lock)

    async def wait(self) -> Any:
        touch(self, True)
        return await asyncio.Condition.wait(self)

    async def wait_for(self, predicate: Callable[[], Any]) -> Any:
        return await asyncio.Condition.wait_for(self, predicate)

    def notify(self, n: int = 1) -> None:
        touch(self, True)
        asyncio.Condition.notify(self, n)

    def notify_all(self) -> None:
        touch(self, True)
        asyncio.Condition.notify_all(self)


class Queue(Watched, asyncio.Queue[Any]):
    """Whoever waits for its end waits for an event that nobody else can see."""

    def qsize(self) -> int:
        touch(self, False)
        return asyncio.Queue.qsize(self)

    def empty(self) -> bool:
        touch(self, False)
        return asyncio.Queue.empty(self)

    def full(self) -> bool:
        return asyncio.Queue.full(self)  # which asks for the size, if it matters

    async def put(self, item: Any) -> Any:
        return await asyncio.Queue.put(self, item)

    async def get(self) -> Any:
        return await asyncio.Queue.get(self)

    def put_nowait(self, item: Any) -> Any:
        touch(self, not self.full())
        return asyncio.Queue.put_nowait(self, item)

    def get_nowait(self) -> Any:
        touch(self, not self.empty())
        return asyncio.Queue.get_nowait(self)

    def task_done(self) -> None:
        touch(self, True)
        asyncio.Queue.task_done(self)

    async def join(self) -> Any:
        touch(self, True)
        return await asyncio.Queue.join(self)

    if hasattr(asyncio.Queue, "shutdown"):

        def shutdown(self, immediate: bool = False) -> None:
            touch(self, True)
            asyncio.Queue.shutdown(self, immediate)  # type: ignore[attr-defined]

    # A program that makes the container may look at it from elsewhere.

    def _put(self, item: Any) -> None:
        self.content_used()
        super()._put(item)

    def _get(self) -> Any:
        self.content_used()
        return super()._get()

    def content_used(self) -> None:
        note_change()
        if type(self)._init not in STOCK_INITS and not kernel.alone:
            tell(self._queue, True)  # type: ignore[attr-defined]


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
    _kind.__module__ = getattr(asyncio, _kind.__name__).__module__  # it is that one
