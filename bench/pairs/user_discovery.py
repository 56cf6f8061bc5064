"""Finds the user's pairs that a pyproject.toml or an installed package names.

No code of a pair is imported.  A project's pairs are in its pyproject.toml.  Those of
installed packages are in the metadata of entry points.  Files are found by name.
"""

import difflib
import json
import math
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from bench.errors import CannotRunError
from bench.pairs.function_pairs import check_free, checked, folders_of
from bench.records.user_pairs import LIMIT_SECONDS, MEMORY_BYTES, UserPair

TOOL = "threads-vs-asyncio"
GROUP = "threads_vs_asyncio.pairs"  # NAME.threads, NAME.asyncio, NAME.check, NAME.args
KEYS = ("threads", "asyncio", "args", "check", "small", "title", "limit_seconds",
        "memory_bytes")  # fmt: skip
ALIKE = 0.8  # from this ratio of difflib on, a name is a misspelling of the other one
LEAST_SECONDS = 0.1
LEAST_BYTES = 10 * 2**20  # the least memory with which a Python process can run
PARTS = ("threads", "asyncio", "check", "args", "small")


def found(folder: Path) -> tuple[UserPair, ...]:
    """Return the pairs of the nearest project at or above a folder, and of packages."""
    of_project = project(folder)
    names = {own.name for own in of_project}
    return (*of_project, *(own for own in installed() if own.name not in names))


def project(folder: Path) -> tuple[UserPair, ...]:
    """Return the pairs of the nearest pyproject.toml; it may have none.

    Raises CannotRunError, with the mistake, if a table cannot be read.
    """
    for above in (folder, *folder.parents):
        file = above / "pyproject.toml"
        if not file.is_file():
            continue
        try:
            table = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
            raise CannotRunError(f"{file} cannot be read: {problem}") from None
        for name in filter(_is_alike, table):
            raise CannotRunError(
                f"{file} has [{name}]; did you mean [tool.{TOOL}.pairs.NAME]?"
            )
        pairs = _pairs_of(file, table.get("tool", {}))
        return tuple(_of_table(file, name, row) for name, row in pairs.items())
    return ()


def _is_alike(name: str) -> bool:
    """Whether the name of a table is that of this tool, or a misspelling of it."""
    words = sorted(re.split(r"\W|_", name.lower()))
    return words == sorted(TOOL.split("-")) or bool(
        difflib.get_close_matches(name.lower(), [TOOL], 1, ALIKE)
    )


def _pairs_of(file: Path, tools: Any) -> dict[str, Any]:
    """Return the tables of pairs; raises CannotRunError if a name is misspelt."""
    for name in tools if isinstance(tools, dict) else ():
        if name != TOOL and _is_alike(name):
            raise CannotRunError(
                f"{file} has [tool.{name}]; did you mean [tool.{TOOL}]?"
            )
    ours = tools.get(TOOL, {}) if isinstance(tools, dict) else tools
    if not isinstance(ours, dict):
        raise CannotRunError(
            f"{file}: tool.{TOOL} is {ours!r}, not a table; name pairs in "
            f"[tool.{TOOL}.pairs.NAME]"
        )
    for name in ours:
        if name != "pairs":
            raise CannotRunError(
                f"{file} has [tool.{TOOL}.{name}]; did you mean [tool.{TOOL}.pairs]?"
            )
    pairs = ours.get("pairs", {})
    if not isinstance(pairs, dict):
        raise CannotRunError(
            f"{file}: tool.{TOOL}.pairs is no table of pairs; name each pair in a "
            f"table [tool.{TOOL}.pairs.NAME]"
        )
    for name in pairs:
        if name in KEYS and not isinstance(pairs[name], dict):
            raise CannotRunError(
                f"{file}: {name} is in [tool.{TOOL}.pairs], which has no name of a "
                f"pair; put it in [tool.{TOOL}.pairs.NAME]"
            )
    return pairs


