"""Load the modules of a program, and restore their initial state for each run."""

import contextvars
import gc
import random
import sys
import types
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.transitions import Drawn
from bench.correctness.instrument.relocation import RewrittenCode
from bench.correctness.instrument.rewriter import UNWRITTEN
from bench.correctness.models import substitution
from bench.correctness.models.stdlib import decimal_ as decimal_model
from bench.correctness.models.stdlib import logging_ as logging_model
from bench.correctness.models.stdlib.contexts import import_by
from bench.correctness.models.stdlib.file_places import PATHS
from bench.correctness.programs.code_files import FILES_KEPT, compiled
from bench.correctness.programs.importing import OWN_NAME, Importer
from bench.correctness.programs.package_store import PackageStore, store_for
from bench.correctness.programs.packages import (
    DEFAULT_CHOICE,
    PackageChoice,
    importers_of,
)
from bench.correctness.programs.snapshot import Snapshot
from bench.correctness.tracking.module_state import (
    CHANGES,
    SPECIAL_WRITES,
    environment,
    is_environment,
    restore_environment,
    undo_changes,
)
from bench.correctness.tracking.registered_classes import SUBCLASSES
from bench.correctness.tracking.rereads import forget_reads
from bench.correctness.tracking.special_objects import REBOUND
from bench.correctness.tracking.standard_state import end_import
from bench.correctness.tracking.type_cache import forget_types
from bench.correctness.tracking.type_traits import PROGRAM

FILES_FREED = [0]  # the number of compiled files at the last collection


def collect_unused_modules() -> None:
    """Free the modules of earlier programs, after many files have been compiled.

    A module and its functions refer to each other, so only the garbage collector frees
    them.  During an exploration, the collector seldom runs.
    """
    compiled_since = compiled.cache_info().misses - FILES_FREED[-1]
    if not 0 <= compiled_since < FILES_KEPT:  # below 0, the cache has been cleared
        forget_types()
        forget_reads()
        gc.collect()
        FILES_FREED[:] = [compiled.cache_info().misses]


