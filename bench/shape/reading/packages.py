"""A user's own files: found by path or module name, never imported."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.errors import CannotRunError
from bench.shape.reading.source import Source, from_path

NOT_OURS = {"__pycache__", "node_modules", "site-packages", "build", "dist"}


def find(given: str) -> Source:
    """The source of "jobs.py", "mypkg.jobs" or "mypkg.jobs:run"."""
    path = Path(given)
    if path.suffix == ".py" or path.exists():
        return from_path(path, given)
    module = given.partition(":")[0]
    if not all(part.isidentifier() for part in module.split(".")):
        raise CannotRunError(
            f"there is no file {given!r}; give a Python file or a module"
        )
    for directory in dict.fromkeys([str(Path.cwd()), *sys.path]):
        base = Path(directory, *module.split("."))
        for candidate in (base.with_name(f"{base.name}.py"), base / "__init__.py"):
            if candidate.is_file():
                return from_path(candidate, module)
    raise CannotRunError(
        f"there is no file and no module {module!r} here or on Python's path;"
        " give a path such as mypkg/jobs.py"
    )


def modules(directory: Path) -> tuple[dict[str, Source], list[str]]:
    """Every module below a package directory, and why some could not be read.

    Keys are dotted names, the package's own name first.
    """
    if not directory.is_dir():
        raise CannotRunError(f"{directory} is not a directory; give a package's")
    found: dict[str, Source] = {}
    unread: list[str] = []
    root = directory.resolve()
    for path in sorted(_python_files(root)):
        parts = [root.name, *path.relative_to(root).with_suffix("").parts]
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        try:
            source = from_path(path, os.path.relpath(path))
            _ = source.tree
            found[name] = source
        except CannotRunError as problem:
            unread.append(str(problem))
    if not found:
        raise CannotRunError(
            unread[0] if unread else f"{directory} holds no Python file; give a package"
        )
    return found, unread


def _python_files(root: Path) -> Iterator[Path]:
    for directory, below, files in os.walk(root):
        below[:] = [d for d in below if d not in NOT_OURS and not d.startswith(".")]
        yield from (Path(directory, file) for file in files if file.endswith(".py"))
