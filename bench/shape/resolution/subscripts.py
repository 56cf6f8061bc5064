"""The values of `rows[key]`."""

import ast

from bench.shape.resolution import calls, members
from bench.shape.resolution.answers import Answers
from bench.shape.resolution.values import ClassRef, Instance, Library, Values, one


def item(types: Answers, node: ast.Subscript, base: Values) -> Values:
    """An item of a container, or the result of a class's `__getitem__`."""
    found: set[object] = set()
    index = node.slice.value if isinstance(node.slice, ast.Constant) else None
    for value in base:
        if isinstance(value, ClassRef | Library):
            found.add(value)  # a generic class, for example Queue[int]()
        elif isinstance(value, Instance):
            if isinstance(index, int) and -1 < index < len(value.fields):
                found |= value.fields[index]
            elif isinstance(node.slice, ast.Slice):
                found.add(value)
            else:
                found |= value.items
                method = members.members(types, one(value), "__getitem__")
                for each in method:
                    found |= calls.result(types, each, None, None, ())
    return frozenset(found)  # type: ignore[arg-type]
