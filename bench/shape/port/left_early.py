"""Loops that are left before the end of a generator that holds something.

A plain generator that nothing refers to is closed at once, and what it entered ends
there.  An async one is closed some time later, in a task of the loop.
"""

import ast
from collections.abc import Collection, Iterator
from itertools import chain, count

from bench.shape.colour.graph import CallGraph
from bench.shape.port.rewriting import Rewriting
from bench.shape.resolution.facts import live
from bench.shape.resolution.scopes import Scope, end, start
from bench.shape.resolution.values import Suspended

CLOSE = "async with contextlib.aclosing({}) as items: async for {} in items: ..."
Found = Iterator[tuple[int, str, str, str]]


def leaves(loop: ast.For | ast.AsyncFor) -> frozenset[str]:
    """How a loop is left before its end: "break", "return"."""
    found: set[str] = set()
    pending: list[tuple[ast.AST, bool]] = [(one, True) for one in loop.body]
    while pending:
        node, own = pending.pop()
        if isinstance(node, ast.Return) or (isinstance(node, ast.Break) and own):
            found.add("return" if isinstance(node, ast.Return) else "break")
        elif isinstance(node, ast.For | ast.AsyncFor | ast.While):
            pending += [(inner, False) for inner in node.body]
            pending += [(inner, own) for inner in node.orelse]
        elif not isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
        ):
            pending += [(inner, own) for inner in ast.iter_child_nodes(node)]
    return frozenset(found)


def holds_something(graph: CallGraph, keys: Collection[str]) -> bool:
    """Whether a generator yields inside a `with`, or before a `finally`."""
    for key in keys:
        for node in ast.walk(graph.program.scopes[key].node):
            ends = isinstance(node, ast.With | ast.AsyncWith) or (
                isinstance(node, ast.Try) and node.finalbody
            )
            if ends and any(isinstance(one, ast.Yield) for one in ast.walk(node)):
                return True
    return False


def free_name(rewriting: Rewriting, scope: Scope) -> str:
    """A name for the generator that neither the function nor its draft has."""
    used = {n.id for n in ast.walk(scope.node) if isinstance(n, ast.Name)}
    written = "".join(text for each in rewriting.inserted.values() for text in each)
    names = chain(("items",), (f"items_{number}" for number in count(2)))
    return next(n for n in names if n not in used and f"({n} := " not in written)


def close(
    rewriting: Rewriting, after: dict[int, str], loop: ast.For, scope: Scope
) -> Iterator[tuple[int, str]]:
    """Close a generator where its loop is left; tell it where a return leaves it.

    after: a line -> what follows it in the port.
    """
    how = leaves(loop)
    if not how or not isinstance(loop.iter, ast.Call):
        return
    if "return" in how:
        ready = CLOSE.format(ast.unparse(loop.iter), ast.unparse(loop.target))
        yield loop.lineno, f"a return leaves the generator open: {ready}"
        return
    name, last = free_name(rewriting, scope), loop.end_lineno or loop.lineno
    rewriting.insert(start(loop.iter), f"({name} := ", first=True)
    rewriting.insert(end(loop.iter), ")")
    more = f"\n{after[last]}" if last in after else ""
    after[last] = f"{' ' * loop.col_offset}await {name}.aclose(){more}"


def left_open(graph: CallGraph, scope: Scope) -> Found:
    """Loops of a coroutine function that leave such a generator open."""
    for statement, path in live(scope):
        if not isinstance(statement, ast.AsyncFor) or not leaves(statement):
            continue
        if not isinstance(statement.iter, ast.Call):
            continue  # it has a name, and may be closed by that
        made = graph.types.of(statement.iter, scope, path)
        keys = [value.key for value in made if isinstance(value, Suspended)]
        if holds_something(graph, keys):
            text = ast.unparse(statement.iter.func)
            yield (
                statement.lineno,
                "left-open",
                f"{text}(...) is left early, and closed only some time later: what it"
                " entered goes on",
                CLOSE.format(f"{text}(...)", ast.unparse(statement.target)),
            )
