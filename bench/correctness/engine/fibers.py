"""Fibers, which carry workers: greenlets, or real threads for a debugger.

Fibers of both kinds are reused, because making a fiber takes longer than a short run.
The next exploration reuses a few greenlets as well (`kept_fibers`).  Only one fiber
runs at a time.  `switch` lets another fiber run, and returns when another fiber
switches back.  Each job begins with an empty `contextvars` context, as in a new thread.
So it also begins with the default settings of `decimal`, which are a part of a context.
"""

import _thread
import contextvars
import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from types import CodeType
from typing import Any, Protocol

from bench.correctness.engine.frames import user_line

FiberJob = Callable[[], "Fiber"]  # runs a worker to its end, returns the next fiber


class Fiber(Protocol):
    def switch(self) -> Any: ...


class FiberPool(Protocol):
    """A pool of fibers, with the main fiber, on which the search itself runs."""

    main: Fiber
    debugged: bool  # whether a debugger shows the workers as threads

    def fiber_for(self, job: FiberJob) -> Fiber: ...
    def unwind(self, fiber: Fiber) -> None: ...
    def where(self) -> tuple[CodeType, int] | None: ...
    def close(self) -> None: ...


@cache
def greenlet_module() -> Any:
    """The module `greenlet`.  Raises ImportError."""
    return import_module("greenlet")


@cache
def greenlet_class() -> Any:
    """Greenlets that do one job after another.  Raises ImportError."""
    greenlet: Any = greenlet_module()

    class GreenletFiber(greenlet.greenlet):  # type: ignore[misc]
        __slots__ = ("idle", "job", "nursery")
        idle: list[Any]  # the idle fibers of its pool
        job: FiberJob | None  # None: the greenlet ends
        nursery: Any  # the greenlet that starts this fiber; `run` first switches back

        def run(self) -> None:
            self.nursery.switch()
            while self.job is not None:
                following = self.job()
                self.idle.append(self)
                following.switch()

    return GreenletFiber


class GreenletPool:
    """A pool of greenlets in one thread: a switch takes half a microsecond."""

    debugged = False

    def __init__(self) -> None:
        self.greenlet = greenlet = greenlet_module()
        self.make = greenlet_class()
        self.main: Any = greenlet.getcurrent()
        self.idle: list[Any] = []
        self.made = 0  # the number of fibers, idle or not
        self.nursery: Any = greenlet.greenlet(self.begin_fibers)
        self.nursery.switch(self.main)

    def begin_fibers(self, asker: Any) -> None:
        """Begin fibers, one at a time, each at the request of another fiber.

        This method runs in a greenlet of its own, `nursery`.  A fiber requests a new
        fiber by `nursery.switch(itself)`, and this call returns the new fiber.  At the
        end of the pool, `nursery.switch(None)` ends this method.

        Python limits the depth of nested calls.  In a new greenlet, the depth starts
        with the depth of the greenlet that begins it.  The fiber that requests a new
        fiber may be deep in nested calls.  So the new fiber is begun by the greenlet
        that runs this method, which is not deep in calls.
        """
        fiber = None
        while (asker := asker.switch(fiber)) is not None:
            # When a fiber ends, its parent resumes.  The parent is the main fiber, not
            # this greenlet.
            fiber = self.make(None, self.main)
            fiber.idle, fiber.nursery = self.idle, self.nursery
            self.made += 1
            fiber.switch()

    def fiber_for(self, job: FiberJob) -> Fiber:
        if self.idle:
            fiber = self.idle.pop()
            fiber.gr_context = None
        else:
            fiber = self.nursery.switch(self.greenlet.getcurrent())
        fiber.job = job
        return fiber  # type: ignore[no-any-return]

    def unwind(self, fiber: Fiber) -> None:
        fiber.switch()  # `pause` in the fiber finds that the run is over, and raises

    def where(self) -> tuple[CodeType, int] | None:
        return user_line(sys._getframe(2))

    def close(self) -> None:
        # A fiber without a job ends.  To throw an exception into it would take longer.
        for fiber in self.idle:
            fiber.job = None
            fiber.switch()
        self.idle.clear()
        self.nursery.switch(None)


class ThreadFiber:
    """A real thread that waits for its lock `mine` until another fiber wakes it."""

    def __init__(self, pool: "ThreadPool", job: FiberJob | None) -> None:
        self.pool = pool
        self.job = job
        self.mine = _thread.allocate_lock()
        self.mine.acquire()
        self.started = job is None

    def wake(self) -> None:
        self.pool.running = self
        if self.started:
            self.mine.release()
        else:
            self.started = True
            _thread.start_new_thread(self.serve, ())

    def switch(self) -> None:
        running = self.pool.running
        self.wake()
        running.mine.acquire()

    def serve(self) -> None:
        while self.job is not None:
            following = contextvars.Context().run(self.job)
            self.job = None
            self.pool.idle.append(self)
            assert isinstance(following, ThreadFiber)
            following.wake()
            self.mine.acquire()


class ThreadPool:
    """A pool of real threads: a debugger shows each worker as a thread with a stack."""

    debugged = True

    def __init__(self) -> None:
        self.idle: list[ThreadFiber] = []
        self.running = ThreadFiber(self, None)
        self.main: Fiber = self.running

    def fiber_for(self, job: FiberJob) -> Fiber:
        if self.idle:
            baton = self.idle.pop()
            baton.job = job
            return baton
        return ThreadFiber(self, job)

    def unwind(self, fiber: Fiber) -> None:
        fiber.switch()

    def where(self) -> tuple[CodeType, int] | None:
        return user_line(sys._getframe(2))

    def close(self) -> None:
        for baton in self.idle:
            baton.job = None
            baton.mine.release()
        self.idle.clear()


def make_pool(kind: str) -> FiberPool:
    """Make a pool of this kind; real threads if greenlet is not installed."""
    if kind == "greenlet":
        try:
            return GreenletPool()
        except ImportError:
            return ThreadPool()
    return ThreadPool()
