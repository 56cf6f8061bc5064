"""Plain `with` and `for` over objects that need `async with` and `async for`."""

import ast
from collections.abc import Iterator

from bench.shape.colour.graph import CallGraph
from bench.shape.resolution.facts import expressions
from bench.shape.resolution.members import members
from bench.shape.resolution.scopes import Path, Scope
from bench.shape.resolution.syntax import closes
from bench.shape.resolution.values import (
    FunctionRef,
    Instance,
    Suspended,
    Value,
    one,
)
from bench.shape.tables.vocabulary import LOCKS

ONLY_ASYNC = frozenset(  # a plain `with` of objects of these classes raises
    {"asyncio.TaskGroup", "asyncio.timeout", "aiohttp.ClientSession"}
)
Found = Iterator[tuple[int, str, str, str]]  # line, rule, what, instead
METHODS = {"with": ("__aenter__", "__enter__"), "for": ("__aiter__", "__iter__")}
# functions that iterate over their first argument
READ = ("list", "sorted", "sum", "set", "tuple", "enumerate")
HOW = {"with": "async context", "for": "async generator"}


def plain_with(
    graph: CallGraph, statement: ast.stmt, scope: Scope, path: Path
) -> Found:
    """The plain `with` and `for` of a statement that must be async."""
    items = statement.items if isinstance(statement, ast.With) else []
    for item in items:
        values = graph.types.of(item.context_expr, scope, path)
        text = ast.unparse(item.context_expr)
        if closes(item.context_expr) and any(
            isinstance(one, FunctionRef) and graph.program.scopes[one.key].is_async
            for one in members(graph.types, values, "close")
        ):
            yield (
                statement.lineno, "plain-with", f"with {text}: it calls close() and"
                " does not await it", "try: ... finally: await name.close()",
            )  # fmt: skip
        for value in values:
            kind = value.kind if isinstance(value, Instance) else ""
            if (kind in LOCKS and kind.startswith("asyncio.")) or kind in ONLY_ASYNC:
                yield (
                    statement.lineno, "plain-with", f"with {text}: {kind} has no plain"
                    " with", f"async with {text}",
                )  # fmt: skip
        if values and all(only_async(graph, value, "with") for value in values):
            yield (
                statement.lineno, "plain-with", f"with {text}: it has no plain with",
                f"async with {text}",
            )  # fmt: skip
    for node in iterated(statement):
        values = graph.types.of(node, scope, path)
        if values and all(only_async(graph, value, "for") for value in values):
            text = ast.unparse(node)
            yield (
                node.lineno, "plain-for", f"{text} is iterated by async for only:"
                " TypeError", f"async for ... in {text}",
            )  # fmt: skip


def only_async(graph: CallGraph, value: Value, by: str) -> bool:
    """Whether a plain `with` or `for` of a value raises; `by` is the keyword."""
    if isinstance(value, Suspended):
        return value.how == HOW[by]
    if not isinstance(value, Instance) or ":" not in value.kind:
        return False
    awaited, plain = METHODS[by]
    return bool(members(graph.types, one(value), awaited)) and not members(
        graph.types, one(value), plain
    )


def iterated(statement: ast.stmt) -> Iterator[ast.expr]:
    """The expressions that a statement iterates over without `async`."""
    if isinstance(statement, ast.For):
        yield statement.iter
    for node in expressions(statement):
        if isinstance(node, ast.comprehension) and not node.is_async:
            yield node.iter
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in READ:
            yield from node.args[:1]
