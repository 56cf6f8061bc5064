"""Attributes: of classes with their bases and subclasses, of instances, of modules."""

import ast

from bench.shape.resolution import of_threads
from bench.shape.resolution.answers import Answers
from bench.shape.resolution.growing import SET
from bench.shape.resolution.protocols import fitting, is_protocol
from bench.shape.resolution.put_outside import put_outside
from bench.shape.resolution.scopes import END, Scope
from bench.shape.resolution.values import (
    NONE,
    ClassRef,
    FunctionRef,
    Instance,
    Lazy,
    Library,
    LibraryMethod,
    ModuleRef,
    Partial,
    SuperRef,
    Suspended,
    Value,
    Values,
    narrowed,
    one,
)
from bench.shape.tables.library import ATTRIBUTES, STREAMS, normal

PROPERTIES = frozenset(
    {"property", "functools.cached_property", "abc.abstractproperty"}
)
MOST_OVERRIDES = 40  # the most subclasses that are searched for one attribute


def members(types: Answers, values: Values, name: str) -> Values:
    return NONE.union(*(member(types, value, name) for value in values))


def member(types: Answers, value: Value, name: str) -> Values:
    """The values of an attribute; for a property the values that it returns."""
    match value:
        case ModuleRef(name=module):
            own = NONE
            if types.program.holds(module):
                own = types.exported_by(module, name)
            if not own and types.program.is_module(f"{module}.{name}"):
                return one(ModuleRef(f"{module}.{name}"))
            return own
        case Library(name=library):
            return one(Library(normal(f"{library}.{name}")))
        case ClassRef(key=key):
            return of_class(types, key, name, ClassRef(key))
        case SuperRef(key=key):
            return of_super(types, key, name)
        case Instance():
            return of_instance(types, value, name)
        case FunctionRef(key=key, receiver=receiver) if name in ("__func__",):
            return one(FunctionRef(key, receiver))
    return NONE


def of_super(types: Answers, key: str, name: str) -> Values:
    """The values of `super().name`: in a subclass, `super()` may be another class."""
    found = first_in(types, linear(types, key)[1:], name, Instance(key))
    for sub in sorted(subclasses(types, key))[:MOST_OVERRIDES]:
        order = linear(types, sub)
        if ClassRef(key) in order:
            behind = order[order.index(ClassRef(key)) + 1 :]
            found |= first_in(types, behind, name, Instance(sub))
    return found


def of_class(types: Answers, key: str, name: str, receiver: Value) -> Values:
    return first_in(types, linear(types, key), name, receiver)


def of_instance(types: Answers, value: Instance, name: str) -> Values:
    if ":" not in value.kind:
        if value.kind == of_threads.LOCAL and (
            found := of_threads.assigned(types, name)
        ):
            return found
        if (stream := f"{value.kind}.{name}") in STREAMS:
            return one(Instance(stream))
        return one(LibraryMethod(value, value.kind, name))
    found = types.once(
        ("member", value.kind, name), lambda: _of_instance(types, value.kind, name)
    )
    return found


def _of_instance(types: Answers, key: str, name: str) -> Values:
    receiver = Instance(key)
    found = first_in(types, linear(types, key), name, receiver)
    below = sorted(subclasses(types, key))[:MOST_OVERRIDES]
    for sub in below:  # the object may be of a subclass
        found |= defined(types, sub, name, Instance(sub))
    return found


def first_in(
    types: Answers, bases: list[ClassRef | Library], name: str, receiver: Value
) -> Values:
    """The attribute from the first class that has it, in Python's order of lookup."""
    for base in bases:
        if isinstance(base, Library):
            if (kept := f"{base.name}.{name}") in ATTRIBUTES:
                return one(Instance(ATTRIBUTES[kept]))
            if isinstance(receiver, Instance):
                return one(LibraryMethod(receiver, base.name, name))
            return one(Library(f"{base.name}.{name}"))
        if found := defined(types, base.key, name, receiver):
            return found
    return NONE


def defined(types: Answers, key: str, name: str, receiver: Value) -> Values:
    """One class's values of an attribute: from its body, `self.name = `, other code."""
    scope = types.program.scopes[key]
    found: set[Value] = set()
    for binding in scope.reaching(name, END, ()) if name in scope.bindings else ():
        inner = types.program.of_node.get(id(binding.node))
        if binding.how == "def" and inner is not None:
            found |= of_function(types, inner, receiver)
        else:
            found |= types.binding(binding)
    put = [*scope.grown_attributes.get(name, ()), *put_outside(types, key, name)]
    if put:
        found = {*types.grown(frozenset(found), put)}
    found |= {
        v
        for v in types.bound([*put_outside(types, key, f"{SET}{name}")])
        if isinstance(v, FunctionRef | Partial)
    }
    own = scope.bindings.get(name, ())
    if any(b.annotation is not None for b in own):
        if found <= {Instance("NoneType")}:
            # without a default, or with None, the calls that make objects show values
            found |= types.given_to(key, name)
        if found:
            return frozenset(found)
    attributes = scope.attributes.get(name, ())
    said = NONE.union(
        *(
            types.meaning(b.annotation, b.scope)
            for b in attributes
            if b.annotation is not None
        )
    )
    values = types.bound(attributes)
    values = types.grown(values, put)
    if said:  # an annotation applies to every assignment
        return frozenset(found) | narrowed(said, values)
    return merged(frozenset(found) | values)


def merged(values: Values) -> Values:
    """Drop an empty container if another container of its kind has items."""
    kinds = {v.kind for v in values if isinstance(v, Instance) and v.items}
    return frozenset(
        v
        for v in values
        if not (isinstance(v, Instance) and v.kind in kinds and not v.items)
    )


