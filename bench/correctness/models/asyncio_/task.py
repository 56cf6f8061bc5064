"""Futures, tasks and handles that tell the kernel who looks at them and sets them."""

import asyncio
import contextlib
import contextvars
from collections.abc import Generator, Iterator
from functools import lru_cache
from typing import Any
from zlib import crc32

from msgspec import Struct

from bench.correctness.engine.kernel import Worker, kernel, note_change, operation
from bench.correctness.tracking.calls import call_callback

# What a loop's turns touch only once it was seen that somebody else does.
HANDLE_CANCELLATIONS = "handles are cancelled"
TASK_CANCEL_REQUESTS = "tasks are told to end"


@lru_cache(maxsize=10_000)
def order_of(key: str) -> int:
    """A hash of a name that is the same in every process.

    An address would put sets of tasks in any order, and a schedule in vain.
    """
    return crc32(key.encode())


class Future(asyncio.Future[Any]):
    """A future that tells the kernel who looks at it and who sets it."""

    __slots__ = ("key",)

    def __init__(self, *, loop: Any = None) -> None:
        super().__init__(loop=loop)
        self.key = kernel.child_name("future")

    def __hash__(self) -> int:
        return order_of(self.key)

    def __eq__(self, other: object) -> bool:
        return self is other

    def record_use(self, write: bool) -> None:
        if not kernel.alone:
            operation(self.key, None, write, (self.key, write))

    def done(self) -> bool:
        self.record_use(False)
        return super().done()

    def cancelled(self) -> bool:
        self.record_use(False)
        return super().cancelled()

    def result(self) -> Any:
        self.record_use(False)
        return super().result()

    def exception(self) -> BaseException | None:
        self.record_use(False)
        return super().exception()

    def cancel(self, msg: Any = None) -> bool:
        self.record_use(True)
        return super().cancel(msg)

    def set_result(self, result: Any) -> None:
        self.record_use(True)
        super().set_result(result)

    def set_exception(self, exception: Any) -> None:
        self.record_use(True)
        super().set_exception(exception)

    def add_done_callback(self, fn: Any, *, context: Any = None) -> None:
        self.record_use(True)
        super().add_done_callback(fn, context=context)

    def remove_done_callback(self, fn: Any) -> int:
        self.record_use(True)
        return super().remove_done_callback(fn)

    def __await__(self) -> Generator[Any, None, Any]:
        self.record_use(True)
        return super().__await__()

    __iter__ = __await__


class Task(asyncio.Task[Any]):
    """A task, which is a worker: each of its turns is a step."""

    __slots__ = ("key", "worker")

    def __init__(self, coro: Any, *, loop: Any, **options: Any) -> None:
        note_change()
        self.key = kernel.child_name("task")
        label = getattr(coro, "__name__", self.key)
        self.worker = loop.new_worker(NEXT_NAME.pop() if NEXT_NAME else self.key)
        self.worker.label = self.worker.name if self.worker.name != self.key else label
        self.worker.task = self
        loop.tasks.append(self)
        if options.get("name") is None:  # asyncio would count on from run to run
            options["name"] = f"Task-{len(loop.tasks)}"
        super().__init__(coro, loop=loop, **options)

    def __hash__(self) -> int:
        return order_of(self.key)

    def __eq__(self, other: object) -> bool:
        return self is other

    def record_use(self, write: bool, key: Any = "end") -> None:
        if not kernel.alone:
            operation(self.key, key, write, (self.key, write))

    def set_name(self, value: object) -> None:
        super().set_name(value)
        self.worker.label = str(value)

    def done(self) -> bool:
        self.record_use(False)
        return super().done()

    def cancelled(self) -> bool:
        self.record_use(False)
        return super().cancelled()

    def result(self) -> Any:
        self.record_use(False)
        return super().result()

    def exception(self) -> BaseException | None:
        self.record_use(False)
        return super().exception()

    def cancel(self, msg: Any = None) -> bool:
        self.cancel_requested(True)
        return super().cancel(msg)

    def uncancel(self) -> int:
        self.cancel_requested(True)
        return super().uncancel()

    def cancelling(self) -> int:
        self.cancel_requested(False)
        return super().cancelling()

    def cancel_requested(self, write: bool) -> None:
        kernel.discover(TASK_CANCEL_REQUESTS)
        self.record_use(write, None)

    def add_done_callback(self, fn: Any, *, context: Any = None) -> None:
        self.record_use(True)
        super().add_done_callback(fn, context=context)

    def remove_done_callback(self, fn: Any) -> int:
        self.record_use(True)
        return super().remove_done_callback(fn)

    def __await__(self) -> Generator[Any, None, Any]:
        self.record_use(True)
        return super().__await__()


@contextlib.contextmanager
def unregistered() -> Iterator[None]:
    """Keep our tasks out of asyncio's set of all tasks, which would cost much time."""
    known = vars(asyncio.tasks)
    register: Any = known.get("_scheduled_tasks", known.get("_all_tasks"))  # 3.12, 3.11
    add, discard = register.add, register.discard
    register.add = lambda task: None if type(task) is Task else add(task)
    register.discard = lambda task: None if type(task) is Task else discard(task)
    try:
        yield
    finally:
        del register.add, register.discard


NEXT_NAME: list[str] = []  # what the task made next is called, if not by its maker


class Handle(Struct, eq=False):
    """A callback that is to be called once, by a worker of its own or a task's."""

    worker: Worker
    _callback: Any
    _args: tuple[Any, ...]
    _context: contextvars.Context
    _cancelled: bool = False
    iteration: int = 0  # of its loop, in which it will run; 0 if nobody can tell

    def cancel(self) -> None:
        kernel.discover(HANDLE_CANCELLATIONS)
        if kernel.current.in_loop or not kernel.alone:
            operation(self.worker.name, "handle", True, (self.worker.name, "cancel"))
        self._cancelled = True
        if self.worker.deadline is not None and not self.worker.ended:
            kernel.read_clock()
            kernel.cancel(self.worker)
            kernel.record_missed_timeout(self.worker, self.worker.name, "clock")

    def cancelled(self) -> bool:
        return self._cancelled

    def when(self) -> float:
        assert self.worker.deadline is not None
        return self.worker.deadline

    def run(self) -> None:
        if not self._cancelled:
            if self.worker.task is None:
                self._context.run(call_callback, self._callback, *self._args)
            else:
                self._context.run(self._callback, *self._args)
