"""Loops that call a function until it returns an end mark: `iter(queue.get, None)`."""

import ast
from collections.abc import Callable
from dataclasses import dataclass

from bench.shape.colour.events import Event
from bench.shape.colour.graph import CallGraph
from bench.shape.colour.reach import Blocker, Reach
from bench.shape.port.analysis.primitive_uses import is_replaced_method
from bench.shape.port.rewriting import Rewriting
from bench.shape.port.waits.awaits import limit_of
from bench.shape.port.waits.to_thread import said_in_thread
from bench.shape.resolution.evaluate import Types
from bench.shape.resolution.scopes import Path, Scope, start
from bench.shape.resolution.values import Library, Value
from bench.shape.tables.blocking import FILES

# the name for the item of a turn, if the loop's target has several parts
TAKEN = "taken"
WRITE_OUT = "write this loop out: while (item := await ...) != its end mark"
PARTIAL = Library("functools.partial")


@dataclass(frozen=True)
class Called:
    """The function that a sentinel loop calls at each turn, with its arguments."""

    function: ast.expr
    args: list[ast.expr]
    keywords: list[ast.keyword]
    scope: Scope
    path: Path

    def text(self, name: str = "") -> str:
        """The call as text: `function(...)`, or `name(function, ...)` with a name."""
        given = [*map(ast.unparse, self.args), *map(ast.unparse, self.keywords)]
        function = ast.unparse(self.function)
        return (
            f"{name}({', '.join([function, *given])})"
            if name
            else f"{function}({', '.join(given)})"
        )


def until(node: ast.AST) -> ast.Call | None:
    """The expression, if it is a call `iter(function, last)`; else None."""
    if not isinstance(node, ast.Call) or len(node.args) != 2:
        return None
    is_iter = isinstance(node.func, ast.Name) and node.func.id == "iter"
    return node if is_iter else None


def called(types: Types, node: ast.expr, scope: Scope, path: Path) -> Called | None:
    """The function that `iter` calls; None for a lambda whose body is no call."""
    if isinstance(node, ast.Lambda):
        inner = types.program.of_node.get(id(node))
        if inner is None or not isinstance(node.body, ast.Call):
            return None
        call = node.body
        return Called(call.func, call.args, call.keywords, inner, ())
    if isinstance(node, ast.Call) and PARTIAL in types.of(node.func, scope, path):
        return Called(node.args[0], node.args[1:], node.keywords, scope, path)
    return Called(node, [], [], scope, path)


def runs(graph: CallGraph, event: Event) -> list[Reach]:
    """What each turn runs: the function itself, and the calls in a lambda."""
    inside = [
        inner.reach
        for key in event.reach.functions
        if isinstance(graph.program.scopes[key].node, ast.Lambda)
        for inner in graph.events[key]
    ]
    return [event.reach, *inside]


def blocks(graph: CallGraph, event: Event) -> list[Blocker]:
    """The calls of libraries that wait at each turn."""
    return [block for reach in runs(graph, event) for block in reach.blocks]


def turn(
    graph: CallGraph,
    event: Event,
    node: ast.expr,
    scope: Scope,
    makes_coroutine: Callable[[Value], bool],
) -> str | None:
    """The expression that is awaited at each turn; None if it is not known."""
    found = called(graph.types, node, scope, event.path)
    if found is None:
        return None
    values = graph.types.of(found.function, found.scope, found.path)
    if values and all(map(makes_coroutine, values)):
        call = ast.Call(found.function, found.args, found.keywords)
        limit = limit_of(call) if any(map(is_replaced_method, values)) else None
        if limit is None:
            return found.text()
        return f"asyncio.wait_for({ast.unparse(found.function)}(), {limit})"
    for block in blocks(graph, event):
        said = said_in_thread(block.call, block.instead)
        if said is not None:
            own = "of its own" in said
            return found.text("in_own_thread" if own else "asyncio.to_thread")
    return None


def stays(graph: CallGraph, event: Event, is_async: Callable[[str], bool]) -> bool:
    """Whether a loop stays plain: no turn waits, except for calls on local files."""
    waits = any(
        is_async(key) for reach in runs(graph, event) for key in reach.functions
    )
    return not waits and all(b.kind == FILES for b in blocks(graph, event))


def written_out(rewriting: Rewriting, loop: ast.For, node: ast.Call, new: str) -> bool:
    """Make a `while` of the loop; False if this is not possible.

    If the loop's target has several parts, a new statement begins the block.  This is
    not possible if the block is on the line of the `for`.
    """
    last = ast.unparse(node.args[1])
    differs = "is not" if last == "None" else "!="
    name = TAKEN
    if isinstance(loop.target, ast.Name):
        name = loop.target.id
    else:
        first = loop.body[0]
        line, column = start(first)
        if line == loop.lineno:
            return False
        parts = f"{ast.unparse(loop.target).strip('()')} = {name}"
        rewriting.insert((line, column), f"{parts}\n{' ' * column}", first=True)
    span = start(loop), (node.end_lineno or 0, node.end_col_offset or 0)
    rewriting.replaced[span] = f"while ({name} := await {new}) {differs} {last}"
    return True
