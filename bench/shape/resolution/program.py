"""The modules that are read together: their scopes, classes, bases and subclasses.

When a file is read, the modules of its own package that it imports are read too.  A
module outside this package is a library.
"""

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path

from bench.errors import CannotRunError
from bench.shape.reading.source import Source, from_path
from bench.shape.resolution.binding import scopes_of
from bench.shape.resolution.scopes import Scope, descendants
from bench.shape.resolution.syntax import resolved_module
from bench.shape.tables.blocking import TABLED

STANDARD = sys.stdlib_module_names
MOST_CHARACTERS = 6_000_000  # characters of neighbours that are read with a file
# characters of modules beside the package, which are read when needed
BESIDE = 3_000_000


class Program:
    """Modules by dotted name, and every class and function in them by key.

    A module in `root` that was not given is read when a name first refers to it.  A
    library is not read if the tables know its calls.
    """

    def __init__(
        self,
        modules: Mapping[str, Source],
        given: Iterable[str] | None = None,
        root: Path | None = None,
    ) -> None:
        self.modules: dict[str, Source] = {}
        self.given = (*(given or modules),)  # the modules that the user asked about
        self.root = root
        self.tops: dict[str, Scope] = {}
        # attribute -> modules that put values into it
        self.putting: dict[str, list[Scope]] = {}
        self.scopes: dict[str, Scope] = {}
        self.of_node: dict[int, Scope] = {}
        self.packages: set[str] = set()  # every prefix of a module's dotted name
        self.classes: list[str] = []  # in the order of reading
        self._beside = BESIDE if root else 0
        self._absent: set[str] = set()
        for name, source in modules.items():
            self._add(name, source)
        self.own = frozenset(self.tops)  # modules that are read from the start

    def _add(self, name: str, source: Source) -> None:
        self.modules[name] = source
        top = scopes_in(source, name)
        self.tops[name] = top
        for attribute in top.grown_outside:
            self.putting.setdefault(attribute, []).append(top)
        for scope in descendants(top):
            self.scopes[scope.key] = scope
            self.of_node[id(scope.node)] = scope
            if scope.is_class:
                self.classes.append(scope.key)
        parts = name.split(".")
        prefixes = {".".join(parts[:n]) for n in range(1, len(parts) + 1)}
        self.packages |= prefixes - {""}

    def holds(self, module: str) -> bool:
        """Whether a module is read; this call reads a module of `root`, if it can."""
        if module in self.tops:
            return True
        if self.root is None or module in self._absent or self._beside <= 0:
            return False
        self._absent.add(module)
        first = module.partition(".")[0]
        if first in TABLED or first in STANDARD:
            return False
        path = file_of(self.root, module)
        if path is None:
            return False
        self._beside -= path.stat().st_size
        source = readable(path)
        if source is None:
            return False
        self._add(module, source)
        return True

    def placed(self, name: str) -> str:
        """The full name of a module that scripts beside it import by its bare name.

        A script may import its neighbours by bare names, because its directory is on
        Python's path.  But if a given file imports the directory as a package, a bare
        name means a library.
        """
        first = name.partition(".")[0]
        if first in self.packages or first in TABLED or first in STANDARD:
            return name
        for root in self._scripts:
            if f"{root}.{first}" in self.tops:
                return f"{root}.{name}"
        return name

    @cached_property
    def _scripts(self) -> tuple[str, ...]:
        """The directories that no given file imports as a package."""
        roots = {name.partition(".")[0] for name in self.given if "." in name}
        for node in (n for m in self.given for n in ast.walk(self.modules[m].tree)):
            if isinstance(node, ast.ImportFrom):
                roots -= (
                    roots if node.level else {(node.module or "").partition(".")[0]}
                )
            elif isinstance(node, ast.Import):
                roots -= {alias.name.partition(".")[0] for alias in node.names}
        return tuple(sorted(roots))

    def is_module(self, name: str) -> bool:
        """Whether a dotted name is a module or package in the files."""
        return name in self.packages or (bool(name) and self.holds(name))

    def functions(self, module: str) -> Iterator[Scope]:
        """Every `def` of a module, outer before inner, in the order of the file."""
        for scope in descendants(self.tops[module]):
            if scope.is_function:
                yield scope


@lru_cache(maxsize=4096)
def scopes_in(source: Source, name: str) -> Scope:
    """The scopes of a module, shared by all programs that read it."""
    return scopes_of(source.tree, name, package_of(name, source))


@lru_cache(maxsize=4096)
def readable(path: Path) -> Source | None:
    """A file beside others; None if it is not Python that can be read."""
    try:
        source = from_path(path)
        _ = source.tree
    except CannotRunError:
        return None
    return source


def package_of(module: str, source: Source) -> str:
    """The package that a module's relative imports start from."""
    if source.path is not None and source.path.name == "__init__.py":
        return module
    return module.rpartition(".")[0]


@lru_cache(maxsize=16)
def program_of(source: Source) -> Program:
    """A file with the modules of its package that it imports, even indirectly."""
    if source.path is None:
        return Program({"": source})
    root, module = place_of(source.path)
    found = {module: source}
    waiting, characters = [module], 0
    package = module.partition(".")[0] if _in_package(source.path) else ""
    while waiting:
        name = waiting.pop(0)
        for wanted in imported(found[name], name):
            if package and wanted.partition(".")[0] != package:
                continue  # other packages are libraries
            path = file_of(root, wanted)
            if wanted in found or path is None or path == source.path.resolve():
                continue
            characters += path.stat().st_size
            if characters > MOST_CHARACTERS:
                break
            neighbour = readable(path)
            if neighbour is not None:  # an unreadable neighbour counts as a library
                found[wanted] = neighbour
                waiting.append(wanted)
    return Program(found, [module], root if package else None)


def _in_package(path: Path) -> bool:
    return (path.resolve().parent / "__init__.py").is_file()


def place_of(path: Path) -> tuple[Path, str]:
    """The directory that a file's imports start from, and the file's dotted name."""
    path = path.resolve()
    parts = [] if path.name == "__init__.py" else [path.stem]
    root = path.parent
    while (root / "__init__.py").is_file() and root != root.parent:
        parts.insert(0, root.name)
        root = root.parent
    return root, ".".join(parts)


def file_of(root: Path, module: str) -> Path | None:
    """The file of a module below a directory; None if there is none."""
    if not all(part.isidentifier() for part in module.split(".")):
        return None
    base = root.joinpath(*module.split("."))
    for candidate in (base.with_name(f"{base.name}.py"), base / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


def imported(source: Source, module: str) -> list[str]:
    """The modules that a file may import: `from a import b` may mean `a.b`."""
    package = package_of(module, source)
    names: list[str] = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                parts = alias.name.split(".")
                names += [".".join(parts[:n]) for n in range(1, len(parts) + 1)]
        elif isinstance(node, ast.ImportFrom):
            base = resolved_module(node, package)
            names += [base, *(f"{base}.{alias.name}" for alias in node.names)]
    return list(dict.fromkeys(filter(None, names)))
