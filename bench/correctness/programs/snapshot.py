"""The state of modules after an import; each run begins with this state.

To restore names, class members and the state of values is much faster than to import
the modules again.  But if some state cannot be restored, each run must import them.
"""

import gc
import types
from collections.abc import Iterable, Mapping
from itertools import chain, count
from operator import is_
from typing import Any, NamedTuple

from bench.correctness.engine.transitions import Worker
from bench.correctness.programs.restorer import (
    COLLECTIONS,
    MAPPINGS,
    Restorer,
    fixed_items,
    functions_of,
    is_constant_with_attributes,
    is_dispatcher,
    is_of_the_explorer,
    kept_by_function,
    restore_class,
)
from bench.correctness.tracking.base_slots import (
    is_rewritten,
    members,
    module_of,
)
from bench.correctness.tracking.deep_reads import cell_contents
from bench.correctness.tracking.module_state import SPECIAL_WRITES
from bench.correctness.tracking.type_traits import CACHE


class Snapshot:
    """The state of modules and their classes when the snapshot is taken.

    `stateful` is true if some value has state that cannot be restored.  Then the
    modules must be imported again.
    """

    def __init__(
        self,
        modules: dict[str, types.ModuleType],
        packages: dict[str, types.ModuleType],
    ) -> None:
        """Take a snapshot of the program's own modules, and of installed packages.

        Packages are never imported again.  So if some of their state cannot be
        restored, it stays as the last run has left it.
        """
        every = {**packages, **modules}
        self.names = every.keys()
        self.own = set(modules)
        self.namespaces = [  # namespaces of modules, with a copy of each
            (module.__dict__, dict(module.__dict__)) for module in every.values()
        ]
        self.classes: list[tuple[type, dict[str, Any]]] = []
        self.stateful = False
        self.values = Restorer(has_state)
        # The namespace, name and `repr` of each `itertools.count`.
        self.counts: list[tuple[dict[str, Any], str, str]] = []
        # The `vars` of each function, with a copy of this dict.
        self.functions: list[tuple[dict[str, Any], dict[str, Any]]] = []
        # Attributes of the program's functions and classes that are in no namespace.
        self.special: list[tuple[Any, Parts]] = []
        # All dicts and copies of `functions`, in one list.  Most functions have no
        # attributes.  If all these dicts are empty, `restore` skips `functions`.
        self.attributes: list[dict[str, Any]] = []
        self.cells: list[tuple[types.CellType, Any]] = []
        self.inspected: set[int] = set()  # classes and cells, by `id`
        for (_, before), name in [*zip(self.namespaces, every, strict=True)]:
            self.values.lenient = name in packages
            for value in self.own_values(before):
                self.inspect(value, name)
        self.bind()

    def bind(self) -> None:
        """Note all values that `restore_names` restores."""
        self.namespaces += self.values.namespaces
        self.values.namespaces.clear()
        self.bindings = Bindings(
            [names for names, _ in self.namespaces]
            + [members(one) for one, _ in self.classes]
        )

    def include(self, values: Iterable[Any]) -> None:
        """Save the state of the values of context variables."""
        self.values.lenient = False
        for value in values:
            self.stateful |= not self.values.save(value)
        if self.values.namespaces:
            self.bind()

    def own_values(self, names: dict[str, Any]) -> list[Any]:
        """Return the values of a namespace that may have state.

        An `itertools.count` is not among them: each run gets a new count.
        """
        found = []
        for name, value in names.items():
            if type(value) is count:
                self.counts.append((names, name, repr(value)))
            elif not name.startswith(("_x_", "_abc_impl")) and not (
                is_special(name) and is_of_python(name, value)
            ):
                found.append(value)
        return found

    def inspect(self, value: Any, module: str) -> None:
        """Save the members of a class, or the state of any other value."""
        if not issubclass(type(value), type):
            self.stateful |= not self.values.save(value)
            for function in functions_of(value):
                self.save_function(function, module)
        elif id(value) not in self.inspected and is_of(value, module):
            self.inspected.add(id(value))
            own = dict(members(value))
            if module in self.own:
                self.special.append((value, special_parts(value, OF_CLASSES)))
                annotations = own.get("__annotations__")
                if type(annotations) is dict:
                    self.namespaces.append((annotations, dict(annotations)))
            self.classes.append((value, own))
            for member in self.own_values(own):
                self.inspect(member, module)

    def save_function(self, function: types.FunctionType, module: str) -> None:
        """Save a function's attributes, and the variables that it captures."""
        namespace = vars(function)
        if module in self.own:
            self.special.append((function, special_parts(function, OF_FUNCTIONS)))
            if function.__kwdefaults__:
                names = function.__kwdefaults__
                self.namespaces.append((names, dict(names)))
        self.functions.append((namespace, dict(namespace)))
        self.attributes += namespace, dict(namespace)
        for cell in function.__closure__ or ():
            if id(cell) not in self.inspected:
                self.inspected.add(id(cell))
                contents = cell_contents(cell)
                self.cells.append((cell, contents))
                self.inspect(contents, module)

    def restore(self) -> None:
        """Restore every name, every class member and the state of every value."""
        if self.values.actions:
            self.values.restore()
        for names, name, text in self.counts:
            names[name] = eval(text, {"count": count})
        if SPECIAL_WRITES:
            for owner, parts in self.special:
                for descriptor, value in parts:
                    if descriptor.__get__(owner) is not value:
                        descriptor.__set__(owner, value)
        if self.counts or not self.bindings.are_kept():
            self.restore_names()
        if any(self.attributes):
            for namespace, before in self.functions:
                namespace.clear()
                namespace.update(before)
        for cell, contents in self.cells:
            if contents is not NotImplemented:
                cell.cell_contents = contents
            elif cell_contents(cell) is not NotImplemented:
                del cell.cell_contents

    def restore_names(self) -> None:
        """Restore the values of names in modules, and the members of classes."""
        for namespace, before in self.namespaces:
            if not same_items(namespace, before):
                namespace.clear()
                namespace.update(before)
        for cls, before in self.classes:
            if not same_items(members(cls), before):
                restore_class(cls, before)


