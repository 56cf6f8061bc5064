"""Find a scenario and load its modules afresh, with the hooks and stand-ins in."""

import builtins
import functools
import importlib.util
import random
import sys
import sysconfig
import types
from collections import deque
from functools import partial
from pathlib import Path
from typing import Any

from bench.correctness import aio, caches, executor, queues, standins, threads
from bench.correctness.hooks import HOOKS
from bench.correctness.kernel import kernel
from bench.correctness.primitives import Condition
from bench.correctness.transform import compile_module
from bench.errors import CannotRunError

STAND_INS: dict[str, types.ModuleType] = {
    "threading": threads.THREADING,
    "time": threads.TIME,
    "queue": queues.QUEUE,
    "asyncio": aio.ASYNCIO,
    "concurrent": executor.CONCURRENT,
    "concurrent.futures": executor.FUTURES,
    "concurrent.futures.thread": executor.FUTURES,
    "_thread": threads.LOW,
    "functools": caches.FUNCTOOLS,
}
UNCONTROLLED = {
    "multiprocessing", "socket", "subprocess", "signal", "select", "selectors", "ssl",
    "socketserver", "urllib3", "aiohttp", "requests", "httpx", "anyio", "trio",
    "gevent", "eventlet", "curio", "uvloop", "sched", "asyncore", "_socket",
}  # fmt: skip


EXPLORERS = ("bench", "bench.correctness", "bench.errors", "bench.model")
INSTALLED = tuple(
    Path(sysconfig.get_path(kind)).resolve()
    for kind in ("stdlib", "platstdlib", "purelib", "platlib")
)


class Refused(types.ModuleType):
    """A module that cannot be controlled: importing it is fine, using it is not."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        standins.refuse(f"{self.__name__}.{name}")()


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
        self.draws = False  # at random, from the module's own generator
        self.importlib = standins.module(
            "importlib", importlib, import_module=self.import_module
        )
        self.builtins = dict(vars(builtins))
        self.builtins["__import__"] = self.import_
        self.builtins["print"] = lambda *_, **__: None
        self.builtins["id"] = kernel.identity
        self.builtins["input"] = standins.refuse("input()")

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
        if name in STAND_INS:
            return STAND_INS[name]
        if name == "importlib":
            return self.importlib
        if name == "random":
            self.draws = True
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
        if name not in self.hidden:
            self.hidden[name] = sys.modules.get(name)
        sys.modules[name] = module
        exec(code, module.__dict__)
        if above is not None:
            setattr(above, last, module)
        return module

    # --- A fresh state for each run -------------------------------------------------

    def load(self, name: str) -> types.ModuleType:
        """The module in the state in which an import leaves it."""
        if self.draws:
            random.seed(0)  # the same numbers in each run
        if not self.modules:
            module = self.find(name)
            assert module is not None
            self.remember()
            return module
        if self.stateful:
            self.modules.clear()
            module = self.find(name)
            assert module is not None
            return module
        for namespace, before in self.before:
            if namespace != before:
                namespace.clear()
                namespace.update(before)
        for cls, members in self.classes:
            if dict(vars(cls)) != members:
                restore_class(cls, members)
        return self.modules[name]

    def remember(self) -> None:
        """Note the state after the import, or that only a new import brings it back."""
        self.before = [
            (module.__dict__, dict(module.__dict__)) for module in self.modules.values()
        ]
        self.classes: list[tuple[type, dict[str, Any]]] = []
        self.stateful = False
        for name, module in self.modules.items():
            for value in own_values(vars(module)):
                self.inspect(value, name)

    def inspect(self, value: Any, module: str) -> None:
        """Note a class's members; find out whether a value keeps state of its own."""
        if not isinstance(value, type):
            self.stateful |= has_state(value)
        elif value.__module__ == module and all(
            value is not c for c, _ in self.classes
        ):
            members = dict(vars(value))
            self.classes.append((value, members))
            for member in own_values(members):
                self.inspect(member, module)

    # --- sys.modules, where dataclasses and others look a class's module up ---------

    def uninstall(self) -> None:
        """Put back the modules that were there before."""
        for name, module in self.hidden.items():
            if module is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = module
        self.hidden.clear()


