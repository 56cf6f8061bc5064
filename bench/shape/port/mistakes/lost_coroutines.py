"""Coroutines that are never awaited: dropped, used as results, or passed on."""

import ast
import re
from collections.abc import Iterator

from bench.shape.colour.graph import CallGraph
from bench.shape.colour.handed import handed_by
from bench.shape.port.analysis.decorators import KEPT
from bench.shape.port.analysis.worker_functions import given_to_workers
from bench.shape.resolution.calls import wrappers
from bench.shape.resolution.facts import expressions
from bench.shape.resolution.members import decorators
from bench.shape.resolution.scopes import Path, Scope
from bench.shape.resolution.values import (
    Library,
    LibraryMethod,
    Suspended,
    Values,
)
from bench.shape.state.locks import bindings
from bench.shape.tables.vocabulary import words

TASKS = words(
    """
    asyncio.create_task asyncio.ensure_future asyncio.AbstractEventLoop.create_task
    """
)
PRIMITIVE = re.compile(
    r"asyncio\.(Lock|Condition|(Bounded)?Semaphore|Event|Barrier|(Lifo|Priority)?Queue)$"
)
# methods of these primitives
AWAITED = words("acquire wait get put join wait_for abort reset")
OF_COROUTINES = words(  # attributes that a coroutine itself has
    "close send throw cr_await cr_code cr_frame cr_origin cr_running"
)
READERS = words(  # built-in functions that use the value of their arguments
    "print len str int float bool list tuple set dict sorted sum min max any all repr"
)
Found = Iterator[tuple[int, str, str, str]]  # line, rule, what, instead
NEVER = "never-awaited"


def lost(graph: CallGraph, statement: ast.stmt, scope: Scope, path: Path) -> Found:
    """The coroutines that one statement makes and loses."""
    yield from _left_alone(graph, statement, scope, path)
    yield from _never_read(graph, statement, scope, path)
    for call in expressions(statement):
        if isinstance(call, ast.Call):
            yield from _in_a_thread(graph, call, scope, path)
    for node in used(statement):
        values = graph.types.of(node, scope, path)
        # The value of `await f()` is a coroutine too, if `f` returns one.  This is not
        # reported here: the analysis knows with less certainty what `f` returns than
        # that the call of an `async def` makes a coroutine.
        awaited = isinstance(node, ast.Await)
        if values and not awaited and all(is_coroutine(graph, v) for v in values):
            text = ast.unparse(node)
            yield (
                node.lineno, NEVER, f"{text} is a coroutine, not its result",
                f"await {text}",
            )  # fmt: skip


def is_coroutine(graph: CallGraph, value: object) -> bool:
    """Whether a value is the result of calling an `async def`.

    The answer is false if a decorator runs the coroutine, for example by
    `asyncio.run`.
    """
    if not isinstance(value, Suspended) or value.how != "coroutine":
        return False
    scope = graph.program.scopes[value.key]
    if decorators(graph.types, scope) <= KEPT:
        return True
    places = wrappers(graph.types, scope)
    return bool(places) and all(graph.program.scopes[v.key].is_async for v in places)


def _left_alone(
    graph: CallGraph, statement: ast.stmt, scope: Scope, path: Path
) -> Found:
    """A statement that is only a call: the coroutine or task that it makes is lost."""
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return
    call = statement.value
    text = ast.unparse(call.func)
    callees = graph.types.of(call.func, scope, path)
    made = any(is_coroutine(graph, v) for v in graph.types.of(call, scope, path))
    if made or library_coroutine(callees):
        yield (
            statement.lineno, NEVER, f"{text}(...) is never awaited: it does not run",
            f"await {text}(...)",
        )  # fmt: skip
    names = {c.name for c in callees if isinstance(c, Library | LibraryMethod)}
    if names & TASKS:
        yield (
            statement.lineno, "unkept-task",
            f"nothing keeps the task of {text}(...):"
            " it may be collected before it ends, and its exception is lost",
            "keep it in a variable and await it, or use asyncio.TaskGroup",
        )  # fmt: skip


