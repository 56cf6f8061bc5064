"""What only `async with` enters and only `async for` iterates over."""

import ast
from collections.abc import Iterator

from bench.shape.colour.graph import CallGraph
from bench.shape.resolution.facts import expressions
from bench.shape.resolution.members import members
from bench.shape.resolution.values import Instance, Suspended, Value, one

METHODS = {"with": ("__aenter__", "__enter__"), "for": ("__aiter__", "__iter__")}
READ = ("list", "sorted", "sum", "set", "tuple", "enumerate")  # their first argument
HOW = {"with": "async context", "for": "async generator"}


def only_async(graph: CallGraph, value: Value, by: str) -> bool:
    """Whether a plain `with` or `for` (by) of a value raises."""
    if isinstance(value, Suspended):
        return value.how == HOW[by]
    if not isinstance(value, Instance) or ":" not in value.kind:
        return False
    awaited, plain = METHODS[by]
    return bool(members(graph.types, one(value), awaited)) and not members(
        graph.types, one(value), plain
    )


def iterated(statement: ast.stmt) -> Iterator[ast.expr]:
    """What a statement iterates over without `async`."""
    if isinstance(statement, ast.For):
        yield statement.iter
    for node in expressions(statement):
        if isinstance(node, ast.comprehension) and not node.is_async:
            yield node.iter
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in READ:
            yield from node.args[:1]
