"""Locks of threads that a context manager holds while a task waits in its block."""

import ast
from collections.abc import Iterator, Mapping

from bench.shape.colour.graph import CallGraph
from bench.shape.port.awaited_now import suspends_itself
from bench.shape.resolution.facts import live
from bench.shape.resolution.scopes import Scope

Found = Iterator[tuple[int, str, str, str]]


def entered_locks(
    graph: CallGraph, scope: Scope, left: Mapping[str, frozenset[str]]
) -> Found:
    """Awaits in a block that was entered by what holds such a lock.

    `left` are the locks that each function leaves held, as `left_held` says.
    """
    for event in graph.events.get(scope.key, ()) if scope.is_async else ():
        if event.how != "with" or not left.keys() & event.ran.functions:
            continue
        statement = event.statement
        if not isinstance(statement, ast.With):
            continue
        inside = range(statement.body[0].lineno, (statement.end_lineno or 0) + 1)
        awaits = [
            one.lineno
            for one, _ in live(scope)
            if one.lineno in inside and suspends_itself(one)
        ]
        if awaits:
            name = ast.unparse(event.node)
            yield (
                awaits[0], "lock-over-await", f"{name} holds a lock of threads over"
                " this await: another task that takes it stops the loop for ever",
                f"async with, and an asyncio.Lock in what {name} takes",
            )  # fmt: skip