def is_special(name: str) -> bool:
    """Whether a name has two underscores on both sides, as `__init__` has."""
    return name.startswith("__") and name.endswith("__")


def is_of_python(name: str, value: Any) -> bool:
    """Whether the value of a special name is left out of the snapshot.

    A value is left out if no run changes it, or if it is restored elsewhere.  But a
    function of the program, such as an `__init__`, is saved: a run may change its
    default arguments and the variables that it captures.
    """
    if type(value) in (CACHE, *MAPPINGS, *COLLECTIONS):
        return name in ("__annotations__", "__builtins__", "__dataclass_fields__")
    return not functions_of(value)


def is_of(kind: type, module: str) -> bool:
    """Whether a class belongs to the same package as a module.

    The `__module__` of a class may name another module of the package.
    """
    own = module_of(kind)
    return own == module or own.partition(".")[0] == module.partition(".")[0]


class Bindings:
    """The values of the names in some namespaces when this object is made.

    Most runs change none of these values.  To compare all namespaces at once takes less
    than half the time of comparing them one by one.
    """

    def __init__(self, namespaces: list[Any]) -> None:
        """Note the values in dicts, or in views of the dicts of classes.

        In place of a view, the dict itself is read, because this is faster.
        """
        self.namespaces = namespaces = [
            gc.get_referents(one)[0] if type(one) is types.MappingProxyType else one
            for one in namespaces
        ]
        self.views = [one.values() for one in namespaces]  # views of the present values
        self.sizes = [*map(len, namespaces)]
        self.filled = [one for one in namespaces if one]
        self.last_names = [*map(next, map(dict.__reversed__, self.filled))]
        self.values = [*chain.from_iterable(self.views)]

    def are_kept(self) -> bool:
        """Whether all values are identical; `==` of values would run program code.

        Of the names in a namespace, only the number and the last name are compared.
        This is enough, because a new name is always the last one.
        """
        return (
            [*map(len, self.namespaces)] == self.sizes
            and [*map(next, map(dict.__reversed__, self.filled))] == self.last_names
            and all(map(is_, chain.from_iterable(self.views), self.values))
        )


def same_items(names: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Whether names have identical values; `==` would run the program's code."""
    return (
        len(names) == len(before)
        and all(map(is_, names.values(), before.values()))
        and all(map(is_, names, before))
    )


Parts = list[tuple[Any, Any]]  # descriptors of attributes, and their values
OF_CLASSES = [*map(vars(type).get, ("__name__", "__qualname__", "__bases__"))]
OF_FUNCTIONS = [
    vars(types.FunctionType)[name]
    for name in (
        "__name__", "__qualname__", "__doc__", "__module__", "__defaults__",
        "__kwdefaults__", "__code__",
    )
]  # fmt: skip


def special_parts(owner: Any, descriptors: list[Any]) -> Parts:
    """Read special attributes of a function or class without code of a metaclass."""
    return [(one, one.__get__(owner)) for one in descriptors]


STATELESS = (  # types of values that never change
    int, str, float, bytes, bool, type(None), complex, types.ModuleType,
    types.BuiltinFunctionType, range, types.GenericAlias, types.MemberDescriptorType,
    types.GetSetDescriptorType, types.MethodDescriptorType, types.WrapperDescriptorType,
    type, type(NotImplemented), type(vars(NamedTuple("Pair", [("one", int)]))["one"]),
)  # fmt: skip


def has_state(value: Any, depth: int = 4) -> bool:
    """Whether a value of a module or class may change while the program runs.

    If values are nested more deeply than `depth`, the answer is yes.
    """
    if depth == 0:
        return True
    kind = type(value)
    if is_of_the_explorer(kind):
        # A worker belongs to one run.  A lock that is still held refers to a worker.
        return issubclass(kind, Worker)
    if is_constant_with_attributes(kind):
        return True
    if issubclass(kind, tuple | frozenset):
        return any(has_state(item, depth - 1) for item in fixed_items(value))
    if issubclass(kind, staticmethod | classmethod):
        return has_state(value.__func__, depth - 1)
    if issubclass(kind, property):
        return any(
            function is not None and has_state(function, depth - 1)
            for function in (value.fget, value.fset, value.fdel)
        )
    if issubclass(kind, types.FunctionType):
        if not is_rewritten(value):
            return is_dispatcher(value)
        return any(has_state(item, depth - 1) for item in kept_by_function(value))
    if issubclass(kind, STATELESS):
        return (
            issubclass(kind, types.ModuleType)
            and vars(value).get("__spec__") is None
            and ("_explored_" not in vars(value))
        )
    return issubclass(kind, types.SimpleNamespace) or module_of(kind) not in (
        "typing", "types", "collections.abc", "__future__", "re", "dataclasses",
    )  # fmt: skip
