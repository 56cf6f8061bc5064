"""The target of a class that derives from `Thread`: `self._target`."""

import ast
from collections.abc import Iterator

from bench.shape.resolution.answers import Answers
from bench.shape.resolution.members import linear, members, subclasses
from bench.shape.resolution.values import (
    NONE,
    ClassRef,
    FunctionRef,
    Library,
    LibraryMethod,
    Value,
    Values,
    one,
)

THREAD = "threading.Thread"
TARGET = "_target"  # the attribute that stores the target
RUN = f"{THREAD}.run"  # the method that calls the target
JOIN = f"{THREAD}.join"
INIT = f"{THREAD}.__init__"


def targets(
    types: Answers, callee: Value, call: ast.Call
) -> Iterator[tuple[str, ast.expr]]:
    """The key of each class for which a call sets a target, with the target."""
    at, key = 1, ""  # the position of `target`, after `group`
    if isinstance(callee, ClassRef) and Library(THREAD) in linear(types, callee.key):
        made = members(types, one(callee), "__init__")
        if not any(isinstance(v, FunctionRef) for v in made):
            key = callee.key
    elif isinstance(callee, LibraryMethod) and callee.name == INIT:
        key = callee.receiver.kind
    elif callee == Library(INIT) and call.args:
        at, key = 2, _owner(types, call)
    named = [k.value for k in call.keywords if k.arg == "target"]
    given = named or call.args[at : at + 1]
    if key in types.program.scopes and given:
        yield key, given[0]


def _owner(types: Answers, call: ast.Call) -> str:
    """The class whose constructor contains `Thread.__init__(self, ...)`."""
    for key in types.program.classes:
        node = types.program.scopes[key].node
        if any(part is call for part in ast.walk(node)):
            return key
    return ""


def kept_target(types: Answers, key: str) -> Values:
    """The values of `self._target` in a class of threads, or in a subclass of it."""
    owners = {base.key for base in linear(types, key) if isinstance(base, ClassRef)}
    owners |= subclasses(types, key)
    return NONE.union(*(types.given_to(owner, TARGET) for owner in owners))
