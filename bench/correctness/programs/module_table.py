"""Put the program's modules into `sys.modules`, and restore the real ones later.

The explorer and the program share a process.  While a program is explored, imports find
the program's modules.  Real modules of the same names are stored and put back
afterwards.
"""

import importlib
import sys
import types
from collections.abc import Iterable
from importlib.machinery import ExtensionFileLoader
from pathlib import Path
from typing import Any

from bench.correctness.models.stdlib.print_ import Printer
from bench.correctness.programs.modelled import UNDER_MODELS
from bench.correctness.programs.packages import (
    is_the_explorers,
    runs_for_real,
)
from bench.correctness.tracking.base_slots import module_of
from bench.correctness.tracking.hooks import HOOKS
from bench.correctness.tracking.module_state import save_modules


class ModuleTable:
    """The part of an importer that adds modules to `sys.modules`, and removes them.

    `builtins` are the built-in functions of rewritten modules, and `plain_builtins`
    those of other modules.
    """

    builtins: dict[str, Any]
    plain_builtins: dict[str, Any]
    root: Path  # of the program

    def __init__(self) -> None:
        self.loaded = False  # whether the import of the program is done
        self.own: dict[str, types.ModuleType] = {}  # the modules of the program
        self.packages: dict[str, types.ModuleType] = {}  # installed modules it imports
        # The entries of `sys.modules` before the exploration.
        self.before: dict[str, types.ModuleType] = {}
        self.last_name = ""  # the last name in `sys.modules` after an exploration
        self.to_hide: list[str] = []  # names of real modules to hide
        self.shared: set[str] = set()  # names of modules that `enter` does not hide
        # Real modules that are hidden now; None: the name did not exist.
        self.replaced_modules: dict[str, types.ModuleType | None] = {}
        self.entries: dict[str, types.ModuleType] = {}  # entries that packages have set
        self.is_stale = False  # whether Python's finders may miss new files

    def is_ours(self, module: Any) -> bool:
        """Whether a module was loaded by this importer."""
        loader = getattr(getattr(module, "__spec__", None), "loader", None)
        return getattr(loader, "importer", None) is self

    def stays_real(self, name: str) -> bool:
        """Whether the program gets the real module, which is never loaded again.

        For example, the modules of pytest stay real.  But the program may have a file
        of its own with the name of such a module, as `coverage.py`.  Then the
        program gets this file.
        """
        if not runs_for_real(name):
            return False
        top = name.partition(".")[0]
        files = self.root / f"{top}.py", self.root / top / "__init__.py"
        return top == "bench" or not any(file.is_file() for file in files)

    def clear(self, name: str, fromlist: Any) -> None:
        """Hide real modules, so that the program can import its own copies."""
        top = name.partition(".")[0]
        if top in sys.stdlib_module_names:
            for one in (name, *(f"{name}.{item}" for item in fromlist or ())):
                if one in UNDER_MODELS and not self.is_ours(sys.modules.get(one)):
                    self.hide(one)
        elif (
            top not in self.replaced_modules
            and top in sys.modules
            and not self.stays_real(name)
            and not self.is_ours(sys.modules[top])
        ):
            self.hide_package(top)

    def hide_package(self, top: str) -> None:
        """Hide a package that was imported for real, except its C extensions."""
        for name in [*sys.modules]:
            if name.partition(".")[0] == top and not self.stays_real(name):
                self.hide(name)

    def hide(self, name: str) -> None:
        """Hide a module that was imported for real."""
        found = sys.modules.get(name)
        loader = getattr(getattr(found, "__spec__", None), "loader", None)
        if not isinstance(loader, ExtensionFileLoader) and name in sys.modules:
            self.replaced_modules.setdefault(name, sys.modules.pop(name))

    def note_entry(self, name: str) -> None:
        """Record that the program itself is about to change a name in `sys.modules`.

        If the import of the program makes the change, it lasts until the exploration
        ends.  If a run makes the change, it is undone before the next run.
        """
        if self.loaded:
            save_modules()
        found = sys.modules.get(name)
        self.replaced_modules.setdefault(name, None if self.is_ours(found) else found)

    def enter(self) -> None:
        """From now on, let imports find the program's modules."""
        self.is_stale = True
        for names in (self.builtins, self.plain_builtins):
            names["print"] = Printer()
        # To see whether `sys.modules` has changed, only its size and last name are
        # compared.  A comparison of all entries would be slow: it reads each module
        # from memory.
        if (
            len(sys.modules) != len(self.before)
            or next(reversed(sys.modules)) != self.last_name
        ):  # something was imported since the last exploration
            self.before = dict(sys.modules)
            unknown = [one for one in sys.modules if one not in self.shared]
            self.shared.update(filter(is_the_explorers, unknown))
            self.to_hide = [one for one in unknown if one not in self.shared]
        for name in self.to_hide:
            self.hide(name)
        self.install({**self.packages, **self.entries, **self.own})
        finder: Any = self
        sys.meta_path.insert(0, finder)

    def refresh(self) -> None:
        """Before the first search, make Python's finders read directories again.

        Files may have been added since the last exploration.
        """
        if self.is_stale:
            self.is_stale = False
            importlib.invalidate_caches()

    def install(self, modules: dict[str, types.ModuleType]) -> None:
        for name, module in modules.items():
            self.replaced_modules.setdefault(name, sys.modules.get(name))
            sys.modules[name] = module

    def leave(self) -> None:
        """Restore `sys.modules`; keep the modules for the next exploration."""
        finder: Any = self
        sys.meta_path[:] = [one for one in sys.meta_path if one is not finder]
        tops = {name.partition(".")[0] for name in (*self.packages, *self.own)}
        self.note_entries([*self.replaced_modules], tops)
        self.put_back()
        if len(sys.modules) != len(self.before):  # imports have added more entries
            self.note_entries([*sys.modules], tops)
            self.put_back()
        for name, module in self.replaced_modules.items():
            if module is not None:
                bind(name, module)
        self.replaced_modules.clear()
        self.last_name = next(reversed(sys.modules))

    def note_entries(self, names: list[str], tops: set[str]) -> None:
        """Record which entries to remove now, and which to add in the next exploration.

        `tops` are the top-level names of the program and of packages.
        """
        for name in names:
            found = sys.modules.get(name)
            if found is self.before.get(name):
                continue
            if self.is_ours(found):
                self.replaced_modules.setdefault(name, None)
            elif (
                found is not None
                and name not in self.before
                and name.partition(".")[0] in tops
            ):
                self.entries[name] = found  # the code of a package has set this entry
                self.replaced_modules.setdefault(name, None)

    def put_back(self) -> None:
        """Restore what was replaced or hidden in `sys.modules`."""
        for name, module in self.replaced_modules.items():
            if module is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = module

    def forget(self, names: Iterable[str]) -> None:
        """Forget modules of the program, so that they are loaded again."""
        for name in names:
            self.own.pop(name, None)
            self.replaced_modules.setdefault(name, None)
            sys.modules.pop(name, None)

    def extensions(self) -> set[str]:
        """Return the C extensions whose objects are in variables of loaded modules."""
        origins = {
            origin(value)
            for module in [*self.packages.values(), *self.own.values()]
            for name, value in vars(module).items()
            if HOOKS.get(name) is not value  # a hook is no variable of the module
        }
        return {
            name
            for name in origins
            if name.partition(".")[0] not in sys.stdlib_module_names
            and is_extension(sys.modules.get(name))
        }


def is_extension(module: types.ModuleType | None) -> bool:
    """Whether a module is a C extension that is not built into the interpreter."""
    spec = getattr(module, "__spec__", None)
    return isinstance(getattr(spec, "loader", None), ExtensionFileLoader)


def origin(value: Any) -> str:
    """Return the name of a value's module, without running code of the program."""
    kind = type(value)
    if issubclass(kind, type):
        return module_of(value)
    if issubclass(kind, types.ModuleType):
        return str(vars(value).get("__name__"))
    if kind in (types.FunctionType, types.BuiltinFunctionType):
        return str(value.__module__)
    return module_of(kind)


def bind(name: str, module: types.ModuleType) -> None:
    """Set a package's attribute to its submodule, if the attribute holds a module."""
    parent, _, last = name.rpartition(".")
    names = vars(sys.modules[parent]) if parent in sys.modules else {}
    if isinstance(names.get(last), types.ModuleType):
        names[last] = module
