"""Finds the files of modules by name, without importing anything."""

import sys
from collections.abc import Iterable
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path


def file_of(module: str, folders: Iterable[str]) -> Path | None:
    """Return the file of a module, without an import; None if there is none."""
    spec = spec_of(module, folders)
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        return None
    return Path(spec.origin)


def spec_of(module: str, folders: Iterable[str]) -> ModuleSpec | None:
    """Return where a module would be imported from; None if it cannot be found."""
    path: list[str] | None = [*folders, *sys.path]
    spec = None
    names = module.split(".")
    for number in range(1, len(names) + 1):
        spec = PathFinder.find_spec(".".join(names[:number]), path)
        if spec is None:
            return None
        path = list(spec.submodule_search_locations or ())
    return spec


def in_copy(folder: str, here: str, there: str) -> str:
    """Return the same folder in the copy `there`; unchanged if not below `here`."""
    path = Path(folder)
    return str(there / path.relative_to(here)) if path.is_relative_to(here) else folder
