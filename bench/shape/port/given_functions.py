"""Calls of functions that callers give: a port awaits what these give."""

import ast
from collections.abc import Iterator

from bench.shape.port.rewriting import Note
from bench.shape.resolution.evaluate import Types
from bench.shape.resolution.scopes import Path, Scope
from bench.shape.state.locks import bindings


def awaits_given(
    types: Types, node: ast.Call, scope: Scope, path: Path
) -> Iterator[tuple[int, str]]:
    """What to say of a call that is awaited, where a parameter is called."""
    if not _is_given(types, node.func, scope, path):
        return
    name, call = ast.unparse(node.func), ast.unparse(node)
    yield (
        node.lineno,
        Note(
            f"{name} is a function that callers pass in: each must be an async def now,"
            " in other files too. To accept plain functions too, write:"
            f" found = {call}; found = await found if inspect.isawaitable(found)"
            " else found"
        ),
    )


def _is_given(types: Types, func: ast.expr, scope: Scope, path: Path) -> bool:
    """Whether a name is a parameter, or an attribute to which one is assigned."""
    for one in bindings(types, func, scope, path):
        value = getattr(one.node, "value", one.node)
        if one.how == "parameter":
            return True
        if isinstance(func, ast.Attribute) and isinstance(value, ast.Name):
            made = bindings(types, value, one.scope, one.path)
            if any(each.how == "parameter" for each in made):
                return True
    return False
