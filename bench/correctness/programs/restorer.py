"""Save the state of mutable values, and restore it before the next run.

When a run begins, values such as a lock of a class or a list of a module must have the
state that they had after the import.  To import the module again would have the same
effect, but it is slow for a file with many scenarios.
"""

import contextlib
import decimal
import gc
import io
import logging
import types
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable
from functools import partial, partialmethod
from typing import Any

from bench.correctness.engine.transitions import Worker
from bench.correctness.models.asyncio_.ready_queue import ReadyQueue
from bench.correctness.models.stdlib import decimal_ as decimal_model
from bench.correctness.models.substitution import MISSING
from bench.correctness.models.threading_.local import Local
from bench.correctness.models.threading_.thread import Thread
from bench.correctness.tracking.base_slots import (
    bases,
    dict_offset,
    has_attributes,
    is_rewritten,
    members,
    module_of,
    namespace_of,
)
from bench.correctness.tracking.deep_reads import cell_contents
from bench.correctness.tracking.type_traits import CACHE, PROGRAM

FACTORY = vars(defaultdict)["default_factory"]
MAPPINGS = (OrderedDict, defaultdict, dict)
COLLECTIONS = (list, deque, set)
# Objects of these types belong to one run and cannot be restored.
PER_RUN_TYPES = (Worker, Thread, ReadyQueue)
# The prefix of the modules of models.  The attributes of models are saved, because they
# may hold state of the program.  Other objects of the explorer hold no such state.
MODELS = ("bench.correctness.models.",)
# Objects of these types never change, but objects of a subclass may have attributes.
CONSTANTS = (int, str, float, bytes, complex, tuple, frozenset)
PLAIN_BASES = (object, *CONSTANTS)
PYTHON_CLASS = 1 << 9  # a flag of classes that are not built in
MANY = 200_000  # the most values that are saved


FILES = io.TextIOWrapper, io.FileIO, io.BufferedReader, io.BufferedWriter


class Restorer:
    """Saves the state of values, as far as possible, and restores it.

    While `lenient` is true, a value also counts as saved if only a part of its state
    could be saved.
    """

    def __init__(self, has_state: Callable[[Any], bool]) -> None:
        self.has_state = has_state
        self.lenient = False
        self.saved: dict[int, Any] = {}  # values by `id`
        self.actions: list[Callable[[], object]] = []  # each restores one value
        # The dicts of attributes of saved values, each with a copy.  `restore` leaves
        # them alone; `Snapshot` restores them.
        self.namespaces: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self.inside: list[Any] = []  # values within other values, not yet saved

    def save(self, value: Any) -> bool:
        """Save the state of a value, and of the values in it.

        Returns False if the value cannot be restored.  A value without state needs no
        restoration.
        """
        complete = True
        self.inside.append(value)
        while self.inside:
            one = self.inside.pop()
            if id(one) in self.saved or not self.has_state(one):
                continue
            self.saved[id(one)] = one
            if len(self.saved) > MANY:
                self.inside.clear()
                return self.lenient
            if not self.save_one(one) and not self.lenient:
                complete = False
        return complete

    def save_one(self, value: Any) -> bool:
        """Save the state of one value; return whether all of it is saved."""
        kind = type(value)
        if kind is tuple or kind is frozenset:
            self.inside += value
        elif kind is types.MethodType:
            self.inside.append(value.__self__)
        elif is_dispatcher(value):
            self.inside.append(value.__wrapped__)
            (functions,) = gc.get_referents(value.registry)
            self.save_items(functions, dict)
            self.actions.append(value._clear_cache)
            self.save_names(value)
        elif kind is types.FunctionType:
            self.inside += kept_by_function(value)
        elif kind is partial or kind is partialmethod:
            self.inside += [value.func, *value.args, *value.keywords.values()]
            self.save_names(value)
        elif kind is CACHE:
            self.actions.append(value.cache_clear)
            self.save_names(value)
            return not value.cache_info().currsize
        elif kind is decimal.Context:
            self.actions.append(decimal_model.restoring(value))
        elif kind is Local:
            self.save_items(object.__getattribute__(value, "_values"), dict)
        elif issubclass(kind, PER_RUN_TYPES):
            return False
        elif kind is logging.Logger or kind is object:
            return True  # the loader restores loggers; an `object()` has no state
        elif issubclass(kind, FILES):
            return True  # files, and their contents, are not restored
        else:
            return self.save_object(value, kind)
        return True

    def save_object(self, value: Any, kind: type) -> bool:
        """Save a container or an instance: its items, its attributes, its slots."""
        base = next(
            (one for one in (*MAPPINGS, *COLLECTIONS) if issubclass(kind, one)), object
        )
        if not all(
            self.is_transparent(one) or one in base.__mro__ for one in kind.__mro__
        ):
            return False
        if base is not object:
            self.save_items(value, base)
        elif issubclass(kind, tuple | frozenset):
            self.inside += fixed_items(value)
        if base is defaultdict:
            factory = FACTORY.__get__(value)
            self.inside.append(factory)
            self.actions.append(partial(FACTORY.__set__, value, factory))
        names = instance_dict(value)
        if names is not None and issubclass(kind, CONSTANTS):
            self.save_names(value)
        elif names is not None:
            self.save_items(names, dict)
        for owner in kind.__mro__:
            if owner is not base and owner not in PLAIN_BASES:
                self.save_slots(value, owner)
        return True

    def is_transparent(self, base: type) -> bool:
        """Whether instances of a class have all their state in attributes and slots."""
        return (
            base in PLAIN_BASES
            or is_known(base.__module__)
            or (self.lenient and bool(base.__flags__ & PYTHON_CLASS))
        )

    def save_items(self, container: Any, base: Any) -> None:
        """Save the items of a container, by the methods of its built-in base."""
        if issubclass(base, dict):
            # A value is not looked up by its key: since its insertion, the key may have
            # got another hash.
            found = {id(key): one for key, one in dict.items(container)}
            items: Any = {key: found[id(key)] for key in base.__iter__(container)}
            # A function may capture the namespace of a module, for example for a lazy
            # import.  The built-ins in this namespace belong to the explorer, and no
            # run changes them.
            own = {key: one for key, one in items.items() if key != "__builtins__"}
            self.inside += own
            self.inside += own.values()
            fill: Any = dict.update if base is not OrderedDict else OrderedDict.update
        else:
            items = list(base.__iter__(container))
            self.inside += items
            fill = set.update if base is set else base.extend
        clear = base.clear

        def restore() -> None:
            clear(container)
            fill(container, items)

        self.actions.append(restore)

    def save_names(self, value: Any) -> None:
        """Save attributes that seldom change; `Snapshot` restores them."""
        names = namespace_of(value)
        self.inside += [
            one for one in names.values() if type(one) is not types.MappingProxyType
        ]
        self.namespaces.append((names, dict(names)))

    def save_slots(self, value: Any, owner: type) -> None:
        """Save the values in those slots of an instance that a class defines."""
        for slot in vars(owner).values():
            if type(slot) is types.MemberDescriptorType:
                try:
                    kept = slot.__get__(value, owner)
                except AttributeError:
                    kept = MISSING
                else:
                    self.inside.append(kept)
                self.actions.append(partial(restore_slot, value, slot, kept))

    def restore(self) -> None:
        """Restore the saved state of all values."""
        for action in self.actions:
            action()


