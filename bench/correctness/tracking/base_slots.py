"""Read the program's objects without running the program's code.

`isinstance`, `getattr`, `in` and `iter` may call methods of the program, for example a
`__contains__` that takes a lock.  A hook must not cause such a call, because the
program itself makes no call at that place.  So a hook reads the type of an object, and
calls the methods of the built-in base class of that type.
"""

import types
from array import array
from collections import deque
from collections.abc import Callable, Container, Mapping
from enum import EnumMeta
from typing import Any

from bench.correctness.tracking.type_cache import TypeCache

# Read the bases, members and module of a class without code of its metaclass.
bases: Callable[[type], tuple[type, ...]] = vars(type)["__mro__"].__get__
members: Callable[[type], Mapping[str, Any]] = vars(type)["__dict__"].__get__
dict_offset: Callable[[type], int] = vars(type)["__dictoffset__"].__get__
declared_module: Callable[[type], Any] = vars(type)["__module__"].__get__
DESCRIPTORS = (types.GetSetDescriptorType, types.MemberDescriptorType)
NO_NAMES: dict[str, Any] = {}
SEQUENCES = (list, deque, bytearray, array)
# Keys of these types are the same in each run, and are identified by their values.
STABLE_KEYS = (int, str, bytes, bool, type(None), float)
AS_BASE: dict[type, Callable[[Any], Any]] = {  # they convert a value to its base class
    int: int.__int__,
    str: str.__str__,
    float: float.__float__,
    bytes: lambda key: bytes.__getitem__(key, slice(None)),
}
MANY_KEYS = 200  # if a dict has more keys, `can_look_up` does not test their types


def class_attribute(kind: type, name: str) -> Any:
    """Return the attribute that a class or one of its bases stores, or None."""
    for owner in bases(kind):
        own = members(owner)
        if name in own:
            return own[name]
    return None


def module_of(kind: type) -> str:
    """Return the name of the module of a class; empty if the class stores no name."""
    try:
        found = declared_module(kind)
    except AttributeError:
        return ""
    return found if type(found) is str else ""


def has_attributes(kind: type, modules: Container[str]) -> bool:
    """Whether objects of a type can get attributes.

    They can if they have a `__dict__`, or slots that a class of these modules defines.
    """
    return bool(dict_offset(kind)) or any(
        type(one) is types.MemberDescriptorType
        for owner in bases(kind)
        if module_of(owner) in modules
        for one in members(owner).values()
    )


def is_foreign_enum(kind: type, modules: Container[str]) -> bool:
    """Whether a type is an `Enum` that none of these modules defines.

    A program may set attributes on the members of such an enum.  The members outlive
    the run, so these attributes must be restored before the next run.
    """
    return issubclass(type(kind), EnumMeta) and module_of(kind) not in modules


def is_rewritten(function: Any) -> bool:
    """Whether a function calls hooks.

    The namespace of a rewritten module has the flag `_explored_`.  If the program runs
    rewritten code in another namespace, the built-in names have this flag.
    """
    return type(function) is types.FunctionType and (
        "_explored_" in function.__globals__
        or "_explored_" in getattr(function, "__builtins__", ())  # not in all stubs
    )


def is_rewritten_frame(frame: types.FrameType | None) -> bool:
    """Whether the code of a frame calls hooks."""
    return frame is not None and (
        "_explored_" in frame.f_globals or "_explored_" in frame.f_builtins
    )


def namespace_getter(kind: type) -> Callable[[Any], dict[str, Any]] | None:
    for owner in bases(kind):
        descriptor = members(owner).get("__dict__")
        if isinstance(descriptor, DESCRIPTORS):
            getter: Callable[[Any], dict[str, Any]] = descriptor.__get__
            return getter
    return None


NAMESPACES = TypeCache(namespace_getter)
KNOWN_NAMESPACES = NAMESPACES.known


def namespace_of(thing: Any) -> dict[str, Any]:
    """Return the `__dict__` of an object itself, not a copy; empty if there is none.

    If the class of a task has another base before `Task`, Python cannot read the
    `__dict__` of the task.  Then the result is empty, too.
    """
    try:
        getter = KNOWN_NAMESPACES[type(thing)]
    except KeyError:
        getter = NAMESPACES[type(thing)]
    try:
        return NO_NAMES if getter is None else getter(thing)
    except TypeError:
        return NO_NAMES


def stored(thing: Any, name: str) -> Any:
    """Return what an object's `__dict__` or slot stores under a name, or None."""
    names = namespace_of(thing)
    if name in names:
        return names[name]
    slot = class_attribute(type(thing), name)
    if type(slot) is types.MemberDescriptorType:
        try:
            return slot.__get__(thing)
        except AttributeError:  # an empty slot
            return None
    return None


def items_within(thing: Any) -> Any:
    """Return the items of a list, deque or tuple, or the values of a dict; else ()."""
    kind = type(thing)
    if issubclass(kind, dict):
        return list(dict.values(thing))
    if issubclass(kind, list):
        return list.__getitem__(thing, slice(None))
    if issubclass(kind, tuple):
        return tuple.__getitem__(thing, slice(None))
    return list(deque.__iter__(thing)) if issubclass(kind, deque) else ()


def runs_no_code(kind: type) -> bool:
    """Whether a look-up of a key of this type runs no code of the program."""
    return all(
        type(method) is types.WrapperDescriptorType
        or (type(method) is types.FunctionType and not is_rewritten(method))
        for method in (
            class_attribute(kind, "__eq__"),
            class_attribute(kind, "__hash__"),
        )
    )


def key_base(kind: type) -> type | None:
    """Return the type in STABLE_KEYS whose `__hash__` and `__eq__` a type uses.

    The result is None if there is no such type.
    """
    for base in STABLE_KEYS:
        if kind is base:
            return base
    for base in AS_BASE:
        if issubclass(kind, base):
            same = all(
                class_attribute(kind, name) is class_attribute(base, name)
                for name in ("__eq__", "__hash__")
            )
            return base if same else None
    return None


PLAIN_KEYS = TypeCache(runs_no_code)
KEY_BASES = TypeCache(key_base)


def can_look_up(mapping: dict[Any, Any], key: Any) -> bool:
    """Whether a look-up of a key in a dict runs no code of the program."""
    return PLAIN_KEYS[type(key)] and (
        dict.__len__(mapping) > MANY_KEYS
        or all(PLAIN_KEYS[kind] for kind in set(map(type, dict.keys(mapping))))
    )


def has_key(mapping: dict[Any, Any], key: Any) -> bool:
    """Whether a dict has a key; False if the look-up would run code of the program."""
    return can_look_up(mapping, key) and dict.__contains__(mapping, key)


def item_key(container: Any, key: Any) -> Any:
    """Return what identifies an item in every run; None stands for all items.

    Different keys of one item give the same result.  For example, the key -1 of a list
    gives the last index.
    """
    kind = type(key)
    if kind is not str and kind is not int:
        base = KEY_BASES[kind]
        if base is None or key != key:  # a NaN is found only by the same object
            return None
        if kind is not base:
            key = AS_BASE[base](key)
    if type(key) is int and key < 0:
        for sequence in SEQUENCES:
            if issubclass(type(container), sequence):
                return key + sequence.__len__(container)
    return key


def module_path(module: Any) -> str:
    """Return what identifies a module: its file, or its name if it has no file."""
    names = namespace_of(module)
    return str(names.get("__file__") or names.get("__name__"))
