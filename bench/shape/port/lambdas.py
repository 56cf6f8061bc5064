"""Lambdas that call what becomes async: the async function to write in their place."""

import ast

from bench.shape.port.colours import Colours
from bench.shape.resolution.scopes import Scope

NAME = "call"  # of the function that is printed


def as_async_def(found: Colours, scope: Scope) -> str:
    """The function, on one line."""
    node = scope.node
    assert isinstance(node, ast.Lambda)
    text = ast.unparse(node.body)
    for event in found.graph.events.get(scope.key, ()):
        if not isinstance(event.node, ast.Call) or event.how != "call":
            continue
        sleeps = any(block.call == "time.sleep" for block in event.ran.blocks)
        if sleeps or any(found.is_async(key) for key in event.ran.functions):
            text = _awaited(text, ast.unparse(event.node), sleeps)
    given = ast.unparse(node.args)
    return f"async def {NAME}({given}): return {text}"


def cannot_await(found: Colours, target: ast.expr) -> bool:
    """Whether an expression is a lambda that calls what becomes async."""
    scope = found.graph.program.of_node.get(id(target))
    return (
        isinstance(target, ast.Lambda)
        and scope is not None
        and any(
            found.is_async(key)
            for event in found.graph.events.get(scope.key, ())
            if event.node is not target.body  # it gives a coroutine, which is awaited
            for key in event.ran.functions
        )
    )


def _awaited(text: str, call: str, sleeps: bool) -> str:
    """A text with `await` before one of its calls."""
    new = f"await {call}"
    if sleeps:
        new = new.replace("time.sleep(", "asyncio.sleep(", 1)
    if text == call:
        return new
    if f"({call})" in text:  # it has brackets of its own
        return text.replace(f"({call})", f"({new})", 1)
    return text.replace(call, f"({new})", 1)
