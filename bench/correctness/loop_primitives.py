"""asyncio's own locks and queues, as tasks alone see them: each call one access.

A task gives way only where it awaits, so nobody can see what is between two awaits
of `acquire` or `put`: CPython's own code runs there as it is, and only that the object
is used is told.  Beside threads that does not hold; see `aio` for those.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from bench.correctness.kernel import kernel, name_of, step
from bench.correctness.kernel import touch as touched


def tell(thing: object, write: bool) -> None:
    """Tell the kernel that all of an object is looked at or changed."""
    name = kernel.names.get(id(thing)) or name_of(thing)
    if kernel.recording:
        kernel.note("", (thing, None), name)
        kernel.check(name, write, name)
    if kernel.current.in_loop:
        touched(name, None, write)
    else:
        step(name, None, write, name)


def touch(primitive: "Watched", write: bool) -> None:
    """Tell of a primitive's use: once in a step, unless only a look was told of.

    A trace shows the line of each.
    """
    if kernel.alone:
        return
    event = kernel.event
    if (
        primitive.told_in is not event
        or (write and not primitive.told_of_change)
        or kernel.recording
    ):
        primitive.told_in, primitive.told_of_change = event, write
        tell(primitive, write)


class Woken(asyncio.Future[Any]):
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

    told_in: Any = None  # the step in which its use was told of last
    told_of_change = False

    def _get_loop(self) -> "Watched":
        return self

    def create_future(self) -> Woken:
        touch(self, True)
        asyncio.get_running_loop()  # raises where there is none: at the end of a run
        return Woken(self, super()._get_loop())  # type: ignore[misc]


class Held(Watched):
    """What tasks take, and give back."""

    async def acquire(self) -> Any:
        touch(self, True)
        return await super().acquire()  # type: ignore[misc]

    def release(self) -> None:
        touch(self, True)
        super().release()  # type: ignore[misc]

    def locked(self) -> Any:
        touch(self, False)
        return super().locked()  # type: ignore[misc]


class Lock(Held, asyncio.Lock):
    pass


class Semaphore(Held, asyncio.Semaphore):
    pass


class BoundedSemaphore(Semaphore, asyncio.BoundedSemaphore):
    pass


class Event(Watched, asyncio.Event):
    def is_set(self) -> bool:
        touch(self, False)
        return super().is_set()

    def set(self) -> None:
        touch(self, not self._value)  # type: ignore[attr-defined]
        super().set()

    def clear(self) -> None:
        touch(self, True)
        super().clear()

    async def wait(self) -> Any:
        touch(self, False)
        return await super().wait()


class Condition(Watched, asyncio.Condition):
    def __init__(self, lock: Any = None) -> None:
        super().__init__(Lock() if lock is None else lock)

    async def wait(self) -> Any:
        touch(self, True)
        return await super().wait()

    async def wait_for(self, predicate: Callable[[], Any]) -> Any:
        return await super().wait_for(predicate)

    def notify(self, n: int = 1) -> None:
        touch(self, True)
        super().notify(n)

    def notify_all(self) -> None:
        touch(self, True)
        super().notify_all()


class Queue(Watched, asyncio.Queue[Any]):
    """Whoever waits for its end waits for an event that nobody else can see."""

    def qsize(self) -> int:
        touch(self, False)
        return super().qsize()

    def empty(self) -> bool:
        touch(self, False)
        return super().empty()

    def full(self) -> bool:
        return super().full()  # which asks for the size, unless there is no limit

    async def put(self, item: Any) -> Any:
        return await super().put(item)

    async def get(self) -> Any:
        return await super().get()

    def put_nowait(self, item: Any) -> Any:
        touch(self, not self.full())
        return super().put_nowait(item)

    def get_nowait(self) -> Any:
        touch(self, not self.empty())
        return super().get_nowait()

    def task_done(self) -> None:
        touch(self, True)
        super().task_done()

    async def join(self) -> Any:
        touch(self, True)
        return await super().join()

    if hasattr(asyncio.Queue, "shutdown"):

        def shutdown(self, immediate: bool = False) -> None:
            touch(self, True)
            super().shutdown(immediate)  # type: ignore[misc]

    # A program that makes the container may look at it from elsewhere.

    def _put(self, item: Any) -> None:
        self.content_used()
        super()._put(item)

    def _get(self) -> Any:
        self.content_used()
        return super()._get()

    def content_used(self) -> None:
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
