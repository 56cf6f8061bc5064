"""Calls of functions that callers pass in: a port awaits the results."""

import ast
from collections.abc import Callable, Iterator

from bench.shape.port.rewriting import Note
from bench.shape.resolution.evaluate import Types
from bench.shape.resolution.members import members
from bench.shape.resolution.scopes import Binding, Path, Scope
from bench.shape.resolution.values import (
    FunctionRef,
    Instance,
    Library,
    LibraryMethod,
    Partial,
    Value,
)
from bench.shape.state.locks import bindings


def awaits_given(
    types: Types, node: ast.Call, scope: Scope, path: Path
) -> Iterator[tuple[int, str]]:
    """The comment on a call that is awaited, if the called function is a parameter."""
    if not is_given(types, node.func, scope, path):
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


def is_given(types: Types, func: ast.expr, scope: Scope, path: Path) -> bool:
    """Whether a name is a parameter, or an attribute that stores a parameter."""
    found = _kept_from(types, func, scope, path)
    return any(one.how == "parameter" for one in found)


def of_both_kinds(
    types: Types,
    coroutine: Callable[[Value], bool],
    func: ast.expr,
    scope: Scope,
    path: Path,
) -> bool:
    """Whether a call may give a coroutine after the port, but also another value.

    coroutine: tells whether the call of a value gives a coroutine after the port.
    """
    values = types.of(func, scope, path)
    own = {v for v in values if isinstance(v, Instance) and ":" in v.kind}
    found = {
        coroutine(v)
        for v in (*values, *members(types, frozenset(own), "__call__"))
        if isinstance(v, FunctionRef | Library | LibraryMethod | Partial)
    }
    return found == {True, False} or (
        True in found and _of_libraries(types, func, scope, path)
    )


def _of_libraries(types: Types, func: ast.expr, scope: Scope, path: Path) -> bool:
    """Whether calls in the files pass a library's function for a parameter.

    For example, `run(str.upper)` passes such a function.  The called name may be the
    parameter, or an attribute that stores the parameter.
    """
    return any(
        one.how == "parameter"
        and any(
            (one.scope.key, name) in types.foreign
            for name, made in one.scope.bindings.items()
            if one in made
        )
        for one in _kept_from(types, func, scope, path)
    )


def _kept_from(
    types: Types, func: ast.expr, scope: Scope, path: Path
) -> Iterator[Binding]:
    """The bindings of a name, and of the parameters that are assigned to it."""
    for one in bindings(types, func, scope, path):
        yield one
        value = getattr(one.node, "value", one.node)
        if isinstance(func, ast.Attribute) and isinstance(value, ast.Name):
            yield from bindings(types, value, one.scope, one.path)
