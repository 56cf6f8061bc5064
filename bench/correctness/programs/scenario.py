"""A program that is a scenario: a class with workers and possibly a check."""

import inspect
import types
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from operator import is_
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.models.asyncio_ import runner as loops
from bench.correctness.models.asyncio_.loop import Loop
from bench.correctness.programs.end_state import WrongError, state_of
from bench.correctness.programs.loader import Loader
from bench.correctness.programs.object_names import (
    class_and_module_names,
    named_objects,
)
from bench.correctness.programs.single_run import (
    end_remaining_threads,
    refuse_generator,
    run_to_end,
)
from bench.correctness.programs.workers import run_beside_loop
from bench.correctness.tracking.base_slots import namespace_of
from bench.correctness.tracking.type_traits import SUSPENDED
from bench.errors import CannotRunError

MAX_WORKERS = 400  # a run has at most 1,000 transitions
# Objects of these types may run a `finally` when they are freed.  The types are not in
# a tuple, because `in` on a tuple would call the `==` of a program's metaclass.
MORTAL_TYPES = frozenset(SUSPENDED)


@dataclass
class ScenarioClass:
    """A class with `workers`, and possibly `check`.

    Each run makes an instance and runs its workers.  A worker that is a coroutine
    function runs as a task of one event loop.  Any other worker runs as a thread.  Then
    `check` runs.  If the end state is wrong, `check` raises an exception or returns
    False.
    """

    loader: Loader
    module: str
    qualname: str
    path: str
    names: list[str] = field(default_factory=list)  # names of the workers
    methods: list[Any] = field(default_factory=list)  # the workers, if all are methods
    tasks: set[str] = field(default_factory=set)  # the workers that are coroutines
    tasks_known: bool = False
    has_tasks: bool | None = None  # None: not known before the first run
    first: tuple[str, ...] = ()  # the attributes that `__init__` has set in this run

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
            self.has_tasks = any(map(inspect.iscoroutinefunction, workers_of(found)))
        if self.has_tasks or self.tasks:
            return self.run_on_loop(found)
        instance, bodies = self.make(found)
        workers = [kernel.spawn(name, self.thread(name, body)) for name, body in bodies]
        check = getattr(instance, "check", None)
        if check is not None:
            kernel.allow_check_when(lambda: all(one.ended for one in workers))
        run_to_end()
        if check is not None and not kernel.crashes:
            answer = called(check)
            if inspect.isawaitable(answer):
                answer = loops.run(awaited(answer))
            judge(answer)
        if kernel.checking:
            end_remaining_threads()
        self.loader.note_draws()
        return state_of(instance, self.first)

    def make(self, cls: Any) -> tuple[Any, list[tuple[str, Callable[[], Any]]]]:
        """Return a new instance, and its workers by name."""
        instance = cls()
        self.first = tuple(namespace_of(instance))
        for_trace = kernel.recording or type(kernel.points) is not set
        reached: list[Any] = []
        named = named_objects(instance, "self", within=for_trace, reached=reached)
        labels: dict[int, str] = {}
        if kernel.recording:
            module = self.loader.modules[self.module]
            labels = {**class_and_module_names(cls, module), **named}
        kernel.name_objects(named, labels)
        kernel.keep(instance)
        # If an object in `reached` were freed, a new object could get its id, and so
        # its name.  So these objects are kept.  But a generator must not be kept,
        # because its `finally` runs when it is freed.
        if not kernel.lets_die and MORTAL_TYPES.isdisjoint(map(type, reached)):
            kernel.keep_all(reached)
        functions = workers_of(cls)
        if len(functions) > MAX_WORKERS:
            raise CannotRunError(
                f"{self.name} has {len(functions):,} workers, and at most"
                f" {MAX_WORKERS} can be explored; two or three workers show the same"
                " races"
            )
        if not self.names:
            self.names = numbered_names(functions)
        return instance, [*zip(self.names, self.bind(functions, instance), strict=True)]

    def bind(self, functions: list[Any], instance: object) -> list[Callable[[], Any]]:
        """Return workers as functions without arguments.

        To save time, `self.methods` stores the workers of an earlier run, if all of
        them were methods.  If this run has the same functions, it need not test again
        whether they are methods.  If each run imports the program again, nothing is
        stored, because each import makes new functions.
        """
        known = self.methods
        if len(functions) == len(known) and all(map(is_, functions, known)):
            return [partial(function, instance) for function in functions]
        snapshot = self.loader.snapshot
        if snapshot and not snapshot.stateful and all(map(is_method, functions)):
            self.methods = functions
        return [bind_worker(function, instance) for function in functions]

    def thread(self, name: str, body: Callable[[], Any]) -> Callable[[], None]:
        """Return the body of a thread.

        If the worker returns a coroutine, later runs start the worker as a task.
        """

        def run() -> None:
            result = body()
            if result is None:
                return
            if inspect.iscoroutine(result):
                result.close()
                self.tasks.add(name)
                kernel.discover(("task", name))
            refuse_generator(f"the worker {name}", result)

        return run

    def run_on_loop(self, cls: Any) -> str:
        """Run async workers as tasks of one loop, and the others as threads."""
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
                answer = called(check)
                if inspect.isawaitable(answer):
                    answer = loop.run_until_complete(answer)
                judge(answer)
            if kernel.checking:
                end_remaining_threads()
        error = loop.never_retrieved()
        if error is not None and not kernel.crashes:
            kernel.record_crash(kernel.main, error)
        self.loader.note_draws()
        return state_of(instance, self.first)


