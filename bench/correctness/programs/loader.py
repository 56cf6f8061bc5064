"""Find a scenario and load its modules afresh, with the hooks and stand-ins in."""

import builtins
import functools
import importlib.util
import random
import sys
import sysconfig
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.instrument.compiler import compile_module
from bench.correctness.instrument.sites import CALLBACK_SITE
from bench.correctness.models import substitution as standins
from bench.correctness.models.asyncio_ import module as aio
from bench.correctness.models.stdlib import collections_ as remade
from bench.correctness.models.stdlib import dataclasses_ as generated
from bench.correctness.models.stdlib import datetime_ as dates
from bench.correctness.models.stdlib import functools_ as caches
from bench.correctness.models.stdlib import logging_ as logs
from bench.correctness.models.stdlib.print_ import Printer
from bench.correctness.models.threading_ import executor as executor
from bench.correctness.models.threading_ import module as threads
from bench.correctness.models.threading_ import queue_ as queues
from bench.correctness.programs.snapshot import Snapshot
from bench.correctness.tracking.accesses import access
from bench.correctness.tracking.hooks import HOOKS
from bench.correctness.tracking.type_traits import PROGRAM, SHARED, STATE
from bench.errors import CannotRunError

MODELS: dict[str, types.ModuleType] = {
    "threading": threads.THREADING,
    "time": threads.TIME,
    "queue": queues.QUEUE,
    "asyncio": aio.ASYNCIO,
    "concurrent": executor.CONCURRENT,
    "concurrent.futures": executor.FUTURES,
    "concurrent.futures.thread": executor.FUTURES,
    "_thread": threads.LOW,
    "functools": caches.FUNCTOOLS,
    "dataclasses": generated.DATACLASSES,
    "collections": remade.COLLECTIONS,
    "copy": remade.COPY,
    "operator": generated.OPERATOR,
    "datetime": dates.DATETIME,
    "uuid": dates.UUID,
}
UNCONTROLLED = {
    "multiprocessing", "socket", "subprocess", "signal", "select", "selectors", "ssl",
    "socketserver", "urllib3", "aiohttp", "requests", "httpx", "anyio", "trio",
    "gevent", "eventlet", "curio", "uvloop", "sched", "asyncore", "_socket",
}  # fmt: skip


EXPLORERS = (
    "bench", "bench.correctness", "bench.errors", "bench.records",
    "bench.records.base", "bench.records.certificates", "bench.records.models",
)  # fmt: skip
INSTALLED = tuple(
    Path(sysconfig.get_path(kind)).resolve()
    for kind in ("stdlib", "platstdlib", "purelib", "platlib")
)


class RefusedKind(type):
    """What such a module has: to name it is fine, to call it or its methods is not."""

    def __call__(cls, *_: Any, **__: Any) -> Any:
        standins.refuse(f"{cls.__module__}.{cls.__name__}")()

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        standins.refuse(f"{cls.__module__}.{cls.__name__}.{name}")()


class Refused(types.ModuleType):
    """A module that cannot be controlled: importing it is fine, using it is not."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found = RefusedKind(name, (Exception,), {"__module__": self.__name__})
        setattr(self, name, found)  # an `except` may ask for it
        return found


def globals_of_caller() -> Any:
    """What `globals()` returns: to use it is to use the module's variables."""
    names = sys._getframe(1).f_globals
    module = sys.modules.get(names["__name__"])
    if module is not None and vars(module) is names:
        kernel.register_namespace(names, module)
    return names


def is_shared(names: dict[str, Any]) -> bool:
    """Whether these names are another worker's too, or lead to what may be."""
    owner = kernel.claim_namespace(names)
    access(names, None, True, CALLBACK_SITE, True)
    return owner is not kernel.current or any(
        STATE[type(value)] == SHARED and type(value) is not types.FunctionType
        for name, value in names.items()
        if name != "__builtins__"
    )


def isolated(run: Callable[..., Any]) -> Callable[..., Any]:
    """`eval` or `exec`: what it runs has no hooks, so it needs names of its own."""

    def run_isolated(source: Any, globals_: Any = None, locals_: Any = None, /) -> Any:
        given = [names for names in (globals_, locals_) if names is not None]
        if not kernel.alone and (not given or any(map(is_shared, given))):
            standins.refuse(f"{run.__name__}() of shared names")()
        if globals_ is None:
            caller = sys._getframe(1)
            globals_, locals_ = caller.f_globals, caller.f_locals
        return run(source, globals_, locals_)

    return run_isolated


@functools.lru_cache(maxsize=256)
def compiled(path: Path, _changed: int) -> types.CodeType:
    """A file's code with the hooks in; kept until the file changes."""
    code: types.CodeType = compile_module(path.read_text(encoding="utf-8"), str(path))
    return code


