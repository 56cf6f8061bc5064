"""The tasks of a loop, its executor's threads, and the exceptions of both.

An exception that was never retrieved is found at the end of a run.  asyncio's own loop
reports such an exception to its exception handler when the task is freed.  This may be
at any time.
"""

import asyncio
import contextlib
import weakref
from collections.abc import Coroutine
from typing import Any

from bench.correctness.engine.kernel import Worker, close_coroutine, kernel
from bench.correctness.models.asyncio_.bridge import converted, wrap
from bench.correctness.models.asyncio_.task import Future, Task
from bench.correctness.models.threading_.executor import ThreadPoolExecutor
from bench.correctness.models.threading_.thread import THREAD_IDENTITY, THREAD_LIST
from bench.correctness.tracking.calls import call_callback

HANDLED_IN_CONTEXT = hasattr(asyncio.Handle, "get_context")
TASK_LIST = "all tasks"  # a point id: new tasks are tracked once the list is read
# Point ids: once the program sets one of these, each use of it is recorded as a read.
FACTORY = "the task factory is set"
HANDLER = "the exception handler is set"
ENDED = object()  # stands for a task that has ended, and may be freed
UNASKED = "exception was never retrieved"  # the end of the message about a freed task
Base: Any = asyncio.AbstractEventLoop
# CPython's methods access nothing, unlike those of the model.
done: Any = asyncio.Task.done
cancelled: Any = asyncio.Task.cancelled
exception_of: Any = asyncio.Task.exception


