"""Import the modules of a program as Python does, and rewrite them.

The importer is a finder in `sys.meta_path`.  So each import of a program's module finds
the module that the importer loads, also an import by `importlib` or by C code.
Import statements in the program itself call `Importer.import_`, which first looks for a
model of the module.
"""

import builtins
import importlib
import importlib.machinery
import importlib.util
import random
import sys
import types
from collections.abc import Callable
from importlib.abc import MetaPathFinder
from importlib.machinery import ExtensionFileLoader, ModuleSpec, PathFinder
from pathlib import Path
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.refusals import refuse
from bench.correctness.instrument.relocation import RewrittenCode
from bench.correctness.models.stdlib import logging_ as logging_model
from bench.correctness.models.stdlib.system import guarded_open
from bench.correctness.programs import modelled, module_files
from bench.correctness.programs.builtin_models import globals_of_caller
from bench.correctness.programs.dynamic_code import DynamicCode
from bench.correctness.programs.import_models import import_models, package_of
from bench.correctness.programs.loaded_modules import module_owner
from bench.correctness.programs.module_files import PlainLoader, RewritingLoader
from bench.correctness.programs.module_locks import ModuleLocks
from bench.correctness.programs.module_table import ModuleTable
from bench.correctness.programs.packages import (
    TEST_RUNNERS,
    PackageChoice,
    is_installed,
    reached,
)
from bench.correctness.tracking.hooks import HOOKS

OWN_NAME = "_of_the_program"  # suffix for a module with the name of a standard one


