"""Related methods of different classes; attributes found by parts of names."""

from collections.abc import Iterator

from bench.shape.resolution.answers import Answers
from bench.shape.resolution.members import bases, linear, subclasses
from bench.shape.resolution.protocols import asked, fitting, is_protocol
from bench.shape.resolution.scopes import Scope
from bench.shape.resolution.values import ClassRef, FunctionRef, Instance, Values


def called(types: Answers, values: Values, begins: str, ends: str) -> list[str]:
    """The attributes of these objects that have a name with this beginning and end.

    The result is empty if `begins` and `ends` have only underscores, because too many
    names would fit.
    """
    if not (begins + ends).strip("_"):
        return []
    keys = {v.kind for v in values if isinstance(v, Instance) and ":" in v.kind}
    found: set[str] = set()
    for key in keys:
        for name in {*_order(types, key)} | subclasses(types, key):
            scope = types.program.scopes[name]
            found |= {*scope.bindings, *scope.attributes}
    return sorted(n for n in found if n.startswith(begins) and n.endswith(ends))


def same_name(types: Answers) -> Iterator[tuple[str, str]]:
    """Pairs of methods that must have the same colour; neither overrides the other.

    There are three kinds of pairs:
    - methods of one name in two bases of the same class;
    - a method of a protocol, and the method of this name in a class that fits it;
    - the methods that a class assigns to the names `__enter__` and `__exit__`.
    """
    for key in list(types.program.classes):
        scope = types.program.scopes[key]
        if is_protocol(scope):
            for fits in sorted(fitting(types, scope, linear)):
                for name in asked(scope):
                    yield f"{key}.{name}", _defined(types, fits, name)
        yield from _by_another_name(types, scope)
        if len(bases(types, key)) > 1:
            yield from _side_by_side(types, key)


def _by_another_name(types: Answers, scope: Scope) -> Iterator[tuple[str, str]]:
    """`__enter__ = start` and `__exit__ = stop` as a pair: `async with` needs both."""
    both = [
        sorted(v.key for v in types.bound(made) if isinstance(v, FunctionRef))
        for made in (scope.bindings.get(n, ()) for n in ("__enter__", "__exit__"))
    ]
    if all(both) and any(b.how == "value" for b in scope.bindings["__enter__"]):
        yield both[0][0], both[1][0]


def _side_by_side(types: Answers, key: str) -> Iterator[tuple[str, str]]:
    """Methods of one name in the bases of a class, in the order of the bases."""
    last: dict[str, str] = {}  # method -> its latest definition
    for owner in _order(types, key):
        for child in types.program.scopes[owner].children:
            name = child.name.rpartition(".")[2]
            if child.is_function and not name.startswith("__"):
                if name in last:
                    yield last[name], child.key
                last[name] = child.key


def _defined(types: Answers, key: str, name: str) -> str:
    """The first definition of a method; the caller knows that the class has one."""
    keys = (f"{owner}.{name}" for owner in _order(types, key))
    return next(one for one in keys if one in types.program.scopes)


def _order(types: Answers, key: str) -> list[str]:
    return [base.key for base in linear(types, key) if isinstance(base, ClassRef)]
