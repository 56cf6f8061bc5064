"""Models of asyncio's futures, tasks and handles, which record each use."""

import asyncio
import contextvars
from collections.abc import Generator, Hashable
from types import CoroutineType, MethodType
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec import Struct

from bench.correctness.engine.kernel import (
    Worker,
    kernel,
    note_change,
    operation,
    publish,
)
from bench.correctness.engine.object_registry import hash_of_child
from bench.correctness.models.asyncio_.last_step import EndingCoroutine, without_end
from bench.correctness.tracking.calls import call_callback

# Point ids.  Each names an action that a program may take.  When it is known that the
# program takes the action, the loop records an access at the run of each handle: the
# action and the run of the handle may race.
HANDLE_CANCELLATIONS = "handles are cancelled"
TASK_CANCEL_REQUESTS = "tasks are asked to cancel"


def looked_at(name: str, cls: type = asyncio.Future) -> Any:
    """Return a property for an attribute of a C future; it records each read."""
    stock: Any = vars(cls)[name]

    def look(future: Any) -> Any:
        future.record_look()
        return stock.__get__(future)

    return property(look, stock.__set__)


StockTask: Any = asyncio.Task
if TYPE_CHECKING:
    StockFuture = asyncio.Future[Any]
else:
    StockFuture = object  # the C class of a future or task comes later in the bases


class RecordedFuture(StockFuture):
    """The methods that futures and tasks share: each records an operation.

    A class lists this base before asyncio's C class, so `super()` is the C class here.
    """

    __slots__ = ()

    key: str  # its name, which is the same in every schedule
    outcome: Hashable = None  # the key of the outcome; None: all of the future

    def __hash__(self) -> int:
        # If hashes depended on addresses, no schedule could be repeated.
        return hash_of_child(self.key)

    def __eq__(self, other: object) -> bool:
        return self is other

    def record_use(self, write: bool) -> None:
        """Record an access to the outcome, or to the callbacks that wait for it."""
        if not kernel.alone:
            operation(self.key, self.outcome, write, (self.key, write))

    def record_look(self) -> None:
        """Record that the program reads internal state."""
        self.record_use(False)

    _state = looked_at("_state")
    _result = looked_at("_result")
    _exception = looked_at("_exception")
    _callbacks = looked_at("_callbacks")

    def __repr__(self) -> str:
        self.record_look()
        return super().__repr__()

    def done(self) -> bool:
        self.record_use(False)
        return super().done()

    def cancelled(self) -> bool:
        self.record_use(False)
        return super().cancelled()

    def result(self) -> Any:
        self.record_use(False)
        try:
            return super().result()
        finally:
            del self  # otherwise the exception and this frame refer to each other

    def exception(self) -> BaseException | None:
        self.record_use(False)
        return super().exception()

    def add_done_callback(self, fn: Any, *, context: Any = None) -> None:
        self.record_use(True)
        if kernel.mixed and TASK_CANCEL_REQUESTS in kernel.points:
            record_suspension(fn)
        if context is None:  # asyncio then copies the current context
            context = contextvars.copy_context()
        super().add_done_callback(fn, context=context)

    def remove_done_callback(self, fn: Any) -> int:
        self.record_use(True)
        return super().remove_done_callback(fn)

    def __await__(self) -> Generator[Any, None, Any]:
        self.record_use(True)
        return super().__await__()


class FutureType(type):
    """The class of `Future`: tasks and futures of primitives count as its instances."""

    def __instancecheck__(cls, thing: Any) -> bool:
        kind = asyncio.Future if cls is Future else cls
        return type.__instancecheck__(kind, thing)

    def __subclasscheck__(cls, kind: type) -> bool:
        return type.__subclasscheck__(asyncio.Future if cls is Future else cls, kind)


class Future(RecordedFuture, asyncio.Future[Any], metaclass=FutureType):
    """`asyncio.Future`, which records each use."""

    __slots__ = ("key",)
    default_loop: ClassVar[Any] = None  # the module `runner` sets `get_event_loop`

    def __init__(self, *, loop: Any = None) -> None:
        super().__init__(loop=self.default_loop() if loop is None else loop)
        self.key = kernel.child_name("future")

    def cancel(self, msg: Any = None) -> bool:
        self.record_use(True)
        return super().cancel(msg)

    def set_result(self, result: Any) -> None:
        # CPython allows `Future.set_result(task, value)`.  The model of `Task` does not
        # inherit from this class, so `super()` would raise TypeError for a task.
        Future.record_use(self, True)
        asyncio.Future.set_result(self, result)

    def set_exception(self, exception: Any) -> None:
        Future.record_use(self, True)
        asyncio.Future.set_exception(self, exception)

    __iter__ = RecordedFuture.__await__


