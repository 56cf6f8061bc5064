"""Methods that Python calls by name: a port renames `__enter__` to `__aenter__`."""

import ast

from bench.shape.port.colours import Colours
from bench.shape.port.rewriting import Rewriting
from bench.shape.resolution.members import members
from bench.shape.resolution.scopes import Scope
from bench.shape.resolution.values import ClassRef, FunctionRef, Library, one

AROUND, ASYNC_AROUND = "contextlib.ContextDecorator", "AsyncContextDecorator"
ASYNC_NAMES = {
    "__enter__": "__aenter__",
    "__exit__": "__aexit__",
    "__iter__": "__aiter__",
    "__next__": "__anext__",
}


def named_again(
    found: Colours, rewriting: Rewriting, statement: ast.stmt, scope: Scope
) -> None:
    """Edit `__enter__ = start` in a class, if `start` becomes async."""
    if not scope.is_class or not isinstance(statement, ast.Assign):
        return
    values = found.graph.types.of(statement.value, scope, ())
    if not any(isinstance(v, FunctionRef) and found.is_async(v.key) for v in values):
        return
    for target in statement.targets:
        if isinstance(target, ast.Name) and target.id in ASYNC_NAMES:
            rewriting.replace(target, ASYNC_NAMES[target.id])


def entered_around(found: Colours, rewriting: Rewriting, scope: Scope) -> set[str]:
    """Edit `class Traced(ContextDecorator)`, if its `__enter__` becomes async.

    Returns the import lines that the draft then needs.
    """
    node, types = scope.node, found.graph.types
    enters = members(types, one(ClassRef(scope.key)), "__enter__")
    if not isinstance(node, ast.ClassDef) or not any(
        isinstance(v, FunctionRef) and found.is_async(v.key) for v in enters
    ):
        return set()
    for base in node.bases:
        if Library(AROUND) in types.of(base, scope.parent or scope, scope.path):
            if isinstance(base, ast.Attribute):
                rewriting.replace(base, f"{ast.unparse(base.value)}.{ASYNC_AROUND}")
                return set()
            rewriting.replace(base, ASYNC_AROUND)
            return {f"from contextlib import {ASYNC_AROUND}"}
    return set()
