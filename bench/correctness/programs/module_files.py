"""The loaders of a program's modules: with hooks, or unchanged as one step."""

import types
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any, Protocol

from bench.correctness.engine import refusals
from bench.correctness.engine.kernel import kernel
from bench.correctness.instrument.relocation import RewrittenCode
from bench.correctness.instrument.stored_files import rewritten
from bench.correctness.programs.code_files import compiled
from bench.correctness.programs.module_locks import ModuleLocks
from bench.correctness.programs.packages import is_installed
from bench.correctness.tracking.calls import EXPLORED
from bench.correctness.tracking.type_traits import PROGRAM
from bench.errors import CannotRunError

# Modules that compile and run code of the program.  This code is rewritten.
RUNNING_PROGRAMS = {"runpy"}


class Importing(Protocol):
    """The attributes of an importer that a loader uses."""

    own: dict[str, types.ModuleType]
    packages: dict[str, types.ModuleType]
    looked_into: set[str]
    one_step: set[str]
    importing: list[str]
    codes: dict[str, RewrittenCode]
    lifted: dict[str, str]
    loaded: bool
    preloaded: set[str]
    late: list[str]
    builtins: dict[str, Any]
    plain_builtins: dict[str, Any]
    locks: ModuleLocks

    def package_loaded(self) -> object: ...


def import_first(importer: Importing, name: str) -> None:
    """Abandon this run; from then on, import a module before the program."""
    importer.late.append(name)
    kernel.discover(("import", name))
    kernel.abandon()


class ModuleLoader(SourceFileLoader):
    """Loads a module of the program, or of an installed package."""

    def __init__(
        self, importer: Any, name: str, path: Path | None, behind: Any = None
    ) -> None:
        """`behind`: Python's own loader, if needed, as for a module in a zip file."""
        super().__init__(name, "" if path is None else str(path))
        self.importer: Importing = importer
        self.behind = behind
        self.installed = path is not None and is_installed(path)

    def exec_module(self, module: types.ModuleType) -> None:
        """Run a module.

        If an installed module is first imported during a run, this run is abandoned.
        From then on, the installed module is loaded before the program.  So the state
        of this module is the same at the beginning of each run.
        """
        importer, name = self.importer, module.__name__
        if self.installed and importer.loaded and name not in importer.preloaded:
            import_first(importer, name)
        self.prepare(module)
        if not self.installed:
            importer.own[name] = module
            with importer.locks.running(name, late=importer.loaded):
                self.run(module)
            return
        top = name.partition(".")[0]
        importer.packages[name] = module
        importer.importing.append(name)
        refusals.PROBING.append(name)
        try:
            with kernel.naming_after(name):
                self.run(module)
        except BaseException:
            del importer.packages[name]
            raise
        finally:
            refusals.PROBING.pop()
            importer.importing.pop()
        (importer.looked_into if self.rewrites else importer.one_step).add(top)
        if not importer.importing:
            importer.package_loaded()

    def get_data(self, path: str) -> bytes:
        """Return the bytes of the module, or of a file beside it."""
        if self.behind is not None:
            data: bytes = self.behind.get_data(path)
            return data
        return super().get_data(path)

    rewrites = False

    def prepare(self, module: types.ModuleType) -> None:
        """Give a module the built-in functions that it may use."""

    def run(self, module: types.ModuleType) -> None:
        raise NotImplementedError


class PlainLoader(ModuleLoader):
    """Loads a module unchanged; modules that it imports may be models."""

    def prepare(self, module: types.ModuleType) -> None:
        importer = self.importer
        for_programs = module.__name__ in RUNNING_PROGRAMS
        module.__dict__["__builtins__"] = (
            importer.builtins if for_programs else importer.plain_builtins
        )

    def run(self, module: types.ModuleType) -> None:
        if self.path:  # not a namespace package
            code = super().get_code(module.__name__)
            assert code is not None
            exec(code, module.__dict__)


class RewritingLoader(ModuleLoader):
    """Loads a module that is rewritten with hooks."""

    rewrites = True

    def prepare(self, module: types.ModuleType) -> None:
        PROGRAM.add(module.__name__)
        # The hooks are among the built-in names, and not among the names of the module:
        # each run compares all names of the module, which takes time.
        module.__dict__["__builtins__"] = self.importer.builtins
        module.__dict__.update(EXPLORED)

    def run(self, module: types.ModuleType) -> None:
        path = Path(self.path)
        try:
            if self.installed:
                code = rewritten(self.get_data(self.path), self.path)
            else:
                lifted = self.importer.lifted.get(module.__name__, "")
                codes = self.importer.codes  # kept, so that sites stay the same
                if self.path not in codes and self.behind is not None:
                    codes[self.path] = rewritten(self.get_data(self.path), self.path)
                elif self.path not in codes:
                    codes[self.path] = compiled(path, path.stat().st_mtime_ns, lifted)
                code = codes[self.path]
        except LookupError as problem:
            raise CannotRunError(f"{path}: {problem}") from problem
        except (OSError, SyntaxError, UnicodeDecodeError) as problem:
            if self.installed:
                raise
            raise CannotRunError(f"{path} cannot be read: {problem}") from problem
        code.execute(module.__dict__)

    def get_code(self, fullname: str) -> types.CodeType:
        """Return the code of the module.

        A module such as `runpy` asks for the code, and runs it in another namespace.
        """
        path = Path(self.path)
        if self.behind is not None:
            return rewritten(self.get_data(self.path), self.path).code
        return compiled(path, path.stat().st_mtime_ns).code
