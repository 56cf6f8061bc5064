"""Load the modules of a program, transformed, and with models of standard modules."""

import builtins
import functools
import gc
import importlib.util
import random
import re
import sys
import sysconfig
import types
from pathlib import Path
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.instrument.compiler import RewrittenCode, compile_module
from bench.correctness.models import substitution
from bench.correctness.models.asyncio_ import module as aio
from bench.correctness.models.stdlib import collections_ as collections_models
from bench.correctness.models.stdlib import dataclasses_ as dataclasses_models
from bench.correctness.models.stdlib import datetime_ as datetime_models
from bench.correctness.models.stdlib import functools_ as functools_models
from bench.correctness.models.stdlib import logging_ as logging_model
from bench.correctness.models.stdlib.contexts import LATE
from bench.correctness.models.stdlib.print_ import Printer
from bench.correctness.models.threading_ import executor as executor_models
from bench.correctness.models.threading_ import module as threading_models
from bench.correctness.models.threading_ import queue_ as queue_models
from bench.correctness.programs.builtin_models import (
    UncontrolledModule,
    globals_of_caller,
    restricted,
)
from bench.correctness.programs.snapshot import Snapshot
from bench.correctness.tracking.hooks import HOOKS
from bench.correctness.tracking.module_state import (
    CHANGES,
    environment,
    restore_environment,
    undo_changes,
)
from bench.correctness.tracking.type_cache import forget_types
from bench.correctness.tracking.type_traits import PROGRAM
from bench.errors import CannotRunError

MODELS: dict[str, types.ModuleType] = {
    "threading": threading_models.THREADING,
    "time": threading_models.TIME,
    "queue": queue_models.QUEUE,
    "asyncio": aio.ASYNCIO,
    "concurrent": executor_models.CONCURRENT,
    "concurrent.futures": executor_models.FUTURES,
    "concurrent.futures.thread": executor_models.FUTURES,
    "_thread": threading_models.LOW,
    "functools": functools_models.FUNCTOOLS,
    "dataclasses": dataclasses_models.DATACLASSES,
    "collections": collections_models.COLLECTIONS,
    "copy": collections_models.COPY,
    "operator": dataclasses_models.OPERATOR,
    "datetime": datetime_models.DATETIME,
    "uuid": datetime_models.UUID,
}
UNCONTROLLED = {
    "multiprocessing", "socket", "subprocess", "signal", "select", "selectors", "ssl",
    "socketserver", "urllib3", "aiohttp", "requests", "httpx", "anyio", "trio",
    "gevent", "eventlet", "curio", "uvloop", "sched", "asyncore", "_socket",
}  # fmt: skip
# Modules of the explorer itself: a program, or a test of one, gets them as they are.
EXPLORER_MODULES = re.compile(r"bench(\.(correctness|records|errors)(\..*)?)?")
INSTALLED = tuple(  # directories whose modules are not transformed
    Path(sysconfig.get_path(kind)).resolve()
    for kind in ("stdlib", "platstdlib", "purelib", "platlib")
)


FILES_KEPT = 32  # rewritten ones, in memory
FILES_FREED = [0]  # how many had been compiled when unused ones were last freed


@functools.lru_cache(maxsize=FILES_KEPT)
def compiled(path: Path, _modified_ns: int) -> RewrittenCode:
    """A file's code with its hooks; kept until it changes, or many others came."""
    return compile_module(path.read_text(encoding="utf-8"), str(path))


def collect_unused_modules() -> None:
    """Free the modules of earlier programs once many have come.

    A module and its functions refer to each other, so that only the garbage collector
    frees them; it would run late, since an exploration lets it run seldom.
    """
    if compiled.cache_info().misses - FILES_FREED[-1] >= FILES_KEPT:
        forget_types()
        gc.collect()
        FILES_FREED[:] = [compiled.cache_info().misses]


