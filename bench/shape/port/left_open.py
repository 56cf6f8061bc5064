"""What a draft leaves to do by hand: its comments, and sessions that stay open."""

import ast
from collections.abc import Iterator

from bench.shape.colour.graph import CallGraph
from bench.shape.reading.source import Source
from bench.shape.resolution.facts import expressions, live
from bench.shape.resolution.members import of_instance
from bench.shape.resolution.scopes import Path, Scope
from bench.shape.resolution.values import ClassRef, Instance, Library

Found = Iterator[tuple[int, str, str, str]]
MARK = "# port: "
SESSIONS = frozenset({"aiohttp.ClientSession", "httpx.AsyncClient"})
CLOSES = frozenset({"close", "aclose"})
CLOSERS = ("__aexit__", "aclose", "close", "stop", "shutdown")  # the first of a class


def undecided(source: Source) -> Found:
    """The comments of a draft that nothing was done about yet."""
    for line, text in enumerate(source.lines, 1):
        if text.lstrip().startswith(MARK):
            said = text.lstrip().removeprefix(MARK)
            yield (
                line, "undecided", f"the draft left this to decide: {said}",
                "change the line of code below this comment, and delete the comment",
            )  # fmt: skip


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
    """What is said of an object that nothing closes, and with it its session."""
    made, _, closer = keeper.rpartition(".")
    right = f"async with {ast.unparse(node)} as name"
    if closer != "__aexit__":
        right = f"await its {closer}() when it is no longer used"
    return (
        node.lineno, "unclosed-session", f"{made} keeps a session, and this object is"
        " never closed: its connections stay open", right,
    )  # fmt: skip


def _keeper(graph: CallGraph, node: ast.Call, scope: Scope, path: Path) -> str:
    """The class that a call makes an object of, and the method that closes a session.

    Empty where it keeps none; of one that its class never closes, the class is told.
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


def given_on(statement: ast.stmt, node: ast.Call) -> bool:
    """Whether what is made is returned or handed to another call."""
    if isinstance(statement, ast.Return):
        return not any(
            isinstance(part, ast.Attribute) and part.value is node
            for part in expressions(statement)
        )
    return any(
        isinstance(part, ast.Call)
        and any(one is node for one in [*part.args, *(k.value for k in part.keywords)])
        for part in expressions(statement)
    )


def closed(
    tree: ast.Module, statement: ast.stmt, closes: frozenset[str] = CLOSES
) -> bool:
    """Whether the file closes or enters what a statement names, or hands it on."""
    targets = getattr(statement, "targets", None) or [
        getattr(statement, "target", None)
    ]
    names = {_last(target) for target in targets} - {""}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in closes:
            if _last(node.value) in names:
                return True
        elif isinstance(node, ast.With | ast.AsyncWith):
            if any(_last(item.context_expr) in names for item in node.items):
                return True
        elif isinstance(node, ast.Call):
            if any(_last(a) in names for a in node.args):
                return True
        elif isinstance(node, ast.Return) and _last(node.value) in names:
            return True
    return False


def _last(node: ast.AST | None) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
