"""CPython's own tests as programs of the explorer: each test method is one program.

The test modules are copied from the `test` package of the running Python, so that they
are rewritten as a user's modules are.  The rest of that package is one step: it is not
rewritten.  A test runs in one schedule: a worker continues until it waits, and a timer
fires only when no worker can continue.  So a timer never overtakes work that is ready.
"""

import inspect
import shutil
import sys
import tempfile
import types
import unittest
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.transitions import Stopped
from bench.correctness.engine.virtual_time import DIGITS
from bench.correctness.explain.display_names import action_text
from bench.correctness.explain.labels import label
from bench.correctness.models.asyncio_.loop import Loop
from bench.correctness.programs.first_import import InOrder, first_import
from bench.correctness.programs.loader import Loader
from bench.correctness.programs.session import Conditions, session
from bench.correctness.programs.single_run import run_once, run_to_end
from bench.correctness.watch.process import Send
from bench.errors import CannotRunError

STOCK = Conditions(
    order="fifo", timers="idle", seed=0, carrier="greenlet", most_transitions=5_000
)
# A run may find accesses that must be scheduling points, but were none when it started.
# Then the test is run again with these points.  A test is run at most so many times.
MOST_ATTEMPTS = 20
SKIPPED = "skipped: "
# The classes of `lock_tests` are abstract.  For each: its attribute for the primitive
# that is tested, and the name of this primitive.
PRIMITIVES = {
    "LockTests": ("locktype", "Lock"),
    "RLockTests": ("locktype", "RLock"),
    "EventTests": ("eventtype", "Event"),
    "ConditionTests": ("condtype", "Condition"),
    "SemaphoreTests": ("semtype", "Semaphore"),
    "BoundedSemaphoreTests": ("semtype", "BoundedSemaphore"),
    "BarrierTests": ("barriertype", "Barrier"),
}


@dataclass(frozen=True)
class Suite:
    """A module of the `test` package, such as "test_asyncio.test_locks".

    `beside_threads` selects the other model of asyncio: the one for loops beside
    threads.
    """

    module: str
    beside_threads: bool = False

    @property
    def name(self) -> str:
        return f"{self.module}, beside threads" if self.beside_threads else self.module


class Outcome(NamedTuple):
    """How a test ended, and its message.

    The state is "passed", "skipped", "refused" or "failed".
    """

    test: str  # "Class.method"
    state: str
    said: str = ""


def copied(module: str, source: Path, directory: Path) -> None:
    """Copy a test module, with the package that contains it, into a package `test`."""
    package = directory / "test"
    package.mkdir()
    (package / "__init__.py").write_text(
        f"__path__.append({str(source)!r})\n", encoding="utf-8"
    )
    parent, _, last = module.rpartition(".")
    if not parent:
        shutil.copy(source / f"{last}.py", package)
        return
    (package / parent).mkdir()
    for path in (source / parent).glob("*.py"):
        shutil.copy(path, package / parent)


def tests_in(module: types.ModuleType) -> Iterator[tuple[str, str]]:
    """The classes and methods of the tests in a module, without tests of processes."""
    names = unittest.TestLoader()
    for name, cls in vars(module).items():
        if (
            isinstance(cls, type)
            and issubclass(cls, unittest.TestCase)
            and cls.__module__ == module.__name__
            and "ProcessPool" not in name
            and (name in PRIMITIVES or not module.__name__.endswith("lock_tests"))
        ):
            for method in names.getTestCaseNames(cls):
                yield name, method


class VirtualLoop(Loop):
    """The model of the loop; it replaces the loop that CPython's tests create."""

    def __init__(self, gen: Any = None) -> None:
        super().__init__(kernel.order, owned_by_program=True)
        kernel.add_loop(self)
        self.begun = kernel.now  # the clock of each loop of CPython's tests begins at 0

    def time(self) -> float:
        return round(super().time() - self.begun, DIGITS)

    def call_at(
        self, when: float, callback: Any, *args: Any, context: Any = None
    ) -> Any:
        return super().call_at(when + self.begun, callback, *args, context=context)

    def call_later(
        self, delay: float, callback: Any, *args: Any, context: Any = None
    ) -> Any:
        return super().call_at(kernel.now + delay, callback, *args, context=context)

    def advance_time(self, seconds: float) -> None:
        kernel.sleep(seconds)

    @property
    def _ready(self) -> list[Any]:
        return self.due(tasks_too=True)