class Task(RecordedFuture, asyncio.Task[Any]):
    """`asyncio.Task`, which is a worker: a transition runs it to its next await."""

    __slots__ = ("key", "worker")

    outcome = "end"

    def __init__(
        self,
        coro: Any,
        *,
        loop: Any = None,
        name: Any = None,
        context: Any = None,
        **options: Any,
    ) -> None:
        # This test comes before the task is added to `loop.tasks`, so that no invalid
        # task stays in that list.
        if type(coro) is not CoroutineType and (not asyncio.iscoroutine(coro)):
            raise TypeError(f"a coroutine was expected, got {coro!r}")
        if loop is None:
            loop = Future.default_loop()
        note_change()
        self.key = key = kernel.child_name("task")
        if NEXT_NAME:
            self.worker = worker = loop.new_worker(NEXT_NAME.pop())
        else:
            self.worker = worker = loop.new_worker(key)
            worker.label = getattr(coro, "__name__", key)
        worker.task = self
        loop.tasks.append(self)
        loop.tasks_made += 1
        if name is None:  # asyncio's own count would differ from run to run
            name = f"Task-{loop.tasks_made}"
        cancels = kernel.mixed and TASK_CANCEL_REQUESTS in kernel.points
        if cancels and type(coro) is CoroutineType:  # a thread may cancel the task
            coro = EndingCoroutine(coro, key)
        if not options:
            StockTask.__init__(self, coro, loop=loop, name=name, context=context)
            return
        StockTask.__init__(self, coro, loop=loop, name=name, context=context, **options)
        if options.get("eager_start"):  # the first step of the task has already run
            self.worker.learn(publish())
            if super().done():
                self.record_whole_use(True)

    def record_whole_use(self, write: bool) -> None:
        """Record an access to the whole task: its outcome and its cancel requests."""
        if not kernel.alone:
            operation(self.key, None, write, (self.key, write))

    def record_look(self) -> None:
        """Record a read of state that each transition of the task may change."""
        kernel.discover(TASK_CANCEL_REQUESTS)
        self.record_whole_use(False)

    _fut_waiter = looked_at("_fut_waiter", asyncio.Task)
    _must_cancel = looked_at("_must_cancel", asyncio.Task)

    def get_coro(self) -> Any:
        return without_end(super().get_coro())

    _coro = property(get_coro)

    def get_stack(self, *, limit: int | None = None) -> Any:
        self.record_look()
        return super().get_stack(limit=limit)

    def print_stack(self, *, limit: int | None = None, file: Any = None) -> None:
        self.record_look()
        super().print_stack(limit=limit, file=file)

    def get_name(self) -> str:
        self.record_name_use(False)
        return super().get_name()

    def set_name(self, value: object) -> None:
        self.record_name_use(True)
        super().set_name(value)
        self.worker.label = str(value)

    def record_name_use(self, write: bool) -> None:
        if not kernel.alone:
            operation(self.key, "name", write, (self.key, "name", write))

    def cancel(self, msg: Any = None) -> bool:
        self.record_cancel_request(True)
        return super().cancel(msg)

    def uncancel(self) -> int:
        self.record_cancel_request(True)
        return super().uncancel()

    def cancelling(self) -> int:
        self.record_cancel_request(False)
        return super().cancelling()

    def record_cancel_request(self, write: bool) -> None:
        """Record an access to the cancel requests, which each run of the task reads."""
        kernel.discover(TASK_CANCEL_REQUESTS)
        self.record_whole_use(write)


def record_suspension(callback: Any) -> None:
    """Record that a task is about to wait, if `callback` wakes up a task.

    A task that awaits a future first registers such a callback.  Then the task tests
    whether a cancellation was requested.  Until this test, a thread may request one.
    So this operation of the task may come before or after the `cancel` of a thread.
    """
    task = getattr(callback, "__self__", None)
    if isinstance(task, Task) and type(callback) is not MethodType:
        operation(task.key, "transition", True, (task.key, "waits"))


NEXT_NAME: list[str] = []  # at most one: the worker name of the next task


class Handle(Struct, eq=False):
    """`asyncio.Handle`: a callback that its worker, or a task's worker, calls once."""

    worker: Worker
    _callback: Any
    _args: tuple[Any, ...]
    _context: contextvars.Context
    _cancelled: bool = False
    overdue: float | None = None  # the due time of a timer that was overdue when made
    iteration: int = 0  # the iteration of the loop that will run it; 0 if not known
    chain: Any = None  # of a callback: see `callback_chains`
    following: list[Worker] | None = None  # callbacks that this callback has scheduled
    continues: bool = False  # whether a callback in `following` is the same call

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
        if not kernel.alone:
            operation(self.worker.name, "handle", False, (self.worker.name, "look"))
        return self._cancelled

    def get_context(self) -> contextvars.Context:
        return self._context

    def when(self) -> float:
        """Return the time in virtual seconds at which a timer's callback is due."""
        assert self.worker.deadline is not None
        return self.worker.deadline

    def run(self) -> None:
        """Call the callback in its context, unless it was cancelled."""
        if not self._cancelled:
            if self.worker.task is None:
                self._context.run(call_callback, self._callback, *self._args)
            else:
                self._context.run(self._callback, *self._args)