class Loader:
    """The transformed modules of one program, in their first state for each run.

    Each exploration has a loader of its own; `uninstall` ends its use.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.codes: dict[str, tuple[RewrittenCode, str, bool]] = {}
        self.modules: dict[str, types.ModuleType] = {}
        self.hidden: dict[str, types.ModuleType | None] = {}
        self.snapshot: Snapshot | None = None  # taken when the first import is done
        self.patches = 0  # the changes that the import made to model modules
        self.changes = 0  # and to other modules, and to the process
        self.environment = self.environment_before = environment()
        self.effects: tuple[Any, ...] = ()  # the counters of the run after the import
        self.uses_random = False  # the program has imported `random` or `uuid`
        self.random_before: Any = None  # its state, to be restored
        self.uses_logging = False
        self.loggers = self.loggers_before = logging_model.loggers()
        self.mixed = False  # threads run beside an event loop
        self.importlib = substitution.module(
            "importlib", importlib, import_module=self.import_module
        )
        self.builtins = dict(vars(builtins))
        self.builtins["__import__"] = self.import_
        self.builtins["print"] = Printer()
        self.builtins["id"] = kernel.identity
        self.builtins["input"] = substitution.refuse("input()")
        self.builtins["globals"] = globals_of_caller
        self.builtins["eval"] = restricted(eval)
        self.builtins["exec"] = restricted(exec)

    # --- Importing ----------------------------------------------------------------

    def import_(
        self,
        name: str,
        globals_: Any = None,
        locals_: Any = None,
        fromlist: Any = (),
        level: int = 0,
    ) -> Any:
        """The model of `__import__`, which `import` statements call."""
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
        """The model of `importlib.import_module`."""
        if name.startswith("."):
            name = importlib.util.resolve_name(name, package or "")
        return self.import_(name, fromlist=("*",))

    def find(self, name: str) -> types.ModuleType | None:
        """Return the module that a program gets for a name; None: the real module."""
        if name in ("random", "uuid") and not self.uses_random:
            self.uses_random = True
            self.random_before = random.getstate()
        if name.partition(".")[0] == "logging" and not self.uses_logging:
            self.uses_logging = True
            logging_model.control()
        if name == "asyncio" and self.mixed:
            return aio.BESIDE_THREADS
        if name in MODELS:
            return MODELS[name]
        if name in LATE:
            return LATE[name]()
        if name == "importlib":
            return self.importlib
        if name in self.modules:
            return self.modules[name]
        if name.partition(".")[0] in UNCONTROLLED:
            return UncontrolledModule(name)
        if name in self.codes:
            return self.execute(name)
        path = self.locate(name)
        if path is None:
            return None
        self.compile(name, path)
        return self.execute(name)

    def locate(self, name: str) -> Path | None:
        """Return the file of a module of the program; None for any other module."""
        if EXPLORER_MODULES.fullmatch(name):
            return None
        base = self.root.joinpath(*name.split("."))
        for path in (base.with_suffix(".py"), base / "__init__.py"):
            if path.is_file():
                return path
        return self.locate_elsewhere(name)

    def locate_elsewhere(self, name: str) -> Path | None:
        """Return the file of a module outside the root, unless it is an installed one.

        A module that is not in a directory of installed packages is the user's own.
        """
        if name.partition(".")[0] in sys.stdlib_module_names:
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
        """Transform and compile a module.  Raises CannotRunError."""
        try:
            code = compiled(path, path.stat().st_mtime_ns)
        except (OSError, SyntaxError, UnicodeDecodeError) as problem:
            raise CannotRunError(f"{path} cannot be read: {problem}") from problem
        self.codes[name] = code, str(path), path.name == "__init__.py"

    def execute(self, name: str) -> types.ModuleType:
        """Run the code of a module, with the hooks among its global variables."""
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
        self.install(name, module)
        code.execute(module.__dict__)
        if above is not None:
            setattr(above, last, module)
        return module

    # --- A fresh state for each run -------------------------------------------------

    def load(self, name: str) -> types.ModuleType:
        """Return the module in the state in which an import leaves it."""
        if self.uses_random:
            if self.random_before is None:
                self.random_before = random.getstate()
            random.seed(0)  # or runs of the same schedule could differ
        if self.uses_logging:
            logging_model.control()
            logging_model.restore(self.loggers)
        mixed = "mixed" in kernel.points
        if mixed is not self.mixed:
            self.mixed, self.snapshot = mixed, None
        if self.snapshot is not None and not self.snapshot.stateful:
            substitution.unpatch(self.patches)
            undo_changes(self.changes)
            restore_environment(self.environment)
            self.snapshot.restore()
            if not self.hidden:  # uninstalled after an earlier exploration
                for known, loaded in self.modules.items():
                    self.install(known, loaded)
            kernel.restore_effects(self.effects)
            return self.modules[name]
        substitution.unpatch()
        undo_changes()
        restore_environment(self.environment_before)
        self.modules.clear()
        module = self.find(name)
        assert module is not None
        self.patches = len(substitution.PATCHES)
        self.changes = len(CHANGES)
        self.environment = environment()
        self.effects = kernel.effects()
        if self.snapshot is None:
            self.snapshot = Snapshot(self.modules)
            if not self.snapshot.stateful:  # otherwise each run imports again
                self.loggers = logging_model.loggers()
        return module

    # --- sys.modules, where `dataclasses` and others find the module of a class -----

    def install(self, name: str, module: types.ModuleType) -> None:
        """Put a module into `sys.modules`; the one that it hides is kept."""
        PROGRAM.add(name)
        self.hidden.setdefault(name, sys.modules.get(name))
        sys.modules[name] = module

    def uninstall(self) -> None:
        """Restore `sys.modules`, the loggers and the model modules."""
        if self.uses_logging:
            logging_model.release()
            logging_model.restore(self.loggers_before)
        if self.random_before is not None:
            random.setstate(self.random_before)
            self.random_before = None
        substitution.unpatch()
        undo_changes()
        restore_environment(self.environment_before)
        for name, module in self.hidden.items():
            PROGRAM.discard(name)
            if module is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = module
        self.hidden.clear()


def module_name(path: Path) -> tuple[str, Path]:
    """Return the dotted name of a file, and the directory it is imported from."""
    parts = [path.stem]
    directory = path.parent
    while (directory / "__init__.py").is_file():
        parts.insert(0, directory.name)
        directory = directory.parent
    return ".".join(parts), directory
