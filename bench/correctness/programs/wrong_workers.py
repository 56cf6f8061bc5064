"""Classes whose `workers` do not say what was meant: refused, not passed over."""

import ast
import inspect
import types
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bench.correctness.programs.loader import Loader
from bench.errors import CannotRunError

# What stands for one worker where a tuple of them was meant: `workers = (work)`.
ONE = (types.FunctionType, types.MethodType, staticmethod, classmethod)
CONVENTION = (
    "a scenario is a class with a tuple of its methods as `workers`,"
    " such as workers = (increment, increment), and perhaps a method `check`"
)


@dataclass(frozen=True)
class Refused:
    """A class that is meant to be a scenario and cannot be explored: the reason."""

    loader: Loader
    name: str
    reason: str

    def run(self) -> str:
        raise CannotRunError(self.reason)

    def close(self) -> None:
        """Nothing was loaded for it."""


def wrong_workers(cls: type, file: str | None) -> str | None:
    """What is wrong with the workers of a class, in words.

    None where they are right, and where the attribute means something else, such as
    how many threads a pool has.  `file` is the one that defines the class.
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
            return f"workers is a {kind}, not a tuple, which has an order; write (...)"
    return None


def unusable_worker(cls: type, workers: tuple[Any, ...] | list[Any]) -> str | None:
    """The first worker that cannot be called, in words."""
    for worker in workers:
        named = isinstance(worker, str)
        if named and not callable(getattr(cls, worker, None)):
            return f"workers names {worker!r}, and there is no such method"
        if not named and not callable(worker) and not hasattr(worker, "__get__"):
            return f"workers has {type(worker).__name__} {worker!r}, which is no method"
    return None


def hidden_worker(
    cls: type, workers: tuple[Any, ...] | list[Any], file: str | None
) -> str | None:
    """A method that a later one of the same name hides, so that no worker runs it."""
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
                f" {' and '.join(map(str, lines))}), of which the last hides the"
                " others; give each a name of its own"
            )
    return None


@lru_cache(maxsize=1)
def parsed(source: bytes) -> ast.Module:
    """A file as a tree, kept for all its classes: it may have hundreds."""
    return ast.parse(source)


def definitions(cls: type, file: str | None) -> dict[str, list[int]]:
    """The lines at which the body of a class defines its methods, by their names."""
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