class TaskRegistry(Base):  # type: ignore[misc]
    """The part of an event loop that has tasks, threads and their exceptions.

    Each part of a loop has slots, to save time.  Without them, a loop would have more
    than 30 attributes in its `__dict__`.  CPython gives such an object a table of names
    of its own, and then looks up its methods anew at each call.
    """

    __slots__ = (
        "callback_errors", "closed", "ended", "executor", "executor_closed", "factory",
        "generators", "handler", "tasks", "tasks_made", "threads",
    )  # fmt: skip

    def __init__(self) -> None:
        self.tasks: list[Task] = []
        # Tasks that have ended with an exception that was not retrieved.  The list is
        # used only if objects must be freed in time.
        self.ended: list[weakref.ref[Task]] = []
        self.generators: list[weakref.ref[Any]] = []  # async generators that have begun
        self.tasks_made = 0
        self.handler: Any = None  # the program's exception handler
        self.callback_errors: list[BaseException] = []  # they count as not caught
        self.factory: Any = None
        self.closed = False
        self.executor: Any = None
        self.executor_closed = False
        # A thread for each job of `run_in_executor`, while no executor is needed.
        self.threads: list[Worker] = []

    def create_future(self) -> Future:
        return Future(loop=self)

    def create_task(
        self,
        coro: Coroutine[Any, Any, Any],
        *,
        name: Any = None,
        context: Any = None,
        **_: Any,
    ) -> Any:
        if self.closed:
            raise RuntimeError("Event loop is closed")
        if FACTORY in kernel.points:
            self.record_part("factory", False)
        if self.factory is not None:
            return self.make_task(coro, name, context)
        task = Task(coro, loop=self, name=name, context=context)
        if TASK_LIST in kernel.points:
            place = (self.name, "tasks")
            kernel.operation(place, task.key, True, (self.name, "makes a task"))
        if name is not None:
            task.worker.label = str(name)
        return task

    def make_task(self, coro: Any, name: Any, context: Any) -> Any:
        """Make a task with the program's factory, as asyncio does."""
        if context is None:
            task = self.factory(self, coro)
        else:
            task = self.factory(self, coro, context=context)
        if name is not None:
            task.set_name(name)
        return task

    def set_task_factory(self, factory: Any) -> None:
        kernel.discover(FACTORY)
        self.record_part("factory", True)
        self.factory = factory

    def get_task_factory(self) -> Any:
        self.record_part("factory", False)
        return self.factory

    def record_part(self, part: str, write: bool) -> None:
        """Record an access to a part of the loop that the program can set."""
        if not kernel.alone:
            place = (self.name, part)
            kernel.operation(place, None, write, (*place, write))

    # --- Threads --------------------------------------------------------------------

    def set_default_executor(self, executor: Any) -> None:
        self.executor = executor

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:
        """Call a function in a thread of an executor, or else in a new thread."""
        if self.closed:
            raise RuntimeError("Event loop is closed")
        if executor is None and self.executor_closed:
            raise RuntimeError("Executor shutdown has been called")
        if (
            executor is None
            and self.executor is None
            and THREAD_IDENTITY in kernel.points
        ):
            self.executor = self.make_executor()
        executor = executor or self.executor
        if executor is not None:
            return wrap(executor.submit(func, *args), self)
        future = self.create_future()

        def body() -> None:
            nonlocal future
            error: BaseException | None = None
            result = None
            try:
                result = call_callback(func, *args)
            except BaseException as problem:
                if kernel.stop is not None:
                    raise
                error = converted(problem)
            with contextlib.suppress(RuntimeError):  # the loop may be closed
                self.call_soon_threadsafe(settle, future, result, error)
            del future, error  # the exception refers to this frame

        worker = kernel.spawn(kernel.child_name("thread"), body)
        if THREAD_LIST in kernel.points:
            kernel.also_access(THREAD_LIST, True, (worker.name, "starts"))
        worker.label = getattr(func, "__name__", worker.name)
        self.threads.append(worker)
        return future

    def make_executor(self) -> Any:
        """Make the default executor, for programs that distinguish threads."""
        return ThreadPoolExecutor(thread_name_prefix="asyncio")

    def join_executor(self) -> None:
        """Wait for the executor's threads; such a wait races with nothing."""
        if self.executor is not None:
            self.executor.shutdown()
        for worker in self.threads:
            joins = ("joins", worker.name)
            ended = lambda worker=worker: worker.ended  # noqa: E731
            what = ("joins", worker.label)
            kernel.operation(joins, None, False, joins, what, ended, worker)

    # --- Exceptions -----------------------------------------------------------------

    def set_exception_handler(self, handler: Any) -> None:
        kernel.discover(HANDLER)
        self.record_part("handler", True)
        self.handler = handler

    def get_exception_handler(self) -> Any:
        self.record_part("handler", False)
        return self.handler

    def default_exception_handler(self, context: Any) -> None:
        """Do nothing: `never_retrieved` finds exceptions at the end of the run."""

    def call_exception_handler(self, context: Any) -> None:
        """Call the program's exception handler, if there is one.

        From Python 3.12 on, the handler runs in the context of the failed task or
        handle.  If the program has set no handler, an exception in `context` counts as
        not caught, except if `context` names the task, future or handle that failed.

        If a task is freed although its exception was never retrieved, no handler is
        called, and this exception counts as not caught.
        """
        failed = context.get("task") or context.get("future") or context.get("handle")
        if isinstance(failed, Task) and str(context.get("message")).endswith(UNASKED):
            if kernel.stop is None:
                self.callback_errors.append(context["exception"])
            return
        if HANDLER in kernel.points:
            self.record_part("handler", False)
        if kernel.stop is not None:
            return
        if self.handler is None:
            if failed is None and context.get("exception") is not None:
                self.callback_errors.append(context["exception"])
            return
        if HANDLED_IN_CONTEXT and hasattr(failed, "get_context"):
            failed.get_context().run(self.handler, self, context)
        else:
            self.handler(self, context)

    def unseen(self) -> list[BaseException]:
        """Return all exceptions that were never retrieved, of callbacks and tasks."""
        return [
            *self.callback_errors,
            *(
                error
                for task in (*self.tasks, *self.ended_tasks())
                if asyncio.Task.done(task)
                and task._log_traceback
                and (error := asyncio.Task.exception(task)) is not None
            ),
        ]

    def never_retrieved(self) -> BaseException | None:
        """Return an exception that was never retrieved, of a task or callback."""
        tasks = (*self.tasks, *self.ended_tasks()) if self.ended else self.tasks
        for task in tasks:
            if done(task) and task._log_traceback:
                return exception_of(task)  # type: ignore[no-any-return]
        return self.callback_errors[0] if self.callback_errors else None

    def crashed(self) -> list[tuple[Worker, BaseException]]:
        """Return the scenario's workers among the tasks that ended with an exception.

        A cancelled task is included only if the program did not request its
        cancellation: then the task awaited something that was cancelled.
        """
        made: list[tuple[Worker, BaseException]] = []
        for task in self.tasks:
            if task.worker.name == task.key or not done(task):
                continue
            if cancelled(task):
                if not asyncio.Task.cancelling(task):
                    made.append((task.worker, asyncio.CancelledError()))
            elif isinstance(error := exception_of(task), Exception):
                made.append((task.worker, error))
        return made

    def unfinished(self) -> set[Task]:
        """Return unfinished tasks to the program: a read that races with new tasks."""
        place = (self.name, "tasks")
        kernel.discover(TASK_LIST)
        kernel.operation(place, None, False, (self.name, "all tasks"))
        return {task for task in self.tasks if not task.done()}

    def waiting(self) -> list[Task]:
        """Return unfinished tasks; access nothing."""
        return [task for task in self.tasks if not asyncio.Task.done(task)]

    def ended_tasks(self) -> list[Task]:
        """Return ended tasks that still exist, although the loop does not hold them."""
        return [task for known in self.ended if (task := known()) is not None]

    def let_tasks_go(self) -> None:
        """Drop references to ended tasks, except those of the scenario's workers.

        At the end of the run the tasks of these workers are read.  Tasks with an
        exception that was not retrieved are read too; the loop stores weak references
        to them.
        """
        held = []
        for task in self.tasks:
            worker = task.worker
            if worker.name == task.key and asyncio.Task.done(task):
                if task._log_traceback:
                    self.ended.append(weakref.ref(task))
                worker.task, worker.ready = ENDED, None
            else:
                held.append(task)
        self.tasks = held

    def dispose(self) -> None:
        """Close the tasks that a run left unfinished, without any warning."""
        for task in self.tasks:
            if not done(task):
                task._log_destroy_pending = False  # type: ignore[attr-defined]
                close_coroutine(task.get_coro())
            else:
                forget_frames(task)
            worker = task.worker
            worker.task = worker.handle = worker.ready = None  # breaks the cycles
        if self.ended:
            for task in self.ended_tasks():
                forget_frames(task)
        self.tasks.clear()


def forget_frames(task: Task) -> None:
    """Drop the frames that a task's exception refers to, because the run is over.

    These frames may refer to the task, as those of `asyncio.timeout` do.  Then only the
    garbage collector would free them.  A frame may also have a coroutine for an `await`
    that the end of the run prevented.  Python would warn that this coroutine was never
    awaited.
    """
    try:
        asyncio.Task.result(task)  # `result` moves the task's traceback into the error
    except BaseException as error:
        error.__traceback__ = error.__context__ = None


def settle(future: Future, result: Any, error: BaseException | None) -> None:
    """Set a future's result or exception, unless it was cancelled in the meantime."""
    if not future.cancelled():
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)
