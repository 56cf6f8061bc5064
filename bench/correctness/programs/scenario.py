"""A scenario as a program: a class with workers and, perhaps, a check."""

import inspect
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.models.asyncio_.loop import Loop
from bench.correctness.programs.end_state import state_of
from bench.correctness.programs.loader import Loader
from bench.correctness.programs.object_names import (
    class_and_module_names,
    named_objects,
)
from bench.correctness.programs.single_run import end_remaining_threads, run_to_end
from bench.correctness.programs.workers import run_beside_loop


@dataclass
class ScenarioClass:
    """A class with `workers`, and perhaps `check`.

    Each run makes an instance and runs its workers: coroutine functions as tasks of one
    event loop, others as threads.  Then `check` may raise.
    """

    loader: Loader
    module: str
    qualname: str
    path: str
    names: list[str] = field(default_factory=list)  # of the workers
    tasks: set[str] = field(default_factory=set)  # the workers that are coroutines
    tasks_known: bool = False
    has_tasks: bool | None = None  # None: not known before the first run

    def close(self) -> None:
        self.loader.uninstall()

    @property
    def name(self) -> str:
        return f"{self.path}:{self.qualname}"

    def run(self) -> str:
        """Run the workers and the check under the kernel; return the end state."""
        found: Any = self.loader.load(self.module)
        for part in self.qualname.split("."):
            found = getattr(found, part)
        if self.has_tasks is None:
            self.has_tasks = any(map(inspect.iscoroutinefunction, found.workers))
        if self.has_tasks or self.tasks:
            return self.run_on_loop(found)
        instance, bodies = self.make(found)
        workers = [kernel.spawn(name, self.thread(name, body)) for name, body in bodies]
        check = getattr(instance, "check", None)
        if check is not None:
            kernel.allow_check_when(lambda: all(one.ended for one in workers))
        run_to_end()
        if check is not None and not kernel.crashes:
            check()
        end_remaining_threads()
        return state_of(instance)

    def make(self, cls: Any) -> tuple[Any, list[tuple[str, Callable[[], Any]]]]:
        """Return a new instance, and its workers by name."""
        instance = cls()
        for_trace = kernel.recording or type(kernel.points) is not set
        named = named_objects(instance, "self", within=for_trace)
        labels: dict[int, str] = {}
        if kernel.recording:
            module = self.loader.modules[self.module]
            labels = {**class_and_module_names(cls, module), **named}
        kernel.name_objects(named, labels)
        kernel.keep(instance)
        functions = list(cls.workers)
        if not self.names:
            self.names = numbered_names(functions)
        bodies = [bind_worker(function, instance) for function in functions]
        return instance, list(zip(self.names, bodies, strict=True))

    def thread(self, name: str, body: Callable[[], Any]) -> Callable[[], None]:
        """Return the body of a thread.

        A worker that returns a coroutine is a task: the next run starts it as one.
        """

        def run() -> None:
            result = body()
            if inspect.iscoroutine(result):
                result.close()
                self.tasks.add(name)
                kernel.discover(("task", name))

        return run

    def run_on_loop(self, cls: Any) -> str:
        """Run async workers as tasks of one loop, the others as threads beside it."""
        loop = Loop(kernel.order)
        kernel.add_loop(loop)
        with loop.current():
            instance, bodies = self.make(cls)
            if not self.tasks_known:
                self.tasks_known = True
                self.tasks |= {n for n, b in bodies if inspect.iscoroutinefunction(b)}
            coroutines, threads = [], []
            for name, body in bodies:
                if name in self.tasks:
                    coroutines.append((name, body))
                else:
                    threads.append((name, self.thread(name, body)))
            check = getattr(instance, "check", None)
            run_beside_loop(loop, coroutines, threads, checked=check is not None)
            if check is not None and not kernel.crashes:
                answer = check()
                if inspect.isawaitable(answer):
                    loop.run_until_complete(answer)
            end_remaining_threads()
        error = loop.never_retrieved()
        if error is not None and not kernel.crashes:
            kernel.record_crash(kernel.main, error)
        return state_of(instance)


def numbered_names(functions: list[Any]) -> list[str]:
    """Return the names of functions, numbered where several are the same."""
    names = [getattr(function, "__name__", "worker") for function in functions]
    counts: dict[str, int] = {}
    made = []
    for name in names:
        counts[name] = counts.get(name, 0) + 1
        made.append(f"{name} {counts[name]}" if names.count(name) > 1 else name)
    return made


def bind_worker(function: Any, instance: object) -> Callable[[], Any]:
    """Return a worker as a function without arguments.

    `workers` may hold methods of any kind, their names, and other callables.
    """
    made: Callable[[], Any]
    kind = type(function)
    if kind is types.MethodType or (
        kind is types.FunctionType and not takes_self(function)
    ):
        made = function
    elif kind is staticmethod or kind is classmethod:
        made = function.__get__(instance, type(instance))
    elif kind is str:
        made = getattr(instance, function)
    else:
        made = partial(function, instance)
    return made


def takes_self(function: types.FunctionType) -> bool:
    """Whether a function needs an argument, or takes any number of them."""
    code = function.__code__
    return code.co_argcount > len(function.__defaults__ or ()) or bool(
        code.co_flags & inspect.CO_VARARGS
    )
