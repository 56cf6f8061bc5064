"""The places where a port closes the sessions of aiohttp that it makes."""

import ast
from typing import TypeGuard

from bench.shape.port.colours import Colours
from bench.shape.port.rewriting import Note
from bench.shape.resolution.facts import expressions
from bench.shape.resolution.scopes import Path, Scope, end, start
from bench.shape.resolution.values import Instance
from bench.shape.tables.replacements import SESSIONS

# Methods that close an object.  A port uses the first one that the class has.
CLOSERS = ("close", "stop", "shutdown", "__exit__")
LOCAL = "threading.local"
ON_IMPORT = (
    "aiohttp makes a session only while the event loop runs, and none runs when this"
    " file is imported: make it inside an async def"
)
SHARED = (
    "tasks can share one session, so it needs no threading.local: make one inside an"
    " async def, give it to the functions that use it, and await its close() at the end"
)
LOOP = "aiohttp makes a session only while the event loop runs"


def closed(
    found: Colours, after: dict[int, str], statement: ast.stmt, scope: Scope, path: Path
) -> str:
    """The comment on a session that a statement makes.

    after: line -> the text that follows it.  This function may add the call that closes
    the session.
    """
    used_at_once = any(
        isinstance(part, ast.Attribute)
        and isinstance(part.value, ast.Call)
        and ast.unparse(part.value.func).lower().endswith("session")
        for part in expressions(statement)
    )
    if getattr(statement, "items", ()) or (used_at_once and scope.is_function):
        return Note(LOOP)  # a `with` of the source or of the draft closes the session
    targets = getattr(statement, "targets", None) or [
        getattr(statement, "target", None)
    ]
    target = targets[-1]
    if _of_a_thread(found, targets, scope, path):
        return SHARED
    if not isinstance(target, ast.Attribute) or scope.owner is None:
        if not scope.is_function:
            return ON_IMPORT
        name = ast.unparse(target) if target is not None else "session"
        if f"{name}.close()" in ast.unparse(scope.node):
            return Note(LOOP)
        return f"close this session: async with, or await {name}.close() at the end"
    return _kept_by(found, after, target, scope.owner)


def _kept_by(
    found: Colours, after: dict[int, str], target: ast.Attribute, owner: Scope
) -> str:
    """The comment on a session in an attribute: which method of the owner closes it."""
    text = f"await {ast.unparse(target)}.close()"
    loop = f"{LOOP}: make {owner.name}(...) inside an async def"
    if text.removeprefix("await ") in ast.unparse(owner.node):
        return Note(loop)
    for name in CLOSERS:
        method = next((s for s in owner.children if s.name.endswith(f".{name}")), None)
        if method is None:
            continue
        last = getattr(method.node, "body", [None])[-1]
        sure = isinstance(last, ast.stmt) and not isinstance(
            last, ast.Return | ast.Raise
        )
        if sure and found.is_async(method.key):
            _, column = start(last)
            after[end(last)[0]] = " " * column + text
            return Note(
                f"{loop}; {method.name} closes it: enter the object by async with, or"
                " await this method in a finally"
            )
        return f"{loop}; make {method.name} async, and add {text} to it"
    return f"{loop}; close the session at the end: an async method with {text}"


def _of_a_thread(
    found: Colours, targets: list[ast.expr], scope: Scope, path: Path
) -> bool:
    """Whether a session is stored in an attribute of a `threading.local`."""
    return any(
        value == Instance(LOCAL)
        for target in targets
        if isinstance(target, ast.Attribute)
        for value in found.graph.types.of(target.value, scope, path)
    )


def enters_session(
    statement: ast.stmt, found: Colours, scope: Scope, path: Path
) -> TypeGuard[ast.With]:
    """Whether a `with` enters a session of requests; aiohttp needs `async with`."""
    return isinstance(statement, ast.With) and any(
        _is(found, item, SESSIONS, scope, path) for item in statement.items
    )


def is_of_requests(
    found: Colours, item: ast.withitem, scope: Scope, path: Path
) -> bool:
    """Whether a `with` enters an object of requests, and so becomes `async with`."""
    return _is(found, item, (*SESSIONS, "requests.Response"), scope, path)


def _is(
    found: Colours, item: ast.withitem, kinds: tuple[str, ...], scope: Scope, path: Path
) -> bool:
    return any(
        isinstance(value, Instance) and value.kind in kinds
        for value in found.graph.types.of(item.context_expr, scope, path)
    )
