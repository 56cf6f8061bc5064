"""What a decorator is given: the function or class that stands below it."""

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
    """A function that is called with it: its key, the parameter, and what it is given.

    `@mark` above a function gives it to `mark`, or to what `mark(...)` gives; a class
    as a decorator has it in its constructor, or in `__call__`.
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
    """The names of the parameters that may be given by position."""
    node = types.program.scopes[key].node
    if not hasattr(node, "args"):
        return []
    return [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
