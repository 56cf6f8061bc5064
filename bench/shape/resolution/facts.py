"""The statements and expressions of a function itself, with their paths, in order."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.shape.reading.functions import children
from bench.shape.resolution.scopes import Path, Scope

NESTED = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Yield = ast.Yield | ast.YieldFrom


@dataclass
class Facts:
    """The statements of a function that other modules often need."""

    yields: list[tuple[Yield, Path]] = field(default_factory=list)
    returns: list[tuple[ast.Return, Path]] = field(default_factory=list)


def facts_of(scope: Scope) -> Facts:
    """Find the `yield`s and `return`s of a function itself."""
    found = Facts()
    if not isinstance(scope.node, ast.Lambda):
        for statement, path in live(scope):
            if isinstance(statement, ast.Return):
                found.returns.append((statement, path))
            for part in expressions(statement):
                if isinstance(part, Yield):
                    found.yields.append((part, path))
    return found


def live(scope: Scope) -> Iterator[tuple[ast.stmt, Path]]:
    """The statements of a scope that can run, with their paths, in order."""
    pending = list(getattr(scope.node, "body", ()))[::-1]
    while pending:
        node = pending.pop()
        if id(node) in scope.dead:
            continue
        yield node, scope.paths.get(id(node), ())
        if not isinstance(node, NESTED):
            pending += [s for block in blocks(node) for s in block][::-1]


def blocks(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The blocks of a compound statement, in order."""
    for part in ("body", "handlers", "orelse", "finalbody", "cases"):
        inner = getattr(node, part, None)
        if part in ("handlers", "cases"):
            yield from (one.body for one in inner or ())
        elif inner:
            yield inner


def expressions(node: ast.stmt) -> tuple[ast.AST, ...]:
    """Every node that a statement evaluates itself, in order; none inside a lambda.

    For a `def` or `class` these are decorators, defaults and bases.  The result is
    stored with the statement, because many callers need it.
    """
    known: tuple[ast.AST, ...] | None = node.__dict__.get("_expressions")
    if known is None:
        known = node.__dict__["_expressions"] = tuple(_expressions(node))
    return known


def _expressions(node: ast.stmt) -> Iterator[ast.AST]:
    pending: list[ast.AST] = []
    if isinstance(node, NESTED):
        pending += node.decorator_list
        if isinstance(node, ast.ClassDef):
            pending += node.bases
        else:
            pending += [*node.args.defaults, *filter(None, node.args.kw_defaults)]
    else:
        parts = ast.iter_child_nodes(node)
        pending += [p for p in parts if isinstance(p, ast.expr | ast.withitem)]
        handlers = getattr(node, "handlers", ())
        pending += [h.type for h in handlers if h.type is not None]
        pending += [c.guard for c in getattr(node, "cases", ()) if c.guard is not None]
    pending = pending[::-1]
    while pending:
        part = pending.pop()
        yield part
        if not isinstance(part, ast.Lambda):
            pending += children(part)[::-1]
