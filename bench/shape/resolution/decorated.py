"""The argument of a decorator: the function or class that it decorates."""

import ast
from collections.abc import Iterator

from bench.shape.resolution.answers import Answers
from bench.shape.resolution.members import members
from bench.shape.resolution.scopes import Scope
from bench.shape.resolution.values import (
    ClassRef,
    FunctionRef,
    Instance,
    Values,
    one,
)


def decorated(
    types: Answers, mark: ast.expr, made: Scope, outer: Scope
) -> Iterator[tuple[str, str, Values]]:
    """Each function that gets a decorated object: its key, a parameter, the object.

    `@mark` above a function passes the function to `mark`, or to the result of
    `mark(...)`.  If the decorator is a class, its constructor or its `__call__` gets
    the function.
    """
    given = one(FunctionRef(made.key) if made.is_function else ClassRef(made.key))
    for value in types.of(mark, outer, made.path):
        takes = one(value)
        if isinstance(value, ClassRef):
            takes = members(types, takes, "__init__")
        elif isinstance(value, Instance) and ":" in value.kind:
            takes = members(types, takes, "__call__")
        for function in takes:
            if isinstance(function, FunctionRef):
                made_here = isinstance(value, ClassRef)
                at = int(made_here or function.receiver is not None)
                for name in positional(types, function.key)[at : at + 1]:
                    yield function.key, name, given


def positional(types: Answers, key: str) -> list[str]:
    """The names of the parameters that may be passed by position."""
    node = types.program.scopes[key].node
    if not hasattr(node, "args"):
        return []
    return [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
