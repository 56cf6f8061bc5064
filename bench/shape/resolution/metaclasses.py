"""Metaclasses: their `__call__` runs when an object of the class is made."""

from bench.shape.resolution.answers import Answers
from bench.shape.resolution.members import linear, members
from bench.shape.resolution.values import (
    NONE,
    ClassRef,
    FunctionRef,
    Values,
)


def metaclass_call(types: Answers, key: str) -> Values:
    """The functions in the files that run instead of the constructor."""
    found = NONE
    for base in linear(types, key):
        if not isinstance(base, ClassRef):
            continue
        scope = types.program.scopes[base.key]
        for part in getattr(scope.node, "keywords", ()):
            if part.arg == "metaclass":
                made_by = types.of(part.value, scope.parent or scope, scope.path)
                of_class = frozenset(v for v in made_by if isinstance(v, ClassRef))
                found |= members(types, of_class, "__call__")
    return frozenset(v for v in found if isinstance(v, FunctionRef))