class Importer(ModuleTable, MetaPathFinder):
    """Finds and loads the modules of a program, and the packages that it imports.

    All programs with the same `PackageChoice` use one importer, because a package is
    loaded only once in a process.
    """

    def __init__(
        self, choice: PackageChoice, package_loaded: Callable[[], object]
    ) -> None:
        """`package_loaded` is called when installed modules have been imported."""
        super().__init__()
        self.choice = choice
        self.package_loaded = package_loaded
        self.root = Path()  # the program's directory
        self.targets: dict[str, Path] = {}  # files that Python does not find by name
        self.codes: dict[str, RewrittenCode] = {}  # of the program's modules, by path
        self.lifted: dict[str, str] = {}  # by module: a class in one of its functions
        # `own_imports` and `imports` have top-level names.  Standard modules are left
        # out, except "random": `note_draws` of Loader looks up who imports `random`.
        self.own_imports: set[str] = set()  # what the program itself imports
        self.imports: dict[str, set[str]] = {}  # by package: what the package imports
        self.looked_into: set[str] = set()  # top-level names of installed packages
        self.one_step: set[str] = set()
        self.importing: list[str] = []  # installed modules that are being loaded
        self.locks = ModuleLocks()
        self.late: list[str] = []  # installed modules that were first imported by a run
        # The late modules that are now loaded before the program.
        self.preloaded: set[str] = set()
        self.beside_threads = False
        self.packages_use_asyncio = self.program_uses_asyncio = False
        self.random_before: Any = None  # the state of `random`, to be restored
        self.uses_random = self.uses_logging = self.uses_decimal = False
        self.dynamic = DynamicCode()
        self.builtins = self.make_builtins()
        self.builtins.update(HOOKS)  # rewritten code finds the hooks here
        self.builtins["_x_module_owner"] = module_owner(self.model_of, self.note_entry)
        self.plain_builtins = self.make_builtins()
        self.models = import_models(self)

    def make_builtins(self) -> dict[str, Any]:
        """Return the built-in functions for modules; some of them are models."""
        return {
            **vars(builtins),
            "__import__": self.import_,
            "id": kernel.identity,
            "open": guarded_open,
            "input": refuse("input()"),
            "globals": globals_of_caller,
            "eval": self.dynamic.eval_,
            "exec": self.dynamic.exec_,
            "compile": self.dynamic.compile_,
        }

    # --- Import statements ------------------------------------------------------------

    def import_(
        self,
        name: str,
        globals_: Any = None,
        locals_: Any = None,
        fromlist: Any = (),
        level: int = 0,
    ) -> Any:
        """The model of `__import__`, which `import` statements call."""
        full = name
        if level:
            full = importlib.util.resolve_name("." * level + name, package_of(globals_))
        own = self.own_standard(full)
        if own is not None:
            return own
        top = full.partition(".")[0]
        self.notice(full, top, globals_)
        if top == "importlib" and not fromlist:
            if full not in self.models:
                self.clear(full, ())
                part = importlib.import_module(full)
                vars(self.models[top])[full.split(".")[1]] = part
            return self.models[top]
        if modelled.is_replaced(full) or full in self.models:
            return self.import_model(full, fromlist)
        if top not in sys.stdlib_module_names:
            self.note_import(top, globals_)
            self.locks.wait_for(full, fromlist or ())
        self.clear(full, fromlist)
        return builtins.__import__(name, globals_, locals_, fromlist, level)

    def import_model(self, name: str, fromlist: Any) -> types.ModuleType:
        """Return the model of a module, with the submodules in `fromlist`."""
        found = self.replaced_by_model(name)
        if not fromlist:
            return self.replaced_by_model(name.partition(".")[0])
        for item in fromlist:
            if item != "*" and not hasattr(found, item):
                try:
                    part = self.replaced_by_model(f"{name}.{item}")
                except ModuleNotFoundError:
                    continue  # the import statement raises the error
                vars(found)[item] = part
        return found

    def replaced_by_model(self, name: str) -> types.ModuleType:
        if name in self.models:
            return self.models[name]
        if not modelled.is_replaced(name):
            self.clear(name, ())
            return importlib.import_module(name)
        return modelled.replacement(name, beside_threads=self.beside_threads)

    def model_of(self, name: str) -> types.ModuleType | None:
        """Return what a program gets for a standard module; None: the real module."""
        own = self.own_standard(name)
        if own is None and (modelled.is_replaced(name) or name in self.models):
            return self.replaced_by_model(name)
        return own

    def import_module(self, name: str, package: str | None = None) -> Any:
        """The model of `importlib.import_module`."""
        if name.startswith("."):
            name = importlib.util.resolve_name(name, package or "")
        own = self.own_standard(name)
        if own is not None:
            return own
        top = name.partition(".")[0]
        self.notice(name, top, None)
        if top not in sys.stdlib_module_names:
            self.own_imports.add(top)
            self.locks.wait_for(name, ())
        return self.replaced_by_model(name)

    def notice(self, name: str, top: str, globals_: Any) -> None:
        """Record an import of `random`, `logging`, `decimal` or `asyncio`."""
        if top == "random":
            self.note_import(top, globals_)
            if not self.uses_random:
                self.uses_random = True
                if self.random_before is None:
                    self.random_before = random.getstate()
                random.seed(kernel.seed)  # the importing module may draw numbers
        elif top == "logging" and not self.uses_logging:
            self.uses_logging = True
            logging_model.control()
        elif top == "decimal":
            self.uses_decimal = True
        elif top == "asyncio":
            file = (globals_ or {}).get("__file__") or ""
            if not self.importing and not is_installed(Path(file)):
                self.program_uses_asyncio = True
                return
            # A package is loaded only once, and a later program may have threads.  So
            # each package gets the model of asyncio for loops beside threads.
            self.packages_use_asyncio = True
            if self.loaded and not self.beside_threads:
                module_files.import_first(self, "asyncio")
            self.beside_threads = True

    def note_import(self, name: str, globals_: Any) -> None:
        """Record which package imports `name`, or that the program imports it."""
        by = (globals_ or {}).get("__name__") or ""
        if by in self.packages:
            self.imports.setdefault(by.partition(".")[0], set()).add(name)
        else:
            self.own_imports.add(name)

    def used_packages(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the packages that the program imports, directly or indirectly.

        The first tuple has the packages that were looked into.  The second tuple has
        the packages that were one step, and the names of modules that are C extensions.
        """
        if not self.own_imports:  # true of most programs
            return (), ()
        known = self.looked_into | self.one_step
        used = reached(self.own_imports, self.imports)
        one_step = {
            *(name for name in self.extensions() if name.partition(".")[0] in used),
            *(self.one_step & used),
            *((used & TEST_RUNNERS) - self.own.keys()),
        }
        return (
            tuple(sorted(used & known & self.looked_into)),
            tuple(sorted(one_step - sys.stdlib_module_names)),
        )

    # --- Finding ----------------------------------------------------------------------

    def find_spec(
        self, fullname: str, path: Any = None, target: Any = None
    ) -> ModuleSpec | None:
        """Return the spec of a module that this importer loads; None for other modules.

        It does not load most standard modules, C extensions and the modules of pytest.
        """
        self.refresh()
        if self.stays_real(fullname):
            return None
        if fullname in self.targets:
            return self.spec(fullname, self.targets[fullname], None, None)
        top = fullname.partition(".")[0]
        if top in sys.stdlib_module_names and fullname not in modelled.UNDER_MODELS:
            return None
        found = self.find_file(fullname, path, target)
        if found is None:
            return None
        if found.loader is None:  # a namespace package
            spec = ModuleSpec(fullname, self.loader(fullname, None), is_package=True)
            spec.submodule_search_locations = found.submodule_search_locations
            return spec
        origin = found.origin or ""
        if isinstance(found.loader, ExtensionFileLoader) or not origin.endswith(".py"):
            return None
        path = Path(origin)
        behind = None if path.is_file() else found.loader  # in a zip file, for example
        return self.spec(fullname, path, found.submodule_search_locations, behind)

    def find_file(self, name: str, path: Any, target: Any) -> ModuleSpec | None:
        """Search with Python's own finders; the program's directory comes first."""
        if path is None:
            path = [str(self.root), *sys.path]
        found = PathFinder.find_spec(name, path, target)
        if found is not None:
            return found
        for finder in sys.meta_path:  # finders of editable installs, for example
            if finder is PathFinder or isinstance(finder, Importer):
                continue
            if "_pytest" in type(finder).__module__:
                continue
            found = finder.find_spec(name, path, target)
            if found is not None:
                return found
        return None

    def spec(self, name: str, path: Path, locations: Any, behind: Any) -> ModuleSpec:
        found = importlib.util.spec_from_file_location(
            name,
            path,
            loader=self.loader(name, path, behind),
            submodule_search_locations=locations,
        )
        assert found is not None
        return found

    def loader(self, name: str, path: Path | None, behind: Any = None) -> Any:
        """Return the loader for a module that is looked into, or that is one step."""
        looks_into = path is not None and self.choice.looks_into(name, path)
        if name in modelled.PLAIN or not looks_into:
            return PlainLoader(self, name, path, behind)
        return RewritingLoader(self, name, path, behind)

    def spec_from_file_location(
        self, name: str, location: Any = None, *, loader: Any = None, **options: Any
    ) -> ModuleSpec | None:
        """The model of `importlib.util.spec_from_file_location`."""
        if loader is None and str(location).endswith(".py"):
            loader = self.loader(name, Path(location).absolute())
        return importlib.util.spec_from_file_location(
            name, location, loader=loader, **options
        )

    def own_standard(self, name: str) -> types.ModuleType | None:
        """Return the program's own module that has the name of a standard module.

        Returns None if there is no such module.  In `sys.modules`, the name of
        the module has a suffix.
        """
        if "." in name or name not in sys.stdlib_module_names:
            return None
        alias = f"{name}{OWN_NAME}"
        if alias not in self.targets:
            self.refresh()
            found = PathFinder.find_spec(name, [str(self.root)])
            if found is None or not (found.origin or "").endswith(".py"):
                return None
            self.targets[alias] = Path(str(found.origin))
        return importlib.import_module(alias)