def own_values(namespace: dict[str, Any]) -> list[Any]:
    return [
        value
        for name, value in namespace.items()
        if not name.startswith("__") and not name.startswith("_x_")
    ]


STATELESS = (
    int, str, float, bytes, bool, type(None), complex, types.ModuleType,
    types.BuiltinFunctionType, range, types.GenericAlias, types.MemberDescriptorType,
    types.GetSetDescriptorType, types.MethodDescriptorType, types.WrapperDescriptorType,
    type,
)  # fmt: skip


def has_state(value: Any, depth: int = 4) -> bool:
    """Whether a value of a module or class may change while the program runs."""
    if depth == 0:
        return True
    if isinstance(value, tuple | frozenset):
        return any(has_state(item, depth - 1) for item in value)
    if isinstance(value, staticmethod | classmethod):
        return has_state(value.__func__, depth - 1)
    if isinstance(value, property):
        return any(
            function is not None and has_state(function, depth - 1)
            for function in (value.fget, value.fset, value.fdel)
        )
    if isinstance(value, partial):
        return any(
            has_state(item, depth - 1)
            for item in (value.func, *value.args, *value.keywords.values())
        )
    if isinstance(value, types.FunctionType):
        if "_explored_" not in value.__globals__:
            return False
        kept = [
            *(value.__defaults__ or ()),
            *(value.__kwdefaults__ or {}).values(),
            *(cell_contents(cell) for cell in value.__closure__ or ()),
        ]
        return bool(vars(value)) or any(has_state(item, depth - 1) for item in kept)
    if isinstance(value, STATELESS):
        return (
            isinstance(value, types.ModuleType)
            and value.__spec__ is None
            and ("_explored_" not in vars(value))
        )
    return type(value).__module__ not in (
        "typing", "types", "collections.abc", "__future__", "re",
    )  # fmt: skip


def cell_contents(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # an empty cell
        return None


def restore_class(cls: type, members: dict[str, Any]) -> None:
    for name in set(vars(cls)) - set(members):
        delattr(cls, name)
    for name, value in members.items():
        if vars(cls).get(name) is not value:
            setattr(cls, name, value)


def named_objects(root: object, label: str) -> dict[int, str]:
    """Stable names of the objects that can be reached from the start."""
    names: dict[int, str] = {}
    waiting: deque[tuple[object, str]] = deque([(root, label)])
    while waiting and len(names) < 500:
        thing, path = waiting.popleft()
        if id(thing) in names or isinstance(thing, int | str | float | bytes | type):
            continue
        names[id(thing)] = path
        if isinstance(thing, dict):
            waiting.extend(
                (value, f"{path}[{key!r}]")
                for key, value in thing.items()
                if isinstance(key, int | str)
            )
        elif isinstance(thing, list | tuple | deque):
            waiting.extend((item, f"{path}[{n}]") for n, item in enumerate(thing))
        elif isinstance(thing, Condition):
            waiting.append((thing._lock, path))
        elif has_named_parts(thing):
            waiting.extend(
                (value, f"{path}.{name}") for name, value in vars(thing).items()
            )
    return names


def has_named_parts(thing: object) -> bool:
    """Whether its attributes are the program's, and not the explorer's own."""
    return (
        hasattr(thing, "__dict__")
        and not isinstance(
            thing, types.FunctionType | types.MethodType | types.ModuleType
        )
        and not type(thing).__module__.startswith("bench.correctness")
    )


def module_name(path: Path) -> tuple[str, Path]:
    """The dotted name of a file, and the directory from which it is imported."""
    parts = [path.stem]
    directory = path.parent
    while (directory / "__init__.py").is_file():
        parts.insert(0, directory.name)
        directory = directory.parent
    return ".".join(parts), directory
