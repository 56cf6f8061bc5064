"""Calls of asyncio's functions with arguments that these functions do not take."""

import ast
from collections.abc import Iterator

from bench.shape.colour.graph import CallGraph
from bench.shape.port.mistakes.lost_coroutines import (
    PRIMITIVE,
    is_coroutine,
    library_coroutine,
)
from bench.shape.resolution.members import iterated as iterated_values
from bench.shape.resolution.scopes import Path, Scope
from bench.shape.resolution.values import (
    FunctionRef,
    Library,
    LibraryMethod,
    Value,
)
from bench.shape.tables.vocabulary import words

TAKE_COROUTINES = words(  # functions of asyncio that take a coroutine
    """
    asyncio.gather asyncio.wait_for asyncio.shield asyncio.create_task asyncio.run
    asyncio.ensure_future asyncio.as_completed asyncio.run_coroutine_threadsafe
    asyncio.TaskGroup.create_task asyncio.AbstractEventLoop.create_task
    asyncio.AbstractEventLoop.run_until_complete asyncio.Runner.run
    """
)
NO_LIMIT = {  # method of asyncio -> how many arguments the method takes
    "acquire": 0,
    "wait": 0,
    "get": 0,
    "put": 1,
    "join": 0,
    "wait_for": 1,
    "abort": 0,
    "reset": 0,
}
Found = Iterator[tuple[int, str, str, str]]  # line, rule, what, instead


def wrong_arguments(
    graph: CallGraph, call: ast.Call, statement: ast.stmt, scope: Scope, path: Path
) -> Found:
    """Arguments that asyncio does not take: time limits, numbers or functions."""
    callees = graph.types.of(call.func, scope, path)
    for callee in callees:
        if isinstance(callee, LibraryMethod) and PRIMITIVE.match(callee.owner):
            allowed = NO_LIMIT.get(callee.method)
            limit = any(k.arg == "timeout" for k in call.keywords)
            if allowed is not None and (limit or len(call.args) > allowed):
                text = ast.unparse(call.func)
                yield (
                    call.lineno, "no-timeout", f"{callee.name} takes no time limit:"
                    " TypeError", f"async with asyncio.timeout(...): await {text}(...)",
                )  # fmt: skip
            if callee.method == "release" and (call.args or call.keywords):
                yield (
                    call.lineno, "no-count", f"{callee.name} takes no number:"
                    " TypeError", f"for _ in range(...): {ast.unparse(call.func)}()",
                )  # fmt: skip
        name = callee.name if isinstance(callee, Library | LibraryMethod) else ""
        if name == "asyncio.wait":
            yield from _no_tasks(graph, call, scope, path)
        if name in TAKE_COROUTINES:
            yield from _uncalled(graph, call, name, scope, path)


def _uncalled(
    graph: CallGraph, call: ast.Call, name: str, scope: Scope, path: Path
) -> Found:
    given = call.args if name == "asyncio.gather" else call.args[:1]
    for argument in given:
        values = graph.types.of(argument, scope, path)
        text = ast.unparse(argument)
        what, right = f"the function {text}, not a coroutine", f"{text}(...)"
        if isinstance(argument, ast.Starred):
            values = iterated_values(graph.types, values)
            what, right = (
                f"the functions in {text[1:]}, not coroutines",
                "f(...) of each",
            )
        if any(_gives_coroutine(graph, value) for value in values):
            yield call.lineno, "not-called", f"{name} is given {what}", right


def _gives_coroutine(graph: CallGraph, value: Value) -> bool:
    """Whether a value is a function that returns a coroutine."""
    if isinstance(value, FunctionRef):
        return graph.program.scopes[value.key].is_async
    return library_coroutine(frozenset({value}))


def _no_tasks(graph: CallGraph, call: ast.Call, scope: Scope, path: Path) -> Found:
    """`asyncio.wait` with coroutines or a number instead of tasks."""
    for given in call.args[:1]:
        values = iterated_values(graph.types, graph.types.of(given, scope, path))
        if isinstance(given, ast.Constant) or any(
            is_coroutine(graph, v) for v in values
        ):
            yield (
                call.lineno, "no-tasks", f"asyncio.wait is given {ast.unparse(given)},"
                " which are no tasks: TypeError", "asyncio.create_task of each, or"
                " asyncio.gather",
            )  # fmt: skip