class Loader:
    """The modules of one program, transformed, and made anew for each run."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.codes: dict[str, tuple[types.CodeType, str, bool]] = {}
        self.modules: dict[str, types.ModuleType] = {}
        self.hidden: dict[str, types.ModuleType | None] = {}
        self.snapshot: Snapshot | None = None  # taken when the first import is done
        self.patches = 0  # what the import changed in stand-ins
        self.effects: tuple[int, ...] = ()  # and in the run
        self.uses_random = False  # at random, from the module's own generator
        self.logs = False
        self.loggers = self.loggers_before = logs.loggers()
        self.mixed = False  # threads beside an event loop
        self.importlib = standins.module(
            "importlib", importlib, import_module=self.import_module
        )
        self.builtins = dict(vars(builtins))
        self.builtins["__import__"] = self.import_
        self.builtins["print"] = Printer()
        self.builtins["id"] = kernel.identity
        self.builtins["input"] = standins.refuse("input()")
        self.builtins["globals"] = globals_of_caller
        self.builtins["eval"] = isolated(eval)
        self.builtins["exec"] = isolated(exec)

    # --- Importing ----------------------------------------------------------------

    def import_(
        self,
        name: str,
        globals_: Any = None,
        locals_: Any = None,
        fromlist: Any = (),
        level: int = 0,
    ) -> Any:
        """The `import` statement of transformed modules."""
        if level:
            package = (globals_ or {}).get("__package__") or ""
            name = importlib.util.resolve_name("." * level + name, package)
        found = self.find(name)
        if found is None:
            return builtins.__import__(name, globals_, locals_, fromlist, 0)
        if not fromlist:
            return self.find(name.partition(".")[0])
        for item in fromlist:
            if item != "*" and not hasattr(found, item):
                self.find(f"{name}.{item}")
        return found

    def import_module(self, name: str, package: str | None = None) -> Any:
        if name.startswith("."):
            name = importlib.util.resolve_name(name, package or "")
        return self.import_(name, fromlist=("*",))

    def find(self, name: str) -> types.ModuleType | None:
        """The module that a program gets for a name; None for the real one."""
        if name in ("random", "uuid"):
            self.uses_random = True
        if name.partition(".")[0] == "logging" and not self.logs:
            self.logs = True
            logs.control()
        if name == "asyncio" and self.mixed:
            return aio.BESIDE_THREADS
        if name in MODELS:
            return MODELS[name]
        if name == "importlib":
            return self.importlib
        if name in self.modules:
            return self.modules[name]
        if name.partition(".")[0] in UNCONTROLLED:
            return Refused(name)
        if name in self.codes:
            return self.execute(name)
        path = self.locate(name)
        if path is None:
            return None
        self.compile(name, path)
        return self.execute(name)

    def locate(self, name: str) -> Path | None:
        """The file of a module that belongs to the program itself."""
        base = self.root.joinpath(*name.split("."))
        for path in (base.with_suffix(".py"), base / "__init__.py"):
            if path.is_file():
                return path
        return self.locate_elsewhere(name)

    def locate_elsewhere(self, name: str) -> Path | None:
        """The file of a module that nobody installed, which makes it the user's own."""
        if name.partition(".")[0] in sys.stdlib_module_names or name in EXPLORERS:
            return None
        try:
            spec = importlib.util.find_spec(name)
        except (ImportError, ValueError, AttributeError):
            return None
        origin = spec.origin if spec is not None else None
        if origin is None or not origin.endswith(".py"):
            return None
        path = Path(origin).resolve()
        if any(path.is_relative_to(place) for place in INSTALLED):
            return None
        return path

    def compile(self, name: str, path: Path) -> None:
        try:
            code = compiled(path, path.stat().st_mtime_ns)
        except (OSError, SyntaxError, UnicodeDecodeError) as problem:
            raise CannotRunError(f"{path} cannot be read: {problem}") from problem
        self.codes[name] = code, str(path), path.name == "__init__.py"

    def execute(self, name: str) -> types.ModuleType:
        code, path, is_package = self.codes[name]
        module = types.ModuleType(name)
        module.__file__ = path
        parent, _, last = name.rpartition(".")
        module.__package__ = name if is_package else parent
        if is_package:
            module.__path__ = [str(Path(path).parent)]
        module.__dict__["__builtins__"] = self.builtins
        module.__dict__.update(HOOKS)
        above = self.find(parent) if parent else None
        self.modules[name] = module
        PROGRAM.add(name)
        self.install(name, module)
        exec(code, module.__dict__)
        if above is not None:
            setattr(above, last, module)
        return module

    # --- A fresh state for each run -------------------------------------------------

    def load(self, name: str) -> types.ModuleType:
        """The module in the state in which an import leaves it."""
        if self.uses_random:
            random.seed(0)  # the same numbers in each run
        if self.logs:
            logs.control()
            logs.restore(self.loggers)
        mixed = "mixed" in kernel.points
        if mixed is not self.mixed:
            self.mixed, self.snapshot = mixed, None
        if self.snapshot is not None and not self.snapshot.stateful:
            standins.unpatch(self.patches)
            self.snapshot.restore()
            if not self.hidden:  # another exploration came before
                for known, made in self.modules.items():
                    self.install(known, made)
            kernel.restore_effects(self.effects)
            return self.modules[name]
        standins.unpatch()
        self.modules.clear()
        module = self.find(name)
        assert module is not None
        self.patches = len(standins.PATCHES)
        self.effects = kernel.effects()
        if self.snapshot is None:
            self.snapshot = Snapshot(self.modules)
            if not self.snapshot.stateful:  # or else it is imported again
                self.loggers = logs.loggers()
        return module

    # --- sys.modules, where dataclasses and others look a class's module up ---------

    def install(self, name: str, module: types.ModuleType) -> None:
        self.hidden.setdefault(name, sys.modules.get(name))
        sys.modules[name] = module

    def uninstall(self) -> None:
        """Put back the modules that were there before."""
        if self.logs:
            logs.let_go()
            logs.restore(self.loggers_before)
        standins.unpatch()
        for name, module in self.hidden.items():
            if module is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = module
        self.hidden.clear()


def module_name(path: Path) -> tuple[str, Path]:
    """The dotted name of a file, and the directory from which it is imported."""
    parts = [path.stem]
    directory = path.parent
    while (directory / "__init__.py").is_file():
        parts.insert(0, directory.name)
        directory = directory.parent
    return ".".join(parts), directory
