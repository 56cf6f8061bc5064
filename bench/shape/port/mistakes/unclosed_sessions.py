"""Sessions that are neither entered by `async with` nor closed anywhere."""

import ast
from collections.abc import Iterator

from bench.shape.colour.graph import CallGraph
from bench.shape.port.analysis.closing import closed, given_on
from bench.shape.resolution.facts import expressions, live
from bench.shape.resolution.members import of_instance
from bench.shape.resolution.scopes import Path, Scope
from bench.shape.resolution.values import ClassRef, Instance, Library

Found = Iterator[tuple[int, str, str, str]]
SESSIONS = frozenset({"aiohttp.ClientSession", "httpx.AsyncClient"})
# methods that close an object: the first one that the class has counts
CLOSERS = ("__aexit__", "aclose", "close", "stop", "shutdown")


def unclosed(graph: CallGraph, scope: Scope) -> Found:
    """Sessions that are neither entered by `async with` nor closed anywhere."""
    tree = graph.program.modules[scope.module].tree
    for statement, path in live(scope):
        entered = {id(i.context_expr) for i in getattr(statement, "items", ())}
        for node in expressions(statement):
            if not isinstance(node, ast.Call) or id(node) in entered:
                continue
            name = _session(graph, node, scope, path)
            keeper = "" if name else _keeper(graph, node, scope, path)
            if not (name or keeper) or given_on(statement, node):
                continue
            if closed(tree, statement):
                continue
            if keeper:
                yield _left_open(node, keeper)
            else:
                yield (
                    node.lineno, "unclosed-session", f"{name} is never closed: its"
                    " connections stay open", f"async with {name}(...) as session, or"
                    " await its close() when it is no longer used",
                )  # fmt: skip


def _left_open(node: ast.Call, keeper: str) -> tuple[int, str, str, str]:
    """The mistake about an object that has a session and is never closed."""
    made, _, closer = keeper.rpartition(".")
    right = f"async with {ast.unparse(node)} as name"
    if closer != "__aexit__":
        right = f"await its {closer}() when it is no longer used"
    return (
        node.lineno, "unclosed-session", f"{made} keeps a session, and this object is"
        " never closed: its connections stay open", right,
    )  # fmt: skip


def _keeper(graph: CallGraph, node: ast.Call, scope: Scope, path: Path) -> str:
    """The class of the object that a call makes, and the method that closes it.

    The result is empty if the object has no session.  It is also empty if the class
    never closes its session.  Then the mistake is reported at the place where the class
    makes the session.
    """
    for value in graph.types.of(node.func, scope, path):
        if not isinstance(value, ClassRef):
            continue
        owner = graph.program.scopes[value.key]
        for name in owner.attributes:
            kept = of_instance(graph.types, Instance(value.key), name)
            if not any(isinstance(v, Instance) and v.kind in SESSIONS for v in kept):
                continue
            for closer in CLOSERS:
                closes = f".{name}.close()" in ast.unparse(owner.node)
                if closes and closer in owner.bindings:
                    return f"{owner.name}.{closer}"
    return ""


def _session(graph: CallGraph, node: ast.Call, scope: Scope, path: Path) -> str:
    for value in graph.types.of(node.func, scope, path):
        if isinstance(value, Library) and value.name in SESSIONS:
            return value.name
    return ""