def called(check: Callable[[], Any]) -> Any:
    """Call a check; return its answer, which may be an awaitable.

    Raises CannotRunError if the check is a generator, because a call of a generator
    runs none of its code.
    """
    kernel.note_check_begins()
    answer = check()
    refuse_generator("check", answer)
    return answer


async def awaited(answer: Awaitable[Any]) -> Any:
    """Await what a check has returned."""
    return await answer


awaited.__name__ = awaited.__qualname__ = "check"  # the name of its task in a trace


def judge(answer: object) -> None:
    """Raise WrongError if a check has returned False."""
    if answer is False:
        raise WrongError("check returned False")


def workers_of(cls: Any) -> list[Any]:
    """Return the workers of a class.

    If a class inherits `workers` and overrides a method in it, the overriding method is
    the worker.
    """
    if "workers" in vars(cls):
        return [*cls.workers]
    lineage = cls.__mro__
    names_them = next(one for one in lineage if "workers" in vars(one))
    below = lineage[: lineage.index(names_them)]
    found = []
    for function in cls.workers:
        name = next(
            (
                name
                for one in lineage[len(below) :]
                for name, value in vars(one).items()
                if value is function and name != "workers"
            ),
            None,
        )
        own = (
            vars(one)[name] for one in below if name is not None and name in vars(one)
        )
        found.append(next(own, function))
    return found


def numbered_names(functions: list[Any]) -> list[str]:
    """Return the names of functions; equal names get numbers."""
    names = [
        one if isinstance(one, str) else getattr(one, "__name__", "worker")
        for one in functions
    ]
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
    if is_method(function):  # true of nearly all workers
        made = partial(function, instance)
    elif kind is types.FunctionType or kind is types.MethodType:
        made = function
    elif kind is str:
        made = getattr(instance, function)
    elif kind in (staticmethod, classmethod) or not callable(function):
        made = function.__get__(instance, type(instance))  # a `partialmethod`, too
    else:
        made = partial(function, instance)
    return made


def is_method(function: Any) -> bool:
    """Whether a function needs an argument, or takes any number of arguments."""
    if type(function) is not types.FunctionType:
        return False
    code = function.__code__
    return code.co_argcount > len(function.__defaults__ or ()) or bool(
        code.co_flags & inspect.CO_VARARGS
    )
