"""Look at the program's objects without running the program's code.

`isinstance`, `getattr`, `in` and `iter` call methods of the program: a `__contains__`
that takes a lock, a `__getattr__` that counts.  A hook must call none of them, because
the program does not either.  So it asks an object's type, and the slots of its
built-in base.
"""

import types
from array import array
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from bench.correctness.engine.frames import is_ours
from bench.correctness.tracking.type_cache import TypeCache

# Of a class, whatever its metaclass defines: its bases, its own members, its module.
bases: Callable[[type], tuple[type, ...]] = vars(type)["__mro__"].__get__
members: Callable[[type], Mapping[str, Any]] = vars(type)["__dict__"].__get__
declared_module: Callable[[type], Any] = vars(type)["__module__"].__get__
DESCRIPTORS = (types.GetSetDescriptorType, types.MemberDescriptorType)
NO_NAMES: dict[str, Any] = {}
SEQUENCES = (list, deque, bytearray, array)
# Keys of these types are the same in each run, and known by their values.
STABLE_KEYS = (int, str, bytes, bool, type(None), float)
AS_BASE: dict[type, Callable[[Any], Any]] = {  # the same value, without the subclass
    int: int.__int__,
    str: str.__str__,
    float: float.__float__,
    bytes: lambda key: bytes.__getitem__(key, slice(None)),
}
MANY_KEYS = 200  # of a dict: their types are not looked at


def class_attribute(kind: type, name: str) -> Any:
    """The attribute that a class has for its instances, as it is stored; or None."""
    for owner in bases(kind):
        own = members(owner)
        if name in own:
            return own[name]
    return None


def module_of(kind: type) -> str:
    """The module of a class; empty where the class hides it."""
    try:
        found = declared_module(kind)
    except AttributeError:
        return ""
    return found if type(found) is str else ""


def is_rewritten(function: Any) -> bool:
    """Whether a function calls hooks itself.

    Rewritten code has the hooks among its global names; where the program runs it in a
    namespace of its own, among the built-in ones.
    """
    return type(function) is types.FunctionType and (
        "_explored_" in function.__globals__
        or "_explored_" in getattr(function, "__builtins__", ())  # not in all stubs
    )


def is_rewritten_frame(frame: types.FrameType | None) -> bool:
    """Whether the code of a frame calls hooks itself."""
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
    """The `__dict__` of an object, as it is; empty where it has none.

    A task of a class with another base before `Task` has one that Python does not give.
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
    """What an object stores under a name, in its `__dict__` or a slot; or None."""
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
    """The items of a list, deque or tuple, or the values of a dict; else nothing."""
    kind = type(thing)
    if issubclass(kind, dict):
        return list(dict.values(thing))
    if issubclass(kind, list):
        return list.__getitem__(thing, slice(None))
    if issubclass(kind, tuple):
        return tuple.__getitem__(thing, slice(None))
    return list(deque.__iter__(thing)) if issubclass(kind, deque) else ()


def runs_no_code(kind: type) -> bool:
    """Whether such a key is found in a dict without code of the program."""
    equals, hashes = (class_attribute(kind, name) for name in ("__eq__", "__hash__"))
    return type(equals) is types.WrapperDescriptorType and (
        type(hashes) is types.WrapperDescriptorType
        or (type(hashes) is types.FunctionType and is_ours(hashes.__module__))
    )


def key_base(kind: type) -> type | None:
    """The stable type whose hash and equality these keys have; None for any other."""
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
    """Whether a dict can be asked for a key without running code of the program."""
    return PLAIN_KEYS[type(key)] and (
        dict.__len__(mapping) > MANY_KEYS
        or all(PLAIN_KEYS[kind] for kind in set(map(type, dict.keys(mapping))))
    )


def has_key(mapping: dict[Any, Any], key: Any) -> bool:
    """Whether a dict is known to have a key; false if only the program can tell."""
    return can_look_up(mapping, key) and dict.__contains__(mapping, key)


def item_key(container: Any, key: Any) -> Any:
    """What an item is known by: the same in each run, and the same for each of its
    keys; None for all items.

    In a sequence, -1 is another name of the last index.
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
    """What a module is known by: its file, or else its name."""
    names = namespace_of(module)
    return str(names.get("__file__") or names.get("__name__"))
