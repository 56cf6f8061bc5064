"""Attributes that a class does not define, but has by `__getattr__` or `Thread`."""

import ast

from bench.shape.resolution.answers import Answers
from bench.shape.resolution.members import members
from bench.shape.resolution.thread_targets import TARGET, kept_target
from bench.shape.resolution.values import (
    NONE,
    FunctionRef,
    Instance,
    Value,
    Values,
    one,
)


def attribute(types: Answers, owners: Values, name: str) -> Values:
    """The values of an attribute of all these owners."""
    return NONE.union(*(_of(types, value, name) for value in owners))


def _of(types: Answers, value: Value, name: str) -> Values:
    found = members(types, one(value), name)
    if not isinstance(value, Instance) or ":" not in value.kind:
        return found
    if name == TARGET:
        found = kept_target(types, value.kind) or found
    if found or name.startswith("__"):
        return found
    key = ("passed on", value.kind, name)
    return types.once(key, lambda: _passed_on(types, value, name))


def _passed_on(types: Answers, value: Instance, name: str) -> Values:
    """The result of `__getattr__`, such as `getattr(self._target, name)`."""
    found = NONE
    for method in members(types, one(value), "__getattr__"):
        if not isinstance(method, FunctionRef):
            continue
        scope = types.program.scopes[method.key]
        args = getattr(scope.node, "args", None)
        asked = [one_.arg for one_ in args.args[1:2]] if args else []
        for statement, path in types.facts(scope).returns:
            match statement.value:
                case ast.Call(
                    func=ast.Name(id="getattr"), args=[on, ast.Name(id=given), *_]
                ) if given in asked:
                    found |= attribute(types, types.of(on, scope, path), name)
                case _:
                    given_ = types.of(statement.value, scope, path)
                    found |= frozenset(v for v in given_ if isinstance(v, FunctionRef))
    return found