def library_coroutine(callees: Values) -> bool:
    """Whether one of the called functions is a coroutine function of asyncio."""
    return any(
        isinstance(c, LibraryMethod)
        and PRIMITIVE.match(c.owner)
        and c.method in AWAITED
        for c in callees
    ) or any(
        isinstance(c, Library) and c.name in ("asyncio.sleep", "asyncio.to_thread")
        for c in callees
    )


def _never_read(
    graph: CallGraph, statement: ast.stmt, scope: Scope, path: Path
) -> Found:
    """`found = ask()`, and no code reads `found`: the coroutine of `ask` never runs."""
    value = getattr(statement, "value", None)
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    if not isinstance(target, ast.Name) or not isinstance(value, ast.Call):
        return
    values = graph.types.of(value, scope, path)
    made = bool(values) and all(is_coroutine(graph, v) for v in values)
    made = made or library_coroutine(graph.types.of(value.func, scope, path))
    elsewhere = not scope.is_function or target.id in scope.elsewhere
    reads = (
        isinstance(one, ast.Name)
        and one.id == target.id
        and not isinstance(one.ctx, ast.Store)
        for one in ast.walk(scope.node)
    )
    if made and not elsewhere and not any(reads):
        text = ast.unparse(value.func)
        yield (
            statement.lineno, NEVER, f"{text}(...) is never awaited: nothing reads"
            f" {target.id}", f"{target.id} = await {text}(...)",
        )  # fmt: skip


def used(statement: ast.stmt) -> Iterator[ast.expr]:
    """The expressions whose values a statement uses, and does not only pass on."""
    test = getattr(statement, "test", None)
    if isinstance(test, ast.expr):
        yield test
    if isinstance(statement, ast.For):
        yield statement.iter
    if isinstance(statement, ast.AugAssign):
        yield statement.value
    for node in expressions(statement):
        yield from _used_in(node)


def _used_in(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.Attribute(value=value, attr=attr) if attr not in OF_COROUTINES:
            yield value
        case ast.Subscript(value=value) | ast.FormattedValue(value=value):
            yield value
        case ast.BinOp(left=left, right=right):
            yield from (left, right)
        case ast.UnaryOp(operand=operand) | ast.IfExp(test=operand):
            yield operand
        case ast.Compare(left=left, ops=ops, comparators=others):
            if not all(isinstance(op, ast.Is | ast.IsNot) for op in ops):
                yield from (left, *others)
        case ast.comprehension(iter=items, is_async=0):
            yield items
        case ast.Call(func=ast.Name(id=name), args=args) if name in READERS:
            yield from args


def _in_a_thread(graph: CallGraph, call: ast.Call, scope: Scope, path: Path) -> Found:
    """A coroutine function that is passed to code which calls it without `await`."""
    given = [*call.args, *(k.value for k in call.keywords)]
    if any(_is_parameter(graph, one, scope, path) for one in given):
        # a parameter: the called code may await what the function returns
        return
    by, keys = handed_by(graph.types, call, scope, path)
    by = by or ast.unparse(call.func)
    keys = keys | given_to_workers(graph, call, scope, path)
    for key in sorted(keys):
        made = graph.program.scopes[key]
        if made.is_async and not graph.types.facts(made).yields:
            name = made.name
            yield (
                call.lineno, NEVER, f"{by} calls {name}, which only makes a coroutine:"
                " nothing awaits it there", f"await {name}(...), or a task of it",
            )  # fmt: skip


def _is_parameter(graph: CallGraph, node: ast.expr, scope: Scope, path: Path) -> bool:
    known = bindings(graph.types, node, scope, path)
    return isinstance(node, ast.Name) and any(one.how == "parameter" for one in known)


def returned(graph: CallGraph, scope: Scope) -> Found:
    """A function that returns a coroutine: its caller must await the result."""
    if not scope.is_function:
        return
    again = f" twice: await (await {scope.name}(...))" * scope.is_async
    for node, path in graph.types.facts(scope).returns:
        if scope.is_async and not isinstance(node.value, ast.Call):
            # Not reported: the function may test whether the value is a coroutine, as
            # in `return await found if ... else found`.
            continue
        if any(is_coroutine(graph, v) for v in graph.types.of(node.value, scope, path)):
            yield (
                node.lineno, "returns-coroutine", f"{scope.name} returns a coroutine:"
                f" right only if its callers await{again or ' it'}",
                "async def, and return await",
            )  # fmt: skip
