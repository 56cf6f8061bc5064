"""Handlers that stop a cancellation, so that the task cannot be cancelled."""

import ast
from collections.abc import Iterator

from bench.shape.port.analysis.existing_awaits import suspends
from bench.shape.resolution.facts import live
from bench.shape.resolution.scopes import Scope

Found = Iterator[tuple[int, str, str, str]]
CATCH_ALL = ("BaseException", "CancelledError", "asyncio.CancelledError")


def swallowed_cancellation(scope: Scope) -> Found:
    """`except BaseException` around an await, if the handler does not raise again."""
    for statement, _ in live(scope):
        if not isinstance(statement, ast.Try) or not suspends(statement.body):
            continue
        for handler in statement.handlers:
            names = _names(handler.type)
            if handler.type is not None and not names & {*CATCH_ALL}:
                continue
            if not _raises(handler.body) and not _of_a_task(scope, statement, names):
                yield (
                    handler.lineno, "swallows-cancel",
                    "cancellation ends here: the task cannot be cancelled, and a time"
                    " limit around it does nothing",
                    "except Exception, or raise at the end of the handler",
                )  # fmt: skip
            break


def _names(caught: ast.expr | None) -> set[str]:
    if caught is None:
        return set()
    parts = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return {ast.unparse(part) for part in parts}


def _of_a_task(scope: Scope, statement: ast.Try, names: set[str]) -> bool:
    """Whether the caught cancellation may belong to a task that is awaited here.

    The answer is false for a bare `except` and for `except BaseException`.  For any
    other `except` it is true in two cases, if the `try` awaits anything:

    - The function uses a method `cancel`, as in `task.cancel()`, above the `try` or in
      its first line.
    - The `try` awaits only names and attributes, as in `await task`.  Other code may
      cancel that task.
    """
    if not names or names & {"BaseException"}:
        return False
    parts = [part for one in statement.body for part in ast.walk(one)]
    awaits = [part.value for part in parts if isinstance(part, ast.Await)]
    ended = any(
        isinstance(part, ast.Attribute)
        and part.attr == "cancel"
        and part.lineno <= statement.lineno + 1
        for part in ast.walk(scope.node)
    )
    return bool(awaits) and (
        ended or all(isinstance(a, ast.Name | ast.Attribute) for a in awaits)
    )


def _raises(body: list[ast.stmt]) -> bool:
    """Whether a handler raises, calls `uncancel`, or ends in a `return` or `break`."""
    parts = [part for statement in body for part in ast.walk(statement)]
    return any(
        isinstance(part, ast.Raise)
        or (isinstance(part, ast.Attribute) and part.attr == "uncancel")
        for part in parts
    ) or any(isinstance(s, ast.Return | ast.Break) for s in body)