def of_function(types: Answers, scope: Scope, receiver: Value) -> Values:
    """A function in a class: a bound method, or for a property its results."""

    marks = decorators(types, scope)
    if "staticmethod" in marks:
        return one(FunctionRef(scope.key))
    if "classmethod" in marks:
        kind = receiver.kind if isinstance(receiver, Instance) else None
        return one(FunctionRef(scope.key, ClassRef(kind) if kind else receiver))
    if marks & PROPERTIES:
        if isinstance(receiver, Instance):
            return types.returned(scope.key, receiver)
        return NONE
    if any(mark.endswith((".setter", ".deleter")) for mark in marks):
        return NONE
    return one(
        FunctionRef(scope.key, receiver if isinstance(receiver, Instance) else None)
    )


def decorators(types: Answers, scope: Scope) -> frozenset[str]:
    """The names of a function's decorators; a library's name is absolute."""

    def find() -> Values:
        found: set[Value] = set()
        for node in getattr(scope.node, "decorator_list", ()):
            target = node.func if isinstance(node, ast.Call) else node
            known = types.of(target, scope.parent or scope, scope.path)
            named = [v.name for v in known if isinstance(v, Library)]
            found |= {Library(n) for n in named or [ast.unparse(target)]}
        return frozenset(found)

    marks = types.once(("decorators", scope.key), find)
    return frozenset(v.name for v in marks if isinstance(v, Library))


def bases(types: Answers, key: str) -> list[ClassRef | Library]:
    """The classes in the brackets of a class statement."""
    scope = types.program.scopes[key]
    found: list[ClassRef | Library] = []
    for node in getattr(scope.node, "bases", ()):
        for value in types.of(node, scope.parent or scope, scope.path):
            if isinstance(value, ClassRef | Library) and value not in found:
                found.append(value)
    return found


def linear(types: Answers, key: str) -> list[ClassRef | Library]:
    """A class and its bases, the nearest first; a base comes after its subclasses."""
    known = types.orders.get(key)
    if known is not None:
        return known
    # a first entry, which ends the recursion if the class is among its own bases
    types.orders[key] = [ClassRef(key)]
    found: list[ClassRef | Library] = [ClassRef(key)]
    for base in bases(types, key):
        chain: list[ClassRef | Library] = [base]
        if isinstance(base, ClassRef):
            chain = linear(types, base.key)
        found = [one_ for one_ in found if one_ not in chain] + chain
    types.orders[key] = [
        b
        for b in found
        if not (isinstance(b, Library) and b.name.rpartition(".")[2] in NO_MEMBERS)
    ]
    return types.orders[key]


NO_MEMBERS = frozenset({"object", "ABC", "Generic", "Protocol", "NamedTuple", "Enum"})


def subclasses(types: Answers, key: str) -> set[str]:
    """Every class in the files that inherits from a class, or fits it as a protocol."""
    classes = types.program.classes
    while types.ordered < len(classes):  # looking up bases may read more classes
        name = classes[types.ordered]
        types.ordered += 1
        for base in linear(types, name)[1:]:
            if isinstance(base, ClassRef):
                types.below.setdefault(base.key, set()).add(name)
    below = types.below.get(key, set())
    scope = types.program.scopes[key]
    return below | fitting(types, scope, linear) if is_protocol(scope) else below


def own_instance(types: Answers, scope: Scope) -> Values:
    """The value of the first parameter of a method."""
    owner = scope.owner
    if owner is None:
        return NONE
    marks = decorators(types, scope)
    if "staticmethod" in marks:
        return NONE
    if "classmethod" in marks or scope.name.endswith(".__new__"):
        return one(ClassRef(owner.key))
    if scope.name.endswith(".__init_subclass__"):
        return frozenset(map(ClassRef, subclasses(types, owner.key)))
    return one(Instance(owner.key))


def iterated(types: Answers, values: Values) -> Values:
    """The items that a loop over a value gets."""

    found: set[Value] = set()
    for value in values:
        if isinstance(value, Instance) and ":" not in value.kind:
            if value.kind == "dict" and not value.fields:
                continue  # a loop gets the keys of a dict; `items` has its values
            found |= value.items
        elif isinstance(value, Instance):
            for step in ("__iter__", "__aiter__"):
                for method in members(types, one(value), step):
                    made = types.result(method)
                    if Instance(value.kind) not in made:
                        found |= iterated(types, made)
            for step in ("__next__", "__anext__"):
                for method in members(types, one(value), step):
                    made = types.result(method)
                    found |= types.awaited(made)
        elif isinstance(value, Suspended):
            found |= types.yielded(value.key)
        elif isinstance(value, Lazy):
            found |= value.items
    return frozenset(found)


def turns(types: Answers, values: Values) -> Values:
    """The generators among values, and those that `__iter__` of the others returns."""
    own = frozenset(v for v in values if isinstance(v, Instance) and ":" in v.kind)
    made = (types.result(m) for m in members(types, own, "__iter__"))
    every = values.union(*made)
    return frozenset(v for v in every if isinstance(v, Suspended | Lazy))


def entered(types: Answers, values: Values) -> Values:
    """The value of `name` in `with X as name`."""

    found: set[Value] = set()
    for value in values:
        if isinstance(value, Suspended) and value.how in ("context", "async context"):
            found |= types.yielded(value.key)
        elif isinstance(value, Instance) and ":" in value.kind:
            steps = [members(types, one(value), s) for s in ("__enter__", "__aenter__")]
            for method in NONE.union(*steps):
                if isinstance(method, FunctionRef):
                    found |= types.awaited(types.result(method))
                else:
                    found.add(value)
            if not any(steps):
                found.add(value)  # for example `closing(value)`
        elif isinstance(value, Instance):
            found |= {value}
    return frozenset(found)
