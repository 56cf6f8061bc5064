"""Methods that Python calls by name: `__enter__` of a port is `__aenter__`."""

import ast

from bench.shape.port.colours import Colours
from bench.shape.port.rewriting import Rewriting
from bench.shape.resolution.scopes import Scope
from bench.shape.resolution.values import FunctionRef

ASYNC_NAMES = {
    "__enter__": "__aenter__",
    "__exit__": "__aexit__",
    "__iter__": "__aiter__",
    "__next__": "__anext__",
}


def named_again(
    found: Colours, rewriting: Rewriting, statement: ast.stmt, scope: Scope
) -> None:
    """`__enter__ = start` in a class, where `start` becomes async."""
    if not scope.is_class or not isinstance(statement, ast.Assign):
        return
    values = found.graph.types.of(statement.value, scope, ())
    if not any(isinstance(v, FunctionRef) and found.is_async(v.key) for v in values):
        return
    for target in statement.targets:
        if isinstance(target, ast.Name) and target.id in ASYNC_NAMES:
            rewriting.replace(target, ASYNC_NAMES[target.id])