class Loader:
    """The modules of one program; each run begins with their initial state.

    Each exploration has its own loader; `uninstall` ends the use of the loader.
    """

    def __init__(self, root: Path, choice: PackageChoice = DEFAULT_CHOICE) -> None:
        self.root = root
        self.choice = choice
        self.targets: dict[str, Path] = {}
        self.lifted: dict[str, str] = {}
        self.codes: dict[str, RewrittenCode] = {}  # code of modules, by their paths
        self.modules: dict[str, types.ModuleType] = {}  # the program's own
        self.snapshot: Snapshot | None = None  # taken when the first import is done
        self.kept: Kept | None = None  # what the next exploration can use again
        self.patches = 0  # how many changes the import made to model modules
        self.effects: tuple[Any, ...] = ()  # the kernel's counters after the import
        self.loggers = self.loggers_before = logging_model.loggers()
        self.decimals = self.decimals_before = decimal_model.templates()
        self.variables: list[tuple[Any, Any]] = []  # context variables after the import
        self.changes = 0  # how many changes the import made to the rest of the process
        self.environment = self.environment_before = environment()
        self.arguments = sys.argv
        self.late: tuple[str, ...] = ()  # modules imported by runs; now loaded first
        self.mixed = False  # whether threads run beside a loop
        # The scheduling points from which `mixed` and `late` were last computed.
        # `sizes` has the number of points and of late modules at that time.
        self.points: Any = None
        self.sizes = (0, 0)
        self.seed = 0  # the seed of the program's draws
        self.seeded: Any = None  # the state of `random` when the run began
        self.import_draws: set[Drawn] = set()  # the draws during the import
        self.store: PackageStore | None = None  # None while the loader is not in use

    @property
    def importer(self) -> Importer:
        assert self.store is not None
        return self.store.importer

    def target(self, path: Path, name: str) -> str:
        """Return the module name for a file; a standard module's name gets a suffix."""
        if name in sys.stdlib_module_names:
            name += OWN_NAME
        self.targets[name] = path
        return name

    def find(self, name: str) -> types.ModuleType:
        """Import a module of the program."""
        self.importer.clear(name, ())
        return import_module(name)

    def packages(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the installed packages in use: looked into, and one step."""
        return self.importer.used_packages() if self.store is not None else ((), ())

    # --- A fresh state for each run -------------------------------------------------

    def load(self, name: str) -> types.ModuleType:
        """Return the module in the state that it has after its import."""
        store = self.store or self.install()
        if kernel.seed != self.seed:
            self.seed, self.snapshot = kernel.seed, None
        importer = store.importer
        if importer.uses_random:
            self.seed_random()
        for draw in self.import_draws:
            kernel.discover(draw)
        if importer.uses_logging:
            logging_model.control()
            logging_model.restore(self.loggers)
        if importer.uses_decimal:
            decimal_model.restore(self.decimals)
        sizes = len(kernel.points), len(importer.late)
        if kernel.points is not self.points or sizes != self.sizes:  # both only grow
            self.points, self.sizes = kernel.points, sizes
            self.look_at_points()
        # In CPython, a class cannot be restored after its `__new__` has been set.
        restorable = "__new__" not in SPECIAL_WRITES
        snapshot = self.snapshot
        if snapshot is not None and restorable and not snapshot.stateful:
            self.restore(snapshot)
        else:
            self.import_again(name)
            PATHS.end_import()
        SPECIAL_WRITES.clear()
        if SUBCLASSES in kernel.points:
            forget_types()  # otherwise bases still list the classes of the last run
            gc.collect()
        return self.modules[name]

    def look_at_points(self) -> None:
        """Set UNWRITTEN; discard the snapshot if points change `mixed` or `late`."""
        self.importer.builtins[UNWRITTEN] = REBOUND not in kernel.points
        mixed = "mixed" in kernel.points
        late = late_imports(self.importer.late)
        if (mixed, late) != (self.mixed, self.late):
            self.mixed, self.late, self.snapshot = mixed, late, None

    def seed_random(self) -> None:
        """Make `random` draw the same numbers in each run, from the seed."""
        if self.importer.random_before is None:
            self.importer.random_before = random.getstate()
        random.seed(kernel.seed)
        self.seeded = random.getstate()

    def restore(self, snapshot: Snapshot) -> None:
        """Restore the state that all modules had after the first import."""
        if len(substitution.PATCHES) > self.patches:
            substitution.unpatch(self.patches)
        if len(CHANGES) > self.changes:
            undo_changes(self.changes)
        restore_environment(self.environment)
        if not self.modules.keys() <= snapshot.names:
            self.importer.forget(self.modules.keys() - snapshot.names)
        snapshot.restore()
        for variable, value in self.variables:
            variable.set(value)
        kernel.restore_effects(self.effects)

    def import_again(self, name: str) -> None:
        """Restore the packages to their initial state, and import the program."""
        assert self.store is not None
        importer = self.importer
        importer.loaded = False
        importer.packages_use_asyncio |= "asyncio" in self.late
        beside = importer.beside_threads = self.mixed or importer.packages_use_asyncio
        substitution.unpatch()
        undo_changes()
        restore_environment(self.environment_before)
        decimal_model.restore(self.decimals_before)
        importer.forget([*self.modules])
        self.store.restore()
        self.store.preload(self.late)
        self.find(name)
        if importer.beside_threads and not beside and importer.program_uses_asyncio:
            # A package has imported asyncio for the first time, and has got the model
            # for loops beside threads.  The program may have got the other model.
            self.import_again(name)
            return
        self.patches = len(substitution.PATCHES)
        self.changes = len(CHANGES)
        end_import()
        self.environment = self.environment_before
        if not is_environment(self.environment):  # the import has changed it
            self.environment = environment()
        self.effects = kernel.effects()
        self.note_draws()
        self.import_draws |= {p for p in kernel.discovered if type(p) is Drawn}
        if self.snapshot is None:
            self.snapshot = Snapshot(self.modules, importer.packages)
            self.variables = [*contextvars.copy_context().items()]
            self.snapshot.include(value for _, value in self.variables)
            if kernel.spawned or kernel.loops:  # only a new import starts threads anew
                self.snapshot.stateful = True
            if not self.snapshot.stateful:  # if stateful, each run imports again
                self.loggers = logging_model.loggers()
                self.decimals = decimal_model.templates()
        importer.loaded = True

    def note_draws(self) -> None:
        """At the end of a run or an import, record whether `random` was used."""
        if self.store is None or not (importer := self.store.importer).uses_random:
            return
        if self.seeded is not None and random.getstate() != self.seeded:
            drawing = importers_of("random", importer.own_imports, importer.imports)
            for package in drawing or {""}:
                kernel.discover(Drawn(package))

    # --- sys.modules, where `dataclasses` and others find the module of a class -----

    def install(self) -> PackageStore:
        """Make the program's modules importable; return the store of its packages."""
        self.store = store = store_for(self.choice)
        importer = store.importer
        importer.root, importer.targets = self.root, dict(self.targets)
        importer.lifted, importer.codes = self.lifted, self.codes
        importer.own = self.modules
        importer.loaded = False
        importer.beside_threads = self.mixed or importer.packages_use_asyncio
        importer.program_uses_asyncio = False
        importer.own_imports = set()
        PROGRAM.update(self.modules)
        importer.enter()
        import_by(importer.import_module)
        self.arguments = sys.argv
        sys.argv = [str(next(iter(self.targets.values()), self.root))]
        self.snapshot = None
        if importer.packages_use_asyncio:  # programs get asyncio for use beside threads
            self.kept = None  # the kept modules may have asyncio for loops alone
        if self.kept is not None and is_environment(self.environment):
            self.snapshot = self.kept.snapshot
            importer.program_uses_asyncio = self.kept.uses_asyncio
            importer.own_imports = self.kept.imports
            importer.loaded = True
        return store

    def uninstall(self) -> None:
        """Restore `sys.modules`, the loggers and the model modules."""
        if self.store is None:
            return
        importer, self.store = self.importer, None
        self.kept = self.to_keep(importer)
        if importer.uses_logging:
            logging_model.release()
            logging_model.restore(self.loggers_before)
        decimal_model.restore(self.decimals_before)
        if importer.random_before is not None:
            random.setstate(importer.random_before)
            importer.random_before = None
        substitution.unpatch()
        undo_changes()
        restore_environment(self.environment_before)
        sys.argv = self.arguments
        PROGRAM.difference_update(self.modules)
        importer.leave()
        importer.own, importer.codes = {}, {}

    def to_keep(self, importer: Importer) -> "Kept | None":
        """Return what lets the next exploration skip the import; None if it cannot."""
        snapshot = self.snapshot
        if (
            snapshot is None
            or snapshot.stateful
            or self.patches
            or self.changes
            or self.environment != self.environment_before
            or importer.packages
            or importer.uses_logging
        ):
            return None
        return Kept(snapshot, importer.program_uses_asyncio, importer.own_imports)


class Kept(NamedTuple):
    """The state of a program after its import, and what the import has used."""

    snapshot: Snapshot
    uses_asyncio: bool
    imports: set[str]  # see `own_imports` of Importer


def late_imports(known: Iterable[str]) -> tuple[str, ...]:
    """Return the installed modules that were first imported during a run.

    These are the `known` modules, and those that other processes have found.
    """
    found = [point for point in kernel.points if type(point) is tuple]
    return tuple(sorted({*known, *(one[1] for one in found if one[0] == "import")}))


def module_name(path: Path) -> tuple[str, Path]:
    """Return the dotted name of a file, and the directory it is imported from."""
    parts = [path.stem]
    directory = path.parent
    while (directory / "__init__.py").is_file():
        parts.insert(0, directory.name)
        directory = directory.parent
    return ".".join(parts), directory
