"""Where a port closes the session of aiohttp that it makes."""

import ast
from collections.abc import Iterator

from bench.shape.port.colours import Colours
from bench.shape.port.renames import SESSIONS
from bench.shape.port.rewriting import Note
from bench.shape.resolution.scopes import Path, Scope, end, start
from bench.shape.resolution.values import Instance

CLOSERS = ("close", "stop", "shutdown", "__exit__")  # the first that a class has
SET_LATER = {  # attributes of a session of requests -> what aiohttp takes, and where
    "headers": "headers=... where the session is made: they cannot be changed later",
    "auth": "auth=aiohttp.BasicAuth(...) where the session is made",
    "params": "params=... with each request",
    "cookies": "cookies=... where the session is made, or"
    " session.cookie_jar.update_cookies(...)",
    "verify": "ssl=..., False or a context, with each request",
    "cert": "ssl=context with each request",
    "proxies": "proxy=... with each request",
    "hooks": "trace_configs=... where the session is made",
    "max_redirects": "max_redirects=... with each request",
    "mount": "connector=... where the session is made; it repeats no request",
}
ON_IMPORT = "it needs a running loop, and on import there is none: make it in async def"


def closed(
    found: Colours, after: dict[int, str], statement: ast.stmt, scope: Scope
) -> str:
    """What to say of a session that a statement makes.

    What closes it where its owner ends is added to `after`: the lines that follow one.
    """
    loop = _needs(scope)
    items = getattr(statement, "items", ())
    if items:
        return Note(loop)  # a `with` closes it
    targets = getattr(statement, "targets", None) or [
        getattr(statement, "target", None)
    ]
    target = targets[0]
    if not isinstance(target, ast.Attribute) or scope.owner is None:
        return f"{loop}, by async with, or await its close() at the end"
    text = f"await {ast.unparse(target)}.close()"
    for name in CLOSERS:
        method = next(
            (s for s in scope.owner.children if s.name.endswith(f".{name}")), None
        )
        if method is None:
            continue
        last = getattr(method.node, "body", [None])[-1]
        sure = isinstance(last, ast.stmt) and not isinstance(
            last, ast.Return | ast.Raise
        )
        if sure and found.is_async(method.key):
            _, column = start(last)
            already = text.removeprefix("await ") in ast.unparse(method.node)
            if not already:
                after[end(last)[0]] = " " * column + text
            return Note(f"{loop}; {method.name} closes it")
        return f"{loop}; add {text} to {method.name}, which must be async"
    return f"{loop}; add {text} where its owner ends"


def _needs(scope: Scope) -> str:
    """Where a session can be made: while a loop runs."""
    if scope.owner is not None:
        owner = scope.owner.name
        return f"it needs a running loop: call {owner}(...) in an async def"
    return "it needs a running loop" if scope.is_function else ON_IMPORT


def set_later(
    found: Colours, node: ast.Attribute, scope: Scope, path: Path
) -> Iterator[tuple[int, str]]:
    """What is set on a session of requests, and given to one of aiohttp otherwise."""
    if node.attr not in SET_LATER or not found.waits:
        return
    values = found.graph.types.of(node.value, scope, path)
    if any(isinstance(v, Instance) and v.kind in SESSIONS for v in values):
        yield node.lineno, f"aiohttp takes {SET_LATER[node.attr]}"
