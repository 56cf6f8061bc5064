"""Loops of a coroutine function that never let others run, or never let it end."""

import ast
from collections.abc import Iterator

from bench.shape.resolution.facts import blocks, expressions, live
from bench.shape.resolution.scopes import Scope

Found = Iterator[tuple[int, str, str, str]]
LEAVES = ast.Break | ast.Return | ast.Raise | ast.Yield
CATCH_ALL = ("BaseException", "CancelledError", "asyncio.CancelledError")


def swallows(scope: Scope) -> Found:
    """`except BaseException` around an await that does not raise again."""
    for statement, _ in live(scope):
        if not isinstance(statement, ast.Try) or not suspends(statement.body):
            continue
        for handler in statement.handlers:
            names = _names(handler.type)
            if handler.type is not None and not names & {*CATCH_ALL}:
                continue
            if not _raises(handler.body):
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


def _raises(body: list[ast.stmt]) -> bool:
    """Whether a handler ends the task, or tells it that it is cancelled no more."""
    parts = [part for statement in body for part in ast.walk(statement)]
    return any(
        isinstance(part, ast.Raise)
        or (isinstance(part, ast.Attribute) and part.attr == "uncancel")
        for part in parts
    ) or any(isinstance(s, ast.Return | ast.Break) for s in body)


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


def spins(scope: Scope) -> Found:
    """A `while` that waits for what others do, and lets no other task run."""
    for statement, _ in live(scope):
        if not isinstance(statement, ast.While) or suspends([statement]):
            continue
        inside = [n for s in statement.body for n in ast.walk(s)]
        if any(
            isinstance(n, ast.Break | ast.Return | ast.Raise | ast.Yield)
            for n in inside
        ):
            continue
        if _changes(statement.test, inside):
            continue
        yield (
            statement.lineno, "spins", "this loop never lets another task run, so what"
            " it waits for cannot happen", "await an asyncio.Event or Condition",
        )  # fmt: skip


def _changes(test: ast.expr, inside: list[ast.AST]) -> bool:
    """Whether the body may change what the condition asks; a call may do anything."""
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
