"""The fields of a class by position, as `case Ask(n, reply)` names them."""

import ast
from collections.abc import Sequence

from bench.shape.resolution.answers import Answers
from bench.shape.resolution.captures import FIELD as FIELD
from bench.shape.resolution.members import linear
from bench.shape.resolution.syntax import annotated
from bench.shape.resolution.values import (
    NONE,
    ClassRef,
    Instance,
    Values,
    one,
    unpacked,
)


def placed(types: Answers, values: Values, part: tuple[int, ...]) -> Values:
    """The field of an object at a position: by `__match_args__` or annotations."""
    found = NONE
    for value in values:
        if not isinstance(value, Instance) or ":" not in value.kind:
            continue
        names: list[str] = []
        for base in reversed(linear(types, value.kind)):
            if isinstance(base, ClassRef):
                body = getattr(types.program.scopes[base.key].node, "body", ())
                told = match_args(body)
                fields = annotated(body)
                names = told or [*names, *(f for f in fields if f not in names)]
        if part[0] < len(names):
            found |= types.members(one(value), names[part[0]])
    return unpacked(found, part[1:])


def match_args(body: Sequence[ast.stmt]) -> list[str]:
    """The names in `__match_args__ = ("n", "reply")`."""
    for statement in body:
        match statement:
            case ast.Assign(
                targets=[ast.Name(id="__match_args__")], value=ast.Tuple(elts=names)
            ):
                return [str(getattr(each, "value", "")) for each in names]
    return []
