"""The sources that a user's function runs: its module, and imports from its folders.

The sources are read, never imported.  For an installed package, its version is used in
place of its files.  If the name of a module is computed at run time, the module cannot
be followed, and the result is None.
"""

import ast
import sys
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import packages_distributions, version
from pathlib import Path

from bench.pairs.module_files import spec_of
from bench.records.user_pairs import TARGET, UserPair

# Functions that import the module that their argument names.  If the argument is not a
# literal text, the module is unknown.
BY_NAME = ("import_module", "__import__")
# functions whose calls may import any module
BY_OTHER_MEANS = ("exec", "eval", "execfile", "run_path", "run_module",
                  "spec_from_file_location", "SourceFileLoader")  # fmt: skip
INSTALLED = ("site-packages", "dist-packages")


class UnknownImportError(Exception):
    """The source does not say which module is imported."""


def of_function(own: UserPair, model: str) -> dict[str, bytes] | None:
    """Return the modules that the function of a model runs, by name, with sources.

    They include the modules of the check and of the arguments.  An installed package
    has its version instead of a source.  None if a module cannot be followed.
    """
    target = own.threads if model == "threads" else own.asyncio
    roots = [one for one in (target, own.check, own.args) if one is not None]
    found: dict[str, bytes] = {}
    ahead = [one.partition(":")[0] for one in roots if TARGET.fullmatch(one)]
    package = ahead[0].partition(".")[0]
    try:
        while ahead:
            name = ahead.pop()
            if name not in found and (text := _source(name, own, package)) is not None:
                found[name] = text[0]
                ahead += text[1]
    except UnknownImportError:
        return None
    return found


def _source(
    name: str, own: UserPair, package: str
) -> tuple[bytes, tuple[str, ...]] | None:
    """Return the source of a module, and the modules that it may import.

    The result is None for a module of the standard library, or if there is no such
    module.
    """
    found = spec_of(name, own.folders)
    top = name.partition(".")[0]
    if found is None or found.origin in (None, "built-in", "frozen"):
        return None
    file = Path(str(found.origin))
    is_theirs = any(file.is_relative_to(folder) for folder in own.folders)
    is_installed = not set(INSTALLED).isdisjoint(file.parts)
    if is_installed and top != package:
        return _versions(top).encode(), ()
    if not is_theirs and not is_installed and top in sys.stdlib_module_names:
        return None
    try:
        text = file.read_bytes()
    except OSError:
        return None
    if file.suffix != ".py":  # a compiled module: its bytes show whether it has changed
        return text, ()
    is_package = found.submodule_search_locations is not None
    return text, named_by(text, name if is_package else name.rpartition(".")[0])


@lru_cache(maxsize=4096)
def named_by(text: bytes, package: str) -> tuple[str, ...]:
    """Return the modules that a source may import, with the packages around them.

    Relative imports start at `package`.  Raises UnknownImportError if the module of an
    import is computed.  A source that is not Python imports nothing.
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return ()
    names = [name for node in ast.walk(tree) for name in _named(node, package)]
    return tuple(dict.fromkeys(name for one in names for name in _around(one)))


def _named(node: ast.AST, package: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (one.name for one in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*above, *([base] if base else [])])
        yield base
        yield from (f"{base}.{one.name}" for one in node.names if one.name != "*")
    elif isinstance(node, ast.Call):
        yield from _called(node, package)


def _called(node: ast.Call, package: str) -> Iterator[str]:
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else ""
    if isinstance(function, ast.Name):
        name = function.id
    if name in BY_OTHER_MEANS and not _is_method(function):
        raise UnknownImportError(name)
    if name not in BY_NAME:
        return
    first = node.args[0] if node.args else None
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        raise UnknownImportError(name)
    if first.value.startswith(".."):
        raise UnknownImportError(name)
    yield f"{package}{first.value}" if first.value.startswith(".") else first.value


def _is_method(function: ast.expr) -> bool:
    """Whether a call is of a method that is named like a builtin: `frame.eval()`."""
    return isinstance(function, ast.Attribute) and function.attr in ("eval", "exec")


def _around(module: str) -> Iterator[str]:
    """Return the packages that contain a module, then the module."""
    names = module.split(".")
    for number in range(1, len(names) + 1):
        if name := ".".join(names[:number]):
            yield name


@lru_cache(maxsize=1024)
def _versions(top: str) -> str:
    """Return the versions of the distributions that provide a package."""
    return " ".join(f"{one} {version(one)}" for one in sorted(_distributions(top)))


def _distributions(top: str) -> set[str]:
    return set(_all_distributions().get(top, ()))


@lru_cache(maxsize=1)
def _all_distributions() -> dict[str, list[str]]:
    return {**packages_distributions()}
