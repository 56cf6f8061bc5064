"""Loops of a coroutine function that never let another task run."""

import ast
from collections.abc import Iterator

from bench.shape.port.analysis.asked_flags import asks_clock, asks_flag
from bench.shape.port.analysis.existing_awaits import suspends
from bench.shape.resolution.facts import live
from bench.shape.resolution.scopes import Scope
from bench.shape.tables.vocabulary import words

SPINS = (
    "spins",
    "this loop never lets another task run, so what it waits for cannot happen",
    "await an asyncio.Event or Condition, or await asyncio.sleep(0) in the loop",
)
ADDS = words("put_nowait append appendleft add")
Found = Iterator[tuple[int, str, str, str]]


def busy_loops(scope: Scope) -> Found:
    """A `while` that waits for other code to act, and that lets no other task run."""
    for statement, _ in live(scope):
        if not isinstance(statement, ast.While) or suspends([statement]):
            continue
        inside = [n for s in statement.body for n in ast.walk(s)]
        if _waits_for_others(statement, inside, scope):
            yield statement.lineno, *SPINS
            continue
        if any(
            isinstance(n, ast.Break | ast.Return | ast.Raise | ast.Yield)
            for n in inside
        ):
            continue
        if _changes(statement.test, inside):
            continue
        yield statement.lineno, *SPINS


def _waits_for_others(loop: ast.While, inside: list[ast.AST], scope: Scope) -> bool:
    """Whether a loop ends by the clock, or by a flag that its own calls cannot set."""
    if asks_clock(loop.test):
        return True
    calls = [n.func for n in inside if isinstance(n, ast.Call)]
    names = [f.attr if isinstance(f, ast.Attribute) else "" for f in calls]
    harmless = all(n in ADDS for n in names)
    return harmless and asks_flag(loop.test, loop.body, scope)


def _changes(test: ast.expr, inside: list[ast.AST]) -> bool:
    """Whether a loop may change its own condition; `inside` are the nodes of its block.

    - A block of only `pass` and `continue` changes nothing.
    - With any other block, a call in the block or in the condition may change the
      condition.
    - Without a call, the block must assign or delete a name of the condition.  But if
      the condition is a constant, as in `while True`, the result is true.
    """
    if any(isinstance(node, ast.Call) for node in [*inside, *ast.walk(test)]):
        return not all(isinstance(n, ast.Pass | ast.Continue) for n in inside)
    if isinstance(test, ast.Constant):
        return any(not isinstance(n, ast.Pass | ast.Continue) for n in inside)
    names = ast.Name | ast.Attribute
    asked = {ast.unparse(n) for n in ast.walk(test) if isinstance(n, names)}
    return any(
        isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)
        and ast.unparse(node) in asked
        for node in inside
    )
