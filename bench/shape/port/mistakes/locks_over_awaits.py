"""Locks of threads that are held while a task waits."""

import ast
from collections.abc import Iterator, Mapping

from bench.shape.colour.graph import CallGraph
from bench.shape.port.analysis.escaping_locks import kept_by_loops
from bench.shape.port.analysis.existing_awaits import suspends_itself
from bench.shape.resolution.facts import expressions, live
from bench.shape.resolution.scopes import Scope
from bench.shape.state.held_locks import holding

Found = Iterator[tuple[int, str, str, str]]


def entered_locks(
    graph: CallGraph, scope: Scope, left: Mapping[str, frozenset[str]]
) -> Found:
    """Awaits in a block that enters a context manager with a lock of threads.

    `left` are the locks that each function leaves held, found by `escaping_locks`.
    """
    for event in graph.events.get(scope.key, ()) if scope.is_async else ():
        if event.how != "with" or not left.keys() & event.reach.functions:
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


def kept_over_awaits(graph: CallGraph, scope: Scope) -> Found:
    """Locks of threads that a loop takes, and that are held while the task waits."""
    for lock, last in kept_by_loops(graph, scope) if scope.is_async else ():
        awaits = [
            one.lineno
            for one, _ in live(scope)
            if one.lineno > last and suspends_itself(one)
        ]
        if awaits:
            yield (
                awaits[0], "lock-over-await", f"{lock.name}, a lock of threads that a"
                " loop takes, is held over this await: another task that takes it"
                " stops the loop for ever",
                f"await {lock.name}.acquire() of an asyncio.Lock",
            )  # fmt: skip


def held_over_awaits(graph: CallGraph, scope: Scope) -> Found:
    """A lock of threads that is held while the task waits."""
    held = holding(graph.types, scope)
    for statement, _ in live(scope):
        locks = held.get(id(statement), frozenset())
        waits = [n for n in expressions(statement) if isinstance(n, ast.Await)]
        if not waits and not isinstance(statement, ast.AsyncWith | ast.AsyncFor):
            continue
        for lock in locks:
            if lock.library.startswith("threading."):
                yield (
                    statement.lineno,
                    "lock-over-await",
                    f"{lock.name}, a lock of threads, is held over this await: another"
                    " task that takes it stops the loop for ever",
                    f"async with an asyncio.Lock in place of {lock.name}",
                )