def _of_table(file: Path, name: str, row: Any) -> UserPair:
    where = f"{file.name}, [tool.{TOOL}.pairs.{name}]"
    if not isinstance(row, dict):
        raise CannotRunError(
            f"{where} is {row!r}, not a table; write it in single brackets, with "
            "threads and asyncio"
        )
    for key in row:
        if key not in KEYS:
            near = [one for one in KEYS if one.startswith(f"{key}_")]
            near = near or difflib.get_close_matches(key, KEYS, n=1)
            hint = (
                f"did you mean {near[0]}?" if near else f"there are {', '.join(KEYS)}"
            )
            raise CannotRunError(f"{where} has {key!r}; {hint}")
    for key in ("threads", "asyncio"):
        if key not in row:
            raise CannotRunError(f'{where} lacks {key} = "package.module:function"')
        if not isinstance(row[key], str):
            raise CannotRunError(
                f"{where}: {key} is {row[key]!r}; give a text, such as "
                '"package.module:function"'
            )
    for key in ("check", "title"):
        if key in row and not isinstance(row[key], str):
            raise CannotRunError(f"{where}: {key} is {row[key]!r}; give a text")
    limit = _number(where, row, "limit_seconds", LIMIT_SECONDS, LEAST_SECONDS)
    memory = _number(where, row, "memory_bytes", MEMORY_BYTES, LEAST_BYTES)
    try:
        own = UserPair(
            name=name,
            threads=row["threads"],
            asyncio=row["asyncio"],
            args=_arguments("args", row.get("args", {})),
            check=row.get("check"),
            small=_arguments("small", row["small"]) if "small" in row else None,
            title=row.get("title", ""),
            folders=folders_of(file.parent),
            limit_seconds=float(limit),
            memory_bytes=int(memory),
        )
        return checked(own)
    except CannotRunError as problem:
        raise CannotRunError(f"{where}: {problem}") from None


def _number(
    where: str, row: dict[str, Any], key: str, usual: float, least: float
) -> float:
    """Return a number of a table; raises CannotRunError if it is no valid limit."""
    value = row.get(key, usual)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or value < least:
        raise CannotRunError(
            f"{where}: {key} is {value!r}; give a number of at least {least:,.10g}"
        )
    return float(value)


def _arguments(key: str, value: Any) -> str:
    """Return arguments as JSON; raises CannotRunError if JSON cannot hold a value."""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value)
    except TypeError as problem:
        raise CannotRunError(
            f"{key} has a value that is no plain data ({problem}); write it as text, "
            f'or name an object of a module: {key} = "mypkg.pages:ARGS"'
        ) from None


def installed() -> tuple[UserPair, ...]:
    """Return the pairs that installed packages name, without those that are invalid."""
    return tuple(own for own, _ in _of_packages() if own is not None)


def left_out() -> list[str]:
    """Return a line for each pair of an installed package that is invalid.

    Such a pair is not an error: the user cannot change the package, and may want to
    use other pairs.
    """
    return [problem for _, problem in _of_packages() if problem]


def _of_packages() -> Iterator[tuple[UserPair | None, str]]:
    """The pairs of the entry points, or what is wrong with them."""
    rows: dict[str, dict[str, str]] = {}
    packages: dict[str, str] = {}
    for point in entry_points(group=GROUP):
        name, dot, part = point.name.rpartition(".")
        name, part = (name, part) if dot else (part, "")
        rows.setdefault(name, {})[part] = point.value
        packages[name] = point.dist.name if point.dist else "a package"
    for name, row in rows.items():
        try:
            yield _of_row(name, row), ""
        except CannotRunError as problem:
            yield None, f"left out the pair {name} of {packages[name]}: {problem}"


def _of_row(name: str, row: dict[str, str]) -> UserPair:
    for part in row:
        if part not in PARTS:
            entry = f"{name}.{part}".rstrip(".")
            raise CannotRunError(
                f"{entry} is no entry point of a pair; there are {', '.join(PARTS)}"
            )
    for part in ("threads", "asyncio"):
        if part not in row:
            raise CannotRunError(f"the entry point {name}.{part} is missing")
    check_free(name)
    return checked(
        UserPair(
            name=name,
            threads=row["threads"],
            asyncio=row["asyncio"],
            args=row.get("args", "{}"),
            check=row.get("check"),
            small=row.get("small"),
        )
    )
