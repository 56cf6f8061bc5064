"""Refuse classes with wrong `workers`: to ignore these classes would hide the error."""

import ast
import inspect
import types
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bench.correctness.programs.loader import Loader
from bench.errors import CannotRunError

# Types of a single worker, as in `workers = (work)`: without a comma it is no tuple.
ONE = (types.FunctionType, types.MethodType, staticmethod, classmethod)
CONVENTION = (
    "a scenario is a class with a tuple of its methods as `workers`,"
    " such as workers = (increment, increment); it may have a method `check`;"
    " a function is explored if it is named, as in FILE:FUNCTION"
)


@dataclass(frozen=True)
class Refused:
    """A class that looks like a scenario but cannot be explored; `reason` says why."""

    loader: Loader
    name: str
    reason: str

    def run(self) -> str:
        raise CannotRunError(self.reason)

    def close(self) -> None:
        """Do nothing, because nothing was loaded for this class."""


def wrong_workers(cls: type, file: str | None) -> str | None:
    """Describe what is wrong with the workers of a class.

    Returns None if the workers are right.  Also returns None if the attribute has
    another meaning: for example, it is the number of threads of a pool.  `file` is the
    file that contains the class.
    """
    workers = getattr(cls, "workers", None)
    if isinstance(workers, tuple | list):
        return hidden_worker(cls, workers, file) or unusable_worker(cls, workers)
    if isinstance(workers, ONE):
        name = workers.__name__
        return (
            f"workers is the function {name}, not a tuple; write workers = ({name},)"
            if name != "workers"
            else None
        )
    if isinstance(workers, str) and callable(getattr(cls, workers, None)):
        return f"workers is the text {workers!r}, not a tuple; write ({workers},)"
    if isinstance(workers, set | frozenset | dict | types.GeneratorType):
        made = (
            list(workers) if not isinstance(workers, types.GeneratorType) else [print]
        )
        if made and all(map(callable, made)):
            kind = type(workers).__name__
            return f"workers is a {kind}, not a tuple; write workers = (...)"
    return None


def unusable_worker(cls: type, workers: tuple[Any, ...] | list[Any]) -> str | None:
    """Describe the first worker that cannot be called; None if all can be called."""
    for worker in workers:
        named = isinstance(worker, str)
        if named and not callable(getattr(cls, worker, None)):
            return f"workers names {worker!r}, and there is no such method"
        method = callable(worker) or hasattr(worker, "__get__")
        if not named and (not method or isinstance(worker, property)):
            return f"workers has {type(worker).__name__} {worker!r}, which is no method"
    return None


def hidden_worker(
    cls: type, workers: tuple[Any, ...] | list[Any], file: str | None
) -> str | None:
    """Describe a method that a later method of the same name hides, if there is one."""
    used: dict[str, set[int]] = {}
    for worker in workers:
        code = (
            getattr(inspect.unwrap(worker), "__code__", None)
            if callable(worker)
            else None
        )
        if code is not None:
            used.setdefault(code.co_name, set()).add(code.co_firstlineno)
    for name, lines in definitions(cls, file).items():
        hidden = [line for line in lines if line not in used.get(name, {line})]
        if hidden and len(lines) > 1:
            return (
                f"it has {len(lines)} methods called {name} (lines"
                f" {' and '.join(map(str, lines))}); the last one hides the others, so"
                " give each method its own name"
            )
    return None


@lru_cache(maxsize=1)
def parsed(source: bytes) -> ast.Module:
    """Parse a file; the tree is cached, because a file may have hundreds of classes."""
    return ast.parse(source)


def definitions(cls: type, file: str | None) -> dict[str, list[int]]:
    """Return the lines at which the body of a class defines its methods, by name."""
    try:
        node: ast.AST = parsed(Path(file or "").read_bytes())
    except (OSError, SyntaxError, ValueError):
        return {}
    for part in cls.__qualname__.split("."):
        named = [
            one
            for one in getattr(node, "body", [])
            if isinstance(one, ast.ClassDef) and one.name == part
        ]
        if not named:
            return {}
        node = named[-1]
    lines: dict[str, list[int]] = {}
    for one in getattr(node, "body", []):
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            decorators = [decorator.lineno for decorator in one.decorator_list]
            lines.setdefault(one.name, []).append(min([one.lineno, *decorators]))
    return lines
