"""Exceptions of requests that a port still raises, but no longer catches."""

import ast
from collections.abc import Iterator

from bench.shape.colour.graph import CallGraph
from bench.shape.port.analysis.requests_exceptions import requests_exception
from bench.shape.resolution.facts import live
from bench.shape.resolution.scopes import Scope
from bench.shape.tables.replacements import EXCEPTIONS

Found = Iterator[tuple[int, str, str, str]]


def old_exceptions(graph: CallGraph, scope: Scope) -> Found:
    """A `raise` of an exception of requests that no handler in the file catches."""
    source = graph.program.modules[scope.module]
    if "aiohttp" not in source.text or _catches(graph, scope.module):
        return
    for statement, path in live(scope):
        if not isinstance(statement, ast.Raise) or statement.exc is None:
            continue
        what = statement.exc
        what = what.func if isinstance(what, ast.Call) else what
        for value in graph.types.of(what, scope, path):
            if name := requests_exception(value):
                new = EXCEPTIONS[name].strip("()").partition(",")[0]
                yield (
                    statement.lineno, "old-exception", f"raise {name}: this file uses"
                    " aiohttp, and no except in it names an exception of requests",
                    f"raise {new}",
                )  # fmt: skip


def _catches(graph: CallGraph, module: str) -> bool:
    """Whether an `except` of a module names an exception of requests."""
    for scope in graph.own(module):
        if isinstance(scope.node, ast.Lambda):
            continue
        for statement, path in live(scope):
            for handler in getattr(statement, "handlers", ()):
                kinds = handler.type
                parts = kinds.elts if isinstance(kinds, ast.Tuple) else [kinds]
                if any(
                    requests_exception(value)
                    for part in parts
                    if part is not None
                    for value in graph.types.of(part, scope, path)
                ):
                    return True
    return False
