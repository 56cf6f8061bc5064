"""How a loop's tasks are made, and what became of them.

What nobody retrieved is found at the end of a run, not told to a handler in passing.
"""

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any

from bench.correctness.engine.kernel import Worker, kernel
from bench.correctness.models.asyncio_.bridge import wrap
from bench.correctness.models.asyncio_.task import Future, Task
from bench.correctness.models.threading_.executor import ThreadPoolExecutor
from bench.correctness.models.threading_.thread import THREAD_IDENTITY, THREAD_LIST
from bench.correctness.tracking.calls import call_callback

TASK_LIST = "all tasks"  # who made which: looked after only if the program asks
Base: Any = asyncio.AbstractEventLoop


class TaskRegistry(Base):  # type: ignore[misc]
    """The part of an event loop that keeps tasks and their exceptions."""

    def __init__(self) -> None:
        self.tasks: list[Task] = []
        self.handler: Any = None
        self.problems: list[BaseException] = []
        self.factory: Any = None
        self.closed = False
        self.executor: Any = None
        self.threads: list[Worker] = []  # those of the executor that nobody made

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
        if self.factory is not None:
            return self.factory(self, coro)
        task = Task(coro, loop=self, name=name, context=context)
        if TASK_LIST in kernel.points:
            place = (self.name, "tasks")
            kernel.operation(place, task.key, True, (self.name, "makes a task"))
        if name is not None:
            task.worker.label = str(name)
        return task

    def set_task_factory(self, factory: Any) -> None:
        self.factory = factory

    def get_task_factory(self) -> Any:
        return self.factory

    # --- Threads --------------------------------------------------------------------

    def set_default_executor(self, executor: Any) -> None:
        self.executor = executor

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:
        """Call in a thread: of the executor given, or set, or one for this alone."""
        if self.closed:
            raise RuntimeError("Event loop is closed")
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
            error: BaseException | None = None
            result = None
            try:
                result = call_callback(func, *args)
            except Exception as problem:
                error = problem
            with contextlib.suppress(RuntimeError):  # who closed the loop wants none
                self.call_soon_threadsafe(settle, future, result, error)

        worker = kernel.spawn(kernel.child_name("thread"), body)
        if THREAD_LIST in kernel.points:
            kernel.also_access(THREAD_LIST, True, (worker.name, "starts"))
        worker.label = getattr(func, "__name__", worker.name)
        self.threads.append(worker)
        return future

    def make_executor(self) -> Any:
        """The default one, where a program can tell an idle thread from a new one."""
        return ThreadPoolExecutor()

    def join_executor(self) -> None:
        """Wait for the executor's threads; nothing races with a wait for an end."""
        if self.executor is not None:
            self.executor.shutdown()
        for worker in self.threads:
            joins = ("joins", worker.name)
            ended = lambda worker=worker: worker.ended  # noqa: E731
            what = ("joins", worker.label)
            kernel.operation(joins, None, False, joins, what, ended, worker)

    # --- Problems -------------------------------------------------------------------

    get_debug = staticmethod(bool)  # false; each task asks, and C answers soonest

    def set_debug(self, enabled: bool) -> None:
        """Nothing changes."""

    def set_exception_handler(self, handler: Any) -> None:
        self.handler = handler

    def get_exception_handler(self) -> Any:
        return self.handler

    def default_exception_handler(self, context: Any) -> None:
        """What is never retrieved is found at the end of the run."""

    def call_exception_handler(self, context: Any) -> None:
        if self.handler is not None and kernel.stop is None:
            self.handler(self, context)

    def never_retrieved(self) -> BaseException | None:
        """The exception of a task that nobody has looked at, if there is one."""
        for task in self.tasks:
            if asyncio.Task.done(task) and task._log_traceback:
                return asyncio.Task.exception(task)
        return self.problems[0] if self.problems else None

    def crashed(self) -> list[tuple[Worker, BaseException]]:
        """The workers among the tasks that ended with an exception.

        To be cancelled is one if nobody asked for it: what it waited for was.
        """
        made: list[tuple[Worker, BaseException]] = []
        for task in self.tasks:
            if task.worker.name == task.key or not asyncio.Task.done(task):
                continue
            if asyncio.Task.cancelled(task):
                if not asyncio.Task.cancelling(task):
                    made.append((task.worker, asyncio.CancelledError()))
            elif isinstance(error := asyncio.Task.exception(task), Exception):
                made.append((task.worker, error))
        return made

    def unfinished(self) -> set[Task]:
        """The tasks that have not ended, for the program: who makes one races."""
        place = (self.name, "tasks")
        kernel.discover(TASK_LIST)
        kernel.operation(place, None, False, (self.name, "all tasks"))
        return {task for task in self.tasks if not task.done()}

    def waiting(self) -> list[Task]:
        """The tasks that have not ended."""
        return [task for task in self.tasks if not asyncio.Task.done(task)]

    def dispose(self) -> None:
        """Close what a run left unfinished, without a word about it."""
        for task in self.tasks:
            if not asyncio.Task.done(task):
                task._log_destroy_pending = False  # type: ignore[attr-defined]
                with contextlib.suppress(BaseException):
                    task.get_coro().close()
            elif task._log_traceback:
                task._log_traceback = False
            worker = task.worker
            worker.task = worker.handle = worker.ready = None  # or they live for long
        self.tasks.clear()


def settle(future: Future, result: Any, error: BaseException | None) -> None:
    """Give a future its outcome, unless it was cancelled in the meantime."""
    if not future.cancelled():
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)
