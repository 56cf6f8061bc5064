"""The writes of a function that others may see: to attributes, globals and items.

A write is an assignment or deletion, also of an item or a part.  A call that changes a
container in place is a write too: a method, a function such as `heappush`, or
`setattr`.  A local alias of an attribute counts as the attribute.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from bench.shape.resolution.evaluate import Types
from bench.shape.resolution.facts import expressions, live
from bench.shape.resolution.members import linear
from bench.shape.resolution.scopes import Path, Scope, outward, start
from bench.shape.resolution.values import (
    NONE,
    ClassRef,
    FunctionRef,
    Instance,
    Library,
    Values,
)
from bench.shape.tables.vocabulary import words

CHANGES = words(
    """
    append appendleft extend extendleft insert pop popleft popitem remove discard add
    update setdefault clear sort reverse rotate write subtract move_to_end
    """
)
CHANGING = words(  # functions that change their first argument
    """
    heapq.heappush heapq.heappop heapq.heapify heapq.heapreplace heapq.heappushpop
    bisect.insort bisect.insort_left bisect.insort_right random.shuffle
    operator.setitem operator.delitem operator.iadd
    """
)
MAKERS = frozenset({"__init__", "__new__", "__post_init__", "__init_subclass__"})


@dataclass(frozen=True)
class Write:
    """One write: the class that owns the attribute, and the attribute's name."""

    owner: str  # "" for a module's global
    name: str
    line: int
    statement: ast.stmt
    replaces: bool  # whether the write replaces the attribute itself, not a part of it
    held: Values = NONE


def writes(types: Types, scope: Scope) -> Iterator[Write]:
    """The writes of a function's own statements, in order."""
    if in_maker(scope) or not scope.is_function:
        return
    for statement, path in live(scope):
        for target, replaces in targets(types, statement, scope, path):
            named = owned(types, target, scope, path)
            if named is not None:
                owner, name, whole = named
                yield Write(
                    owner,
                    name,
                    target.lineno,
                    statement,
                    replaces and whole,
                    types.of(_root(target), scope, path),
                )


def in_maker(scope: Scope) -> bool:
    """Whether a function is a constructor, in which the object is not shared yet.

    An inner function of `__init__` does not count, because it may run later, in another
    worker.
    """
    return scope.owner is not None and scope.name.rpartition(".")[2] in MAKERS


def targets(
    types: Types, node: ast.stmt, scope: Scope, path: Path
) -> Iterator[tuple[ast.expr, bool]]:
    """The expressions that a statement writes to, and whether it replaces each."""
    given: list[ast.expr] = []
    match node:
        case ast.Assign(targets=targets_) | ast.Delete(targets=targets_):
            given += targets_
        case ast.AugAssign(target=target):
            given.append(target)
        case ast.AnnAssign(target=target, value=value) if value is not None:
            given.append(target)
        case ast.For(target=target) | ast.AsyncFor(target=target):
            given.append(target)
        case ast.With(items=items) | ast.AsyncWith(items=items):
            given += [i.optional_vars for i in items if i.optional_vars is not None]
    while given:
        target = given.pop(0)
        if isinstance(target, ast.Tuple | ast.List):
            given = [*target.elts, *given]
        elif isinstance(target, ast.Starred):
            given.insert(0, target.value)
        else:
            yield target, True
    for part in expressions(node):
        if isinstance(part, ast.Call):
            yield from called(types, part, scope, path)


def called(
    types: Types, call: ast.Call, scope: Scope, path: Path
) -> Iterator[tuple[ast.expr, bool]]:
    """The expressions that a call changes in place."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in CHANGES:
        methods = types.of(call.func, scope, path)
        own = methods and all(isinstance(v, FunctionRef) for v in methods)
        if not own:  # the writes of the program's own method are found in that method
            yield call.func.value, False
        return
    names = {v.name for v in types.of(call.func, scope, path) if isinstance(v, Library)}
    if names & CHANGING and call.args:
        yield call.args[0], False
    elif names & {"setattr", "delattr"} and len(call.args) > 1:
        wanted = call.args[1]
        if isinstance(wanted, ast.Constant) and isinstance(wanted.value, str):
            made = ast.Attribute(call.args[0], wanted.value, ast.Store())
            types.kept.append(made)
            yield ast.copy_location(made, call), True


def _root(target: ast.expr) -> ast.expr:
    """The owner of an item: `self.table` for `self.table["x"]["y"]`."""
    while isinstance(target, ast.Subscript):
        target = target.value
    return target


def owned(
    types: Types, target: ast.expr, scope: Scope, path: Path, deep: int = 0
) -> tuple[str, str, bool] | None:
    """Owner and name of a written target, and whether it is written as a whole."""
    whole = not isinstance(target, ast.Subscript)
    target = _root(target)
    if isinstance(target, ast.Name):
        return _named(types, target, scope, path, whole, deep)
    if not isinstance(target, ast.Attribute):
        return None
    base = target.value
    owner = _class_of(types, base, scope, path, target.attr)
    if owner is not None:
        return owner, target.attr, whole
    inner = _root(base)
    if isinstance(inner, ast.Attribute | ast.Name):
        found = owned(types, inner, scope, path, deep + 1) if deep < 6 else None
        if found is not None:
            return found[0], found[1], False
    return None


def _named(
    types: Types, target: ast.Name, scope: Scope, path: Path, whole: bool, deep: int
) -> tuple[str, str, bool] | None:
    """Owner and name of a written name: a global, or an alias of an attribute."""
    declared = scope.elsewhere.get(target.id)
    if declared == "global":
        return "", target.id, whole
    for here in outward(scope):
        if here.elsewhere.get(target.id) == "nonlocal":
            continue
        if target.id not in here.bindings or (here.is_class and here is not scope):
            continue
        if here.parent is None:
            changed = not whole or isinstance(target.ctx, ast.Load)
            known = here.bindings[target.id]
            simple = any(b.how in ("value", "item", "enter", "element") for b in known)
            return ("", target.id, False) if changed and simple else None
        if isinstance(target.ctx, ast.Store | ast.Del) and whole and here is scope:
            return None  # a local variable
        found = here.reaching(target.id, start(target), path if here is scope else ())
        alias = found[0].node if len(found) == 1 and found[0].how == "value" else None
        if isinstance(alias, ast.Attribute | ast.Name | ast.Subscript) and deep < 6:
            other = owned(types, alias, found[0].scope, found[0].path, deep + 1)
            return (other[0], other[1], False) if other else None
        return None
    return None


def _class_of(
    types: Types, base: ast.expr, scope: Scope, path: Path, attribute: str
) -> str | None:
    """The class, by its name in the file, whose attribute is written."""
    if isinstance(base, ast.Call) and ast.unparse(base) == "type(self)":
        base = base.args[0]
    if isinstance(base, ast.Attribute) and base.attr == "__class__":
        base = base.value
    for value in types.of(base, scope, path):
        key = value.kind if isinstance(value, Instance) else None
        key = value.key if isinstance(value, ClassRef) else key
        if key is not None and ":" in key:
            return _holder(types, key, attribute)
    return None


def _holder(types: Types, key: str, attribute: str) -> str:
    """The topmost base that has the attribute, else the class itself."""
    for base in reversed(linear(types, key)):
        if isinstance(base, ClassRef):
            scope = types.program.scopes[base.key]
            if attribute in scope.attributes or attribute in scope.bindings:
                return scope.name
    return types.program.scopes[key].name
