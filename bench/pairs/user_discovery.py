"""Pairs of the user's that a project or an installed package names.

Nothing of theirs is imported: a project's are in its pyproject.toml, those of installed
packages in the metadata of their entry points, and files are found by name.
"""

import difflib
import json
import tomllib
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from bench.errors import CannotRunError
from bench.pairs.function_pairs import checked, folders_of
from bench.records.user_pairs import LIMIT_SECONDS, MEMORY_BYTES, UserPair

TOOL = "threads-vs-asyncio"
GROUP = "threads_vs_asyncio.pairs"  # NAME.threads, NAME.asyncio, NAME.check, NAME.args
KEYS = ("threads", "asyncio", "args", "check", "small", "title", "limit_seconds",
        "memory_bytes")  # fmt: skip
PARTS = ("threads", "asyncio", "check", "args", "small")


def found(folder: Path) -> tuple[UserPair, ...]:
    """The pairs of the nearest project at or above a folder, then of packages."""
    of_project = project(folder)
    names = {own.name for own in of_project}
    return (*of_project, *(own for own in installed() if own.name not in names))


def project(folder: Path) -> tuple[UserPair, ...]:
    """The pairs of the nearest pyproject.toml that has some.

    Raises CannotRunError for a table that cannot be read, with what is wrong.
    """
    for above in (folder, *folder.parents):
        file = above / "pyproject.toml"
        if not file.is_file():
            continue
        try:
            table = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
            raise CannotRunError(f"{file} cannot be read: {problem}") from None
        pairs = table.get("tool", {}).get(TOOL, {}).get("pairs", {})
        if not isinstance(pairs, dict):
            raise CannotRunError(f"{file}: tool.{TOOL}.pairs is no table of pairs")
        return tuple(_of_table(file, name, row) for name, row in pairs.items())
    return ()


def _of_table(file: Path, name: str, row: Any) -> UserPair:
    where = f"{file.name}, [tool.{TOOL}.pairs.{name}]"
    if not isinstance(row, dict):
        raise CannotRunError(f"{where} is no table; give threads and asyncio")
    for key in row:
        if key not in KEYS:
            near = difflib.get_close_matches(key, KEYS, n=1)
            hint = (
                f"did you mean {near[0]}?" if near else f"there are {', '.join(KEYS)}"
            )
            raise CannotRunError(f"{where} has {key!r}; {hint}")
    for key in ("threads", "asyncio"):
        if not isinstance(row.get(key), str):
            raise CannotRunError(f'{where} lacks {key} = "package.module:function"')
    limit = row.get("limit_seconds", LIMIT_SECONDS)
    memory = row.get("memory_bytes", MEMORY_BYTES)
    for key, value in (("limit_seconds", limit), ("memory_bytes", memory)):
        if not isinstance(value, int | float) or value <= 0:
            raise CannotRunError(f"{where}: {key} is {value!r}; give a number above 0")
    try:
        own = UserPair(
            name=name,
            threads=row["threads"],
            asyncio=row["asyncio"],
            args=_arguments(row.get("args", {})),
            check=row.get("check"),
            small=_arguments(row["small"]) if "small" in row else None,
            title=str(row.get("title", "")),
            folders=folders_of(file.parent),
            limit_seconds=float(limit),
            memory_bytes=int(memory),
        )
        return checked(own)
    except CannotRunError as problem:
        raise CannotRunError(f"{where}: {problem}") from None


def _arguments(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


def installed() -> tuple[UserPair, ...]:
    """The pairs that installed packages name; what is incomplete is left out."""
    parts: dict[str, dict[str, str]] = {}
    for point in entry_points(group=GROUP):
        name, _, part = point.name.rpartition(".")
        if part in PARTS:
            parts.setdefault(name, {})[part] = point.value
    return tuple(
        UserPair(
            name=name,
            threads=row["threads"],
            asyncio=row["asyncio"],
            args=row.get("args", "{}"),
            check=row.get("check"),
            small=row.get("small"),
        )
        for name, row in parts.items()
        if {"threads", "asyncio"} <= row.keys()
    )