def is_constant_with_attributes(kind: type) -> bool:
    """Whether a type of the program adds attributes to a type such as `int`."""
    return (
        issubclass(kind, CONSTANTS)
        and module_of(kind) in PROGRAM
        and has_attributes(kind, PROGRAM)
    )


def fixed_items(value: Any) -> list[Any]:
    """Return the items of a tuple or a frozenset without code of a subclass."""
    return [*(tuple if issubclass(type(value), tuple) else frozenset).__iter__(value)]


def instance_dict(value: Any) -> dict[str, Any] | None:
    """Return the `__dict__` of an instance, without calling code of its class."""
    if not dict_offset(type(value)):
        return None
    try:
        names: dict[str, Any] = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return None
    return names


def restore_slot(value: Any, slot: Any, kept: Any) -> None:
    """Restore the value of a slot; an error means that the slot has not changed."""
    with contextlib.suppress(AttributeError, TypeError):
        if kept is not MISSING:
            slot.__set__(value, kept)
        else:
            slot.__delete__(value)


def restore_class(cls: type, before: dict[str, Any]) -> None:
    """Give a class these members, and no others, without code of its metaclass."""
    remove = method_in_c(type(cls), "__delattr__")
    change = method_in_c(type(cls), "__setattr__")
    for name in set(members(cls)) - set(before):
        remove(cls, name)
    for name, value in before.items():
        if members(cls).get(name, MISSING) is not value:
            change(cls, name, value)


def method_in_c(metaclass: type, name: str) -> Callable[..., object]:
    """Return a method of `type`, or of another metaclass in C that overrides it."""
    found: Callable[..., object] = next(
        members(owner)[name]
        for owner in bases(metaclass)
        if type(members(owner).get(name)) is types.WrapperDescriptorType
    )
    return found


def kept_by_function(function: types.FunctionType) -> list[Any]:
    """Return a function's defaults and attributes, and the values that it captures."""
    return [
        *(function.__defaults__ or ()),
        *(function.__kwdefaults__ or {}).values(),
        *(cell_contents(cell) for cell in function.__closure__ or ()),
        *vars(function).values(),
    ]


def functions_of(value: Any) -> list[types.FunctionType]:
    """Return the program's functions: the value itself, or functions that it wraps."""
    kind = type(value)
    if issubclass(kind, staticmethod | classmethod):
        return functions_of(value.__func__)
    if issubclass(kind, partial):
        return functions_of(value.func)
    if kind is CACHE:
        return functions_of(namespace_of(value).get("__wrapped__"))
    if issubclass(kind, property):
        parts = (functions_of(part) for part in (value.fget, value.fset, value.fdel))
        return [function for functions in parts for function in functions]
    if issubclass(kind, types.FunctionType) and is_rewritten(value):
        return [value]
    return []


def is_dispatcher(value: Any) -> bool:
    """Whether a value is a function that `singledispatch` has made.

    Such a function stores other functions.
    """
    return type(value) is types.FunctionType and (
        type(vars(value).get("registry")) is types.MappingProxyType
        and "_clear_cache" in vars(value)
    )


def is_of_the_explorer(kind: type) -> bool:
    """Whether objects of a type belong to the explorer, and are not models."""
    module = kind.__module__
    return module.startswith("bench.correctness.") and not module.startswith(MODELS)


def is_known(module: str) -> bool:
    """Whether the classes of a module belong to the program or are models."""
    return (
        module in PROGRAM
        or module == "enum"
        or module.startswith((*MODELS, "explored_asyncio"))
    )
