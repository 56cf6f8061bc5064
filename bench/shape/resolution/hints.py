"""The values that an annotation describes."""

import ast

from bench.shape.resolution.answers import Answers
from bench.shape.resolution.scopes import END, Scope, outward
from bench.shape.resolution.values import (
    NONE,
    ClassRef,
    Instance,
    Library,
    Values,
    one,
)
from bench.shape.tables.library import CONTAINER_MODULES, CONTAINERS

TRANSPARENT = ("Optional", "Annotated", "ClassVar", "Final", "Required", "NotRequired")
UNKNOWN = (
    *("Any", "any", "object", "TypeVar", "Callable", "callable", "Literal"),
    *("TypeAlias", "FunctionType", "MethodType"),
)


def meaning(types: Answers, note: ast.expr | None, scope: Scope) -> Values:
    """Instances of the classes in an annotation; empty if it names no known class."""
    if note is None:
        return NONE
    return types.once(("note", id(note)), lambda: _meaning(types, note, scope))


def _meaning(types: Answers, note: ast.expr, scope: Scope) -> Values:
    match note:
        case ast.Constant(value=str(text)):
            try:
                quoted = ast.parse(text.strip(), mode="eval").body
            except (SyntaxError, ValueError):
                return NONE
            types.kept.append(quoted)
            return _meaning(types, quoted, scope)
        case ast.Constant(value=None):
            return NONE
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _meaning(types, left, scope) | _meaning(types, right, scope)
        case ast.Subscript(value=outer, slice=inside):
            return generic(types, outer, inside, scope)
        case ast.Name() | ast.Attribute():
            return instances(types, classes(types, note, scope), scope)
    return NONE


def classes(types: Answers, note: ast.expr, scope: Scope) -> Values:
    """The class that a name in an annotation refers to, wherever it is defined."""
    if isinstance(note, ast.Name):
        within = next((s for s in outward(scope) if not _is_body(s)), scope)
        own = scope if note.id in scope.bindings and scope.is_class else within
        return types.name(note.id, own, END, ())
    if isinstance(note, ast.Attribute):
        return types.members(classes(types, note.value, scope), note.attr)
    return NONE


def _is_body(scope: Scope) -> bool:
    return scope.is_class


def instances(types: Answers, named: Values, scope: Scope) -> Values:
    found: set[object] = set()
    for value in named:
        if isinstance(value, ClassRef):
            found.add(Instance(value.key))
        elif isinstance(value, Library):
            last = value.name.rpartition(".")[2]
            if last == "Self":
                owner = next((s for s in outward(scope) if s.is_class), None)
                if owner is not None:
                    found.add(Instance(owner.key))
            elif last not in UNKNOWN and value.name != "None":
                found.add(Instance(container(value.name) or value.name))
        elif isinstance(value, Instance) and value.kind == "typing.TypeVar":
            found |= value.items
    return frozenset(found)  # type: ignore[arg-type]


def container(name: str) -> str | None:
    """The kind of a container class, "list" or "dict"; None for other classes."""
    module, _, last = name.rpartition(".")
    known = not module or module in CONTAINER_MODULES
    return CONTAINERS.get(last) if known else None


def generic(types: Answers, outer: ast.expr, inside: ast.expr, scope: Scope) -> Values:
    """The values for `list[Worker]`, `Optional[Lock]`, `type[Basket]` and the like."""
    parts = inside.elts if isinstance(inside, ast.Tuple) else [inside]
    named = classes(types, outer, scope)
    found: set[object] = set()
    for value in named:
        name = value.name if isinstance(value, Library) else ""
        last = name.rpartition(".")[2]
        if last in TRANSPARENT:
            found |= meaning(types, parts[0], scope)
        elif last == "Union":
            found |= NONE.union(*(meaning(types, part, scope) for part in parts))
        elif last in ("type", "Type"):
            found |= {
                ClassRef(v.kind) if ":" in v.kind else Library(v.kind)
                for v in meaning(types, parts[0], scope)
                if isinstance(v, Instance)
            }
        elif last in ("tuple", "Tuple"):
            listed_ = [p for p in parts if not _is_dots(p)]
            fields = tuple(meaning(types, part, scope) for part in listed_)
            many = len(listed_) < len(parts)
            found.add(Instance("tuple", NONE.union(*fields), () if many else fields))
        elif last in ("Awaitable", "Coroutine"):
            found |= meaning(types, parts[-1], scope)
        elif kind := container(name):
            item = parts[0] if kind == "list" else parts[-1]
            found.add(Instance(kind, meaning(types, item, scope)))
        else:
            found |= instances(types, one(value), scope)
    return frozenset(found)  # type: ignore[arg-type]


def _is_dots(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...