@dataclass
class CaseProgram:
    """One test method as a program."""

    loader: Loader
    module: str
    case: str
    method: str

    def close(self) -> None:
        self.loader.uninstall()

    @property
    def name(self) -> str:
        return f"{self.module}.{self.case}.{self.method}"

    def run(self) -> str:
        """Run the test under the kernel; return how it ended, or raise its failure."""
        module = self.loader.load(self.module)
        prepare(self.loader.modules)
        test = concrete(module, self.case)(self.method)
        try:
            test.debug()
        except unittest.SkipTest as reason:
            return f"{SKIPPED}{reason}"
        finally:
            # otherwise the `__del__` of the test would use the runner
            vars(test).pop("_asyncioRunner", None)
            test._asyncioRunner = None
        if kernel.stop is not None:  # the test caught the exception that ends the run
            raise Stopped
        run_to_end()
        kernel.run_alone()
        return "passed"


def concrete(module: types.ModuleType, case: str) -> Any:
    """The class of a test; in `lock_tests`, a subclass with the tested primitive."""
    cls = vars(module)[case]
    if case not in PRIMITIVES or not module.__name__.endswith("lock_tests"):
        return cls
    attribute, primitive = PRIMITIVES[case]
    made = getattr(module.threading, primitive)
    if inspect.isfunction(made):
        made = staticmethod(made)
    return type(case, (cls,), {attribute: made, "__module__": module.__name__})


def prepare(modules: dict[str, types.ModuleType]) -> None:
    """Let the tests of asyncio run on the model of the loop, in virtual time.

    CPython's tests use the stock loop with a clock that each test moves to its next
    timer.  To close such a loop, they read attributes of its executor and of its
    watcher of child processes.  Here, a loop is closed without that.  After each test,
    they wait for child processes; here, there are none.
    """
    support: Any = sys.modules.get("test.support")
    if support is not None:
        support.reap_children = lambda: None
    utils: Any = modules.get("test.test_asyncio.utils")
    if utils is None:
        return
    vars(utils)["TestLoop"] = VirtualLoop
    utils.asyncio.BaseEventLoop = VirtualLoop
    utils.TestCase.close_loop = staticmethod(lambda loop: loop.close())


def outcome_of(program: CaseProgram, *, beside_threads: bool) -> Outcome:
    """Run a test in one schedule."""
    points: set[Any] = {"mixed"} if beside_threads else set()
    test = f"{program.case}.{program.method}"
    try:
        with session(program, STOCK, describe=label, tell=action_text) as pool:
            for _ in range(MOST_ATTEMPTS):
                kernel.use_points(points)
                result = run_once(program, InOrder(), pool)
                kernel.unwind()
                known, points = points, points | result.discovered
                if result.long or not (result.pruned or mode(points) - known):
                    break
    except CannotRunError as problem:
        return Outcome(test, "refused", str(problem))
    if result.pruned:
        return Outcome(test, "failed", "too long" if result.long else "no run ended")
    if result.symptom is not None:
        return Outcome(test, "failed", result.symptom)
    state, skipped, reason = result.state.rpartition(SKIPPED)
    return Outcome(test, "skipped" if skipped else state or reason, reason)


def mode(points: set[Any]) -> set[Any]:
    """The elements of `points` that are texts.

    A set of scheduling points may also contain texts.  Each text sets a mode of the
    explorer: "mixed", for example, means that threads run beside an event loop.
    """
    return {point for point in points if type(point) is str}


def serve(suite: Suite, source: Path, done: int, only: str, send: Send) -> None:
    """In a child process: send the names of all tests, then the outcomes of tests.

    The first `done` tests are not run again.  `only` is a text that the names of the
    tests contain.
    """
    with tempfile.TemporaryDirectory() as directory:
        copied(suite.module, source, Path(directory))
        loader = Loader(Path(directory))
        name = f"test.{suite.module}"
        try:
            module = first_import(loader, name, name)
        except CannotRunError as problem:
            send(problem)
            return
        cases = [
            (case, method)
            for case, method in tests_in(module)
            if only in f"{case}.{method}"
        ]
        send([f"{case}.{method}" for case, method in cases])
        for case, method in cases[done:]:
            program = CaseProgram(loader, name, case, method)
            send(outcome_of(program, beside_threads=suite.beside_threads))
