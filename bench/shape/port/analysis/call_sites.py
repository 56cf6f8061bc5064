"""The calls that a function or a lambda makes itself."""

import ast
from collections.abc import Iterator

from bench.shape.resolution.facts import expressions, live
from bench.shape.resolution.scopes import Path, Scope


def calls(scope: Scope) -> Iterator[tuple[ast.Call, Path]]:
    """The calls that a function or lambda makes itself."""
    if isinstance(scope.node, ast.Lambda):
        for part in ast.walk(scope.node.body):
            if isinstance(part, ast.Call):
                yield part, ()
        return
    for statement, path in live(scope):
        for part in expressions(statement):
            if isinstance(part, ast.Call):
                yield part, path
