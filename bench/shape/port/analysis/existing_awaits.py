"""The places where code awaits already, and the locks that are held there."""

import ast
from collections.abc import Iterator

from bench.shape.colour.graph import CallGraph
from bench.shape.resolution.facts import blocks, expressions, live
from bench.shape.resolution.scopes import Scope
from bench.shape.state.held_locks import holding
from bench.shape.state.locks import LockUse


def existing_awaits(
    graph: CallGraph, scope: Scope
) -> Iterator[tuple[LockUse | None, int]]:
    """Each lock that is held at an await, with the line; None if no lock is held."""
    if not scope.is_async:
        return
    held = holding(graph.types, scope)
    for statement, _ in live(scope):
        if suspends_itself(statement):
            locks = held.get(id(statement), frozenset())
            for lock in locks or (None,):
                yield lock, statement.lineno


def suspends_itself(statement: ast.stmt) -> bool:
    """Whether a statement, apart from its blocks, lets other tasks run."""
    return isinstance(statement, ast.AsyncWith | ast.AsyncFor) or any(
        isinstance(part, ast.Await)
        or (isinstance(part, ast.comprehension) and part.is_async)
        for part in expressions(statement)
    )


def suspends(body: list[ast.stmt]) -> bool:
    """Whether a block has a place where other tasks may run."""
    pending = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.AsyncWith | ast.AsyncFor):
            return True
        parts = expressions(node)
        if any(isinstance(part, ast.Await) for part in parts) or any(
            isinstance(part, ast.comprehension) and part.is_async for part in parts
        ):
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            pending += [s for block in blocks(node) for s in block]
    return False
