"""`isinstance` of a class that a port replaces, and imports of an async variant."""

import ast
from collections.abc import Iterator

from bench.shape.port.analysis.escaping_locks import LOCKS
from bench.shape.port.analysis.requests_exceptions import requests_exception
from bench.shape.port.colours import Colours
from bench.shape.port.iteration.abstract_iterables import ABSTRACT
from bench.shape.resolution.facts import expressions, live
from bench.shape.resolution.scopes import Path, Scope
from bench.shape.resolution.values import ClassRef, Library
from bench.shape.tables.replacements import CLASSES, EXCEPTIONS

TWIN = "Async"
OF_THREADS = ("threading.", "queue.", "concurrent.futures.", "requests.")


def class_checks(
    found: Colours, scope: Scope, makers: list[str]
) -> Iterator[tuple[int, str]]:
    """Comments on lines that the user must check: `isinstance`, and some imports.

    `makers` are the classes and functions that a port iterates by `async for`.
    """
    if not found.waits or isinstance(scope.node, ast.Lambda):
        return
    for statement, path in live(scope):
        if isinstance(statement, ast.ImportFrom):
            yield from _imported(found, statement, scope)
        for node in expressions(statement):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in (
                "isinstance",
                "issubclass",
            ):
                yield from _asked(found, node, scope, path, makers)


def _asked(
    found: Colours, call: ast.Call, scope: Scope, path: Path, makers: list[str]
) -> Iterator[tuple[int, str]]:
    kinds = call.args[1] if len(call.args) == 2 else None
    for kind in kinds.elts if isinstance(kinds, ast.Tuple) else [kinds]:
        if kind is None:
            continue
        text = ast.unparse(kind)
        for value in found.graph.types.of(kind, scope, path):
            if not isinstance(value, Library) or requests_exception(value):
                continue
            if value.name in EXCEPTIONS or value.name in CLASSES.keys() - LOCKS:
                continue  # the port renames these in place
            last = value.name.rpartition(".")[2]
            if value.name.startswith(OF_THREADS):
                yield call.lineno, f"{text}: ask for the class that is made now"
            elif last in ABSTRACT and makers and found.is_async(scope.key):
                yield (
                    call.lineno,
                    f"{text}: typing.{TWIN}{last} where it is given what becomes an"
                    f" async iterator: {', '.join(makers[:3])}",
                )


def _imported(
    found: Colours, statement: ast.ImportFrom, scope: Scope
) -> Iterator[tuple[int, str]]:
    """The comment on imported classes whose module also has an async variant."""
    twins = []
    for alias in statement.names:
        name = alias.asname or alias.name
        behind = (statement.end_lineno or statement.lineno) + 1, 0
        for value in found.graph.types.name(name, scope, behind, ()):
            if not isinstance(value, ClassRef):
                continue
            module, _, own = value.key.partition(":")
            top = found.graph.program.tops.get(module)
            if top is not None and f"{TWIN}{own}" in top.bindings:
                twins.append(f"{TWIN}{own} for {own}")
    if twins:
        where = "." * statement.level + (statement.module or "")
        yield statement.lineno, f"{where} has an async class too: {', '.join(twins)}"
