"""Where a port closes the session of aiohttp that it makes."""

import ast

from bench.shape.port.colours import Colours
from bench.shape.port.rewriting import Note
from bench.shape.resolution.scopes import Scope, end, start

CLOSERS = ("close", "stop", "shutdown", "__exit__")  # the first that a class has
LOOP = "make it where the loop runs already"


def closed(
    found: Colours, after: dict[int, str], statement: ast.stmt, scope: Scope
) -> str:
    """What to say of a session that a statement makes.

    What closes it where its owner ends is added to `after`: the lines that follow one.
    """
    items = getattr(statement, "items", ())
    if items:
        return Note(LOOP)  # a `with` closes it
    targets = getattr(statement, "targets", None) or [
        getattr(statement, "target", None)
    ]
    target = targets[0]
    if not isinstance(target, ast.Attribute) or scope.owner is None:
        return f"{LOOP}, by async with, or await its close() at the end"
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
            return Note(f"{LOOP}; {method.name} closes it")
        return f"{LOOP}; add {text} to {method.name}, which must be async"
    return f"{LOOP}; add {text} where its owner ends"
