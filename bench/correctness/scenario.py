"""What is explored: a class with workers and a check, or a function that is called."""

import inspect
import linecache
import re
import traceback
import types
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from bench.correctness import aloop
from bench.correctness.kernel import kernel
from bench.correctness.load import Loader, module_name, named_objects
from bench.correctness.steps import Abandoned, Event, Stopped, Worker
from bench.correctness.turns import LONGEST
from bench.errors import CannotRunError


class Program(Protocol):
    """Something that can be run again and again from the same start."""

    @property
    def name(self) -> str: ...

    def play(self) -> str: ...
    def close(self) -> None: ...


class WrongError(Exception):
    """A run ended in a state that it must not end in."""


def worker_names(functions: list[Any]) -> list[str]:
    """The functions' names, numbered where several are the same."""
    names = [getattr(function, "__name__", "worker") for function in functions]
    counts: dict[str, int] = {}
    made = []
    for name in names:
        counts[name] = counts.get(name, 0) + 1
        made.append(f"{name} {counts[name]}" if names.count(name) > 1 else name)
    return made


@dataclass
class ScenarioClass:
    """A class with `workers`, and perhaps `check`."""

    loader: Loader
    module: str
    qualname: str
    path: str
    names: list[str] = field(default_factory=list)
    tasks: set[str] = field(default_factory=set)  # not async def, yet coroutines

    def close(self) -> None:
        self.loader.uninstall()

    @property
    def name(self) -> str:
        return f"{self.path}:{self.qualname}"

    def play(self) -> str:
        found: Any = self.loader.load(self.module)
        for part in self.qualname.split("."):
            found = getattr(found, part)
        if any(map(inspect.iscoroutinefunction, found.workers)) or self.tasks:
            return self.play_on_loop(found)
        instance, bodies = self.make(found)
        for name, body in bodies:
            kernel.spawn(name, self.thread(name, body))
        everybody_ends()
        check = getattr(instance, "check", None)
        if check is not None and not kernel.crashes:
            check()
        return state_of(instance)

    def make(self, cls: Any) -> tuple[Any, list[tuple[str, Callable[[], Any]]]]:
        """A new instance, and its workers by name."""
        instance = cls()
        kernel.names = named_objects(instance, "self")  # type: ignore[assignment]
        kernel.kept.append(instance)
        functions = list(cls.workers)
        if not self.names:
            self.names = worker_names(functions)
        bodies = [bound(function, instance) for function in functions]
        return instance, list(zip(self.names, bodies, strict=True))

    def thread(self, name: str, body: Callable[[], Any]) -> Callable[[], None]:
        """A worker as a thread; one that returns a coroutine is a task after all."""

        def run() -> None:
            result = body()
            if inspect.iscoroutine(result):
                result.close()
                self.tasks.add(name)
                kernel.found.add(("task", name))

        return run

    def play_on_loop(self, cls: Any) -> str:
        """Run async workers as tasks of one loop, any others as threads beside it."""
        loop = aloop.Loop(kernel.order)
        kernel.loops.append(loop)
        with loop.current():
            instance, bodies = self.make(cls)
            coroutines = [
                (name, body)
                for name, body in bodies
                if inspect.iscoroutinefunction(body) or name in self.tasks
            ]
            threads = [
                (name, self.thread(name, body))
                for name, body in bodies
                if (name, body) not in coroutines
            ]
            aloop.play(loop, coroutines, threads)
            check = getattr(instance, "check", None)
            if check is not None and not kernel.crashes:
                answer = check()
                if inspect.isawaitable(answer):
                    loop.run_until_complete(answer)
        error = loop.never_retrieved()
        if error is not None and not kernel.crashes:
            raise error
        return state_of(instance)


def bound(function: Any, instance: object) -> Callable[[], Any]:
    """A worker as a call without arguments, however it was given."""
    if isinstance(function, staticmethod | classmethod):
        return function.__get__(instance, type(instance))
    if isinstance(function, str):
        return getattr(instance, function)  # type: ignore[no-any-return]
    if isinstance(function, types.MethodType) or (
        isinstance(function, types.FunctionType) and not takes_self(function)
    ):
        return function
    return partial(function, instance)


def takes_self(function: types.FunctionType) -> bool:
    code = function.__code__
    return code.co_argcount > len(function.__defaults__ or ()) or bool(
        code.co_flags & inspect.CO_VARARGS
    )


def everybody_ends() -> None:
    """Let the workers run until each but the daemons has ended."""
    kernel.pause(lambda: not kernel.going, ("waits for", "the workers"))
    kernel.alone = True


PLAIN = (int, float, complex, str, bytes, bool, type(None))


def is_plain(value: object, depth: int = 4) -> bool:
    if isinstance(value, PLAIN):
        return True
    if depth == 0:
        return False
    if isinstance(value, list | tuple | set | frozenset | deque):
        return all(is_plain(item, depth - 1) for item in value)
    if isinstance(value, dict):
        return all(
            is_plain(key, 1) and is_plain(item, depth - 1)
            for key, item in value.items()
        )
    return False


