"""A user's own files: found by path or module name, and never imported."""

import ast
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.errors import CannotRunError
from bench.shape.reading.source import Source, from_path, from_text
from bench.shape.reading.ticks import Tick, silent

NOT_OURS = {"__pycache__", "node_modules", "site-packages", "build", "dist"}


def find(given: str) -> Source:
    """The source of "jobs.py", "mypkg.jobs" or "mypkg.jobs:run".

    For "jobs.py:Client" the result has only that class and the file's imports; the
    other lines are blank.  This is for libraries that have both forms in one file.  For
    "mypkg.jobs:run" the result has the whole module.
    """
    file, colon, name = given.rpartition(":")
    if colon and file.endswith(".py") and not Path(given).exists():
        return only(find(file), name)
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


def only(source: Source, name: str) -> Source:
    """A file with only the lines of its imports and of one class or function.

    Raises CannotRunError when the file does not define that name at its top level.
    """
    kept: set[int] = set()
    known = []
    for node in source.tree.body:
        lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
        if isinstance(node, ast.Import | ast.ImportFrom):
            kept.update(lines)
        elif isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            known.append(node.name)
            if node.name == name:
                first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
                kept.update(range(first, lines.stop))
    if name not in known:
        raise CannotRunError(
            f"{source.name} has no class or function {name!r} at its top; it has"
            f" {', '.join(known) or 'none'}"
        )
    text = "\n".join(
        line if number in kept else "" for number, line in enumerate(source.lines, 1)
    )
    return from_text(f"{source.name}:{name}", text, source.path)


def modules(
    directory: Path, tick: Tick = silent
) -> tuple[dict[str, Source], list[str]]:
    """Every module below a package directory, and why some modules could not be read.

    Keys are dotted names that begin with the package's own name.  `tick` gets the
    number of files read so far, and of all files.
    """
    if not directory.is_dir():
        raise CannotRunError(
            f"{directory} is not a directory; give the directory of a package"
        )
    found: dict[str, Source] = {}
    unread: list[str] = []
    root = directory.resolve()
    paths = sorted(_python_files(root))
    for number, path in enumerate(paths, 1):
        tick("files read", number, len(paths))
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
