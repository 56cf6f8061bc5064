"""Where a port closes the session of aiohttp that it makes."""

import ast

from bench.shape.port.colours import Colours
from bench.shape.port.rewriting import Note
from bench.shape.resolution.scopes import Scope, end, start

CLOSERS = ("close", "stop", "shutdown", "__exit__")  # the first that a class has
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