def show(value: object) -> str:
    if isinstance(value, set | frozenset):
        return "{" + ", ".join(sorted(map(repr, value))) + "}"
    return repr(value)


def state_of(instance: object) -> str:
    """The plain attributes of a scenario after its end, for the outcome table."""
    shown = [
        f"{name}={show(value)}"
        for name, value in getattr(instance, "__dict__", {}).items()
        if is_plain(value)
    ]
    return ", ".join(shown) or "ended"


@dataclass(slots=True)
class Result:
    """One run: what came of it, and its steps."""

    symptom: str | None
    state: str
    events: list[Event]
    choices: list[Event]
    found: set[Any]
    pruned: bool = False
    long: bool = False  # given up for its length
    stuck: list[Worker] = field(default_factory=list)


def run_once(
    program: Program, chooser: Any, carriers: Any, *, recording: bool = False
) -> Result:
    """Run a program under a chooser."""
    kernel.begin(
        chooser, carriers, any_conflict=chooser.any_conflict, recording=recording
    )
    symptom: str | None = None
    state = ""
    try:
        state = program.play()
    except (Stopped, Abandoned):
        pass
    except CannotRunError:
        kernel.unwind()
        raise
    except WrongError as problem:
        symptom = str(problem)
    except Exception as problem:
        if not in_program(problem):
            kernel.unwind()
            raise CannotRunError(
                f"{program.name} cannot be run: {symptom_of(problem)}"
            ) from problem
        symptom = symptom_of(problem)
    stuck: list[Worker] = []
    if kernel.stop == "deadlock":
        for loop in kernel.loops:
            kernel.crashes += loop.crashed()
        stuck = [w for w in kernel.workers if w is not kernel.main and not w.ended]
        stuck += [task.worker for loop in kernel.loops for task in loop.waiting()]
        symptom = symptom or "deadlock"
    if kernel.stop == "endless":
        symptom = symptom or f"does not end within {LONGEST:,} steps"
    pruned = kernel.stop in ("pruned", "long")
    refused = [e for _, e in kernel.crashes if isinstance(e, CannotRunError)]
    if kernel.crashes and not pruned:
        symptom = symptom_of(kernel.crashes[0][1])
    result = Result(
        symptom,
        symptom or state,
        kernel.events,
        kernel.choices,
        kernel.found,
        pruned=pruned,
        long=kernel.stop == "long",
        stuck=stuck,
    )
    if refused:
        kernel.unwind()
        raise refused[0]
    return result


def in_program(error: BaseException) -> bool:
    """Whether an exception passed through the program, and is not the explorer's."""
    return any(
        "_explored_" in frame.f_globals
        for frame, _ in traceback.walk_tb(error.__traceback__)
    )


def symptom_of(error: BaseException) -> str:
    """An exception in one line; a bare assert is told by its source."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    text = re.sub(r"0x[0-9a-fA-F]{6,}", "0x...", " ".join(str(error).split()))
    name = type(error).__name__
    if not text and isinstance(error, AssertionError):
        for frame, line in traceback.walk_tb(error.__traceback__):
            if frame.f_globals.get("_explored_"):
                file = frame.f_code.co_filename
                text = linecache.getline(file, line).strip().removeprefix("assert ")
                text = f"assert {text.partition('  #')[0].rpartition('assert ')[2]}"
    return f"{name}: {text}" if text else name


def find_scenarios(target: str) -> list[ScenarioClass]:
    """The scenarios that "file.py", "file.py:Name" or "package.module:Name" names."""
    where, _, wanted = target.partition(":")
    if where.endswith(".py") or "/" in where:
        path = Path(where).resolve()
    else:
        path = Path(*where.split(".")).with_suffix(".py").resolve()
    if not path.is_file():
        raise CannotRunError(f"there is no file {where}; give FILE.py or FILE.py:NAME")
    module, root = module_name(path)
    loader = Loader(root)
    kernel.begin(None, None_carriers)  # type: ignore[arg-type]
    try:
        loaded = loader.load(module)
    finally:
        loader.uninstall()
    names = [wanted] if wanted else scenario_names(loaded)
    if not names:
        raise CannotRunError(
            f"{where} has no scenario: a class with a tuple `workers` of functions"
        )
    return [ScenarioClass(loader, module, name, where) for name in names]


class NoCarriers:
    """Before a run: the importing code is alone."""

    main: Any = None


None_carriers = NoCarriers()


def scenario_of_class(cls: type) -> ScenarioClass:
    """The scenario for a class object: its file is loaded again, transformed."""
    try:
        file = inspect.getfile(cls)
    except (TypeError, OSError):
        raise CannotRunError(
            f"{cls!r} has no source file; give explore() a class defined in a file"
        ) from None
    return find_scenarios(f"{file}:{cls.__qualname__}")[0]


def scenario_names(module: types.ModuleType) -> list[str]:
    return [
        name
        for name, value in vars(module).items()
        if isinstance(value, type)
        and value.__module__ == module.__name__
        and isinstance(getattr(value, "workers", None), tuple | list)
    ]
