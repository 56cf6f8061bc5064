"""Which objects may be shared state of the program; this depends on their types.

Every access needs the answer for a type.  So each answer is computed only once.
"""

import contextvars
import operator
import random
import re
import types
import weakref
from array import array
from collections import (
    ChainMap,
    Counter,
    OrderedDict,
    UserDict,
    UserList,
    defaultdict,
    deque,
)
from collections.abc import ItemsView, KeysView, ValuesView
from functools import lru_cache, partial
from pathlib import PurePath
from typing import Any

from bench.correctness.engine.frames import is_ours
from bench.correctness.tracking.base_slots import (
    class_attribute,
    dict_offset,
    has_attributes,
    is_foreign_enum,
    is_rewritten,
    module_of,
)
from bench.correctness.tracking.type_cache import TypeCache

CONTAINERS = (
    list, dict, set, deque, bytearray, array, UserDict, UserList, ChainMap, memoryview,
)  # fmt: skip
# Containers whose items have a key or an index.
ITEMS_TOLD_APART = (list, dict, deque, bytearray, array)
UNTRACKED_TYPES = (  # types whose attributes never change
    types.BuiltinFunctionType, types.MethodType, int, str, float, bytes, tuple,
    frozenset, type(None), range, complex, re.Pattern, PurePath,
)  # fmt: skip
IMMUTABLE = (
    int, str, float, bytes, tuple, frozenset, type(None), range, complex, type,
    re.Pattern, re.Match, PurePath, types.ModuleType, types.CoroutineType,
)  # fmt: skip
# Standard modules.  Objects of their classes have no tracked attributes, and do not
# count as iterators.  `_io` is not listed: files may have attributes, and iterate.
STDLIB_INTERNALS = (
    "_asyncio", "_contextvars", "contextvars", "_thread", "datetime", "enum",
)  # fmt: skip
# Modules whose objects are models, or are not shared by workers.
STATE_OF_THEIR_OWN = STDLIB_INTERNALS[:4]
VIEWS = {  # types that read another container for each item
    type({}.keys()), type({}.values()), type({}.items()), type(OrderedDict().keys()),
    type(OrderedDict().values()), type(OrderedDict().items()), KeysView, ValuesView,
    ItemsView, types.MappingProxyType,
}  # fmt: skip
# The attribute in which a wrapper stores the container that it wraps.
WRAPPERS = {ChainMap: "maps", UserDict: "data", UserList: "data", memoryview: "obj"}
WEAK_CONTAINERS = (
    weakref.WeakValueDictionary, weakref.WeakKeyDictionary, weakref.WeakSet,
)  # fmt: skip
PER_THREAD = "_x_per_thread"  # an attribute of the model of `threading.local`
WEAK_DATA = "weak data"  # the answer of `wrapped` for a type in WEAK_CONTAINERS
PROGRAM: set[str] = set()  # the program's modules, whose code calls hooks
WITHOUT_ATTRIBUTES = {  # instances of a subclass may have attributes
    list, dict, set, deque, bytearray, array, defaultdict, OrderedDict, Counter,
    types.FrameType, types.CoroutineType, contextvars.Context, weakref.ReferenceType,
}  # fmt: skip
READING_METHODS = {  # methods in C, or of foreign code, that change nothing
    "copy", "count", "get", "index", "items", "keys", "values", "__contains__",
    "__len__", "isdisjoint", "issubset", "issuperset", "union", "difference",
    "intersection", "symmetric_difference", "hex", "decode", "find", "getvalue",
    "tobytes", "tolist", "most_common", "elements", "__getitem__", "__iter__",
    "__reduce_ex__", "__reduce__", "__getstate__", "__reversed__",
    "__repr__", "__str__", "__format__", "__hash__", "__bool__", "__sizeof__",
    "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__add__", "__radd__",
    "__mul__", "__rmul__", "__or__", "__ror__", "__and__", "__rand__", "__sub__",
    "__rsub__", "__xor__", "__rxor__", "__dir__", "getstate",
}  # fmt: skip
READING_FUNCTIONS: set[Any] = {  # functions that change nothing in their arguments
    len, sum, min, max, sorted, any, all, repr, ascii, print, iter, format, "".join,
    operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge,
    operator.contains, operator.countOf, operator.indexOf, operator.concat,
    operator.add, operator.getitem, operator.truth, operator.not_,
}  # fmt: skip
# An access: the object; its attribute, or None for contents; whether it is a write.
ObjectAccess = tuple[Any, Any, bool]
PROXIES = (weakref.ProxyType, weakref.CallableProxyType)
# Some methods in C, such as those of an array, have a type of their own.
BUILTIN_FUNCTIONS: set[type] = {types.BuiltinFunctionType, type(array("i").extend)}
BUILTIN_METHODS = {*BUILTIN_FUNCTIONS, types.MethodWrapperType}  # `d.__setitem__`
# Types of functions that suspend, and can be resumed.
SUSPENDED = (types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType)
SPECIAL_TYPES = (
    type, types.ModuleType, types.FunctionType, weakref.finalize, *PROXIES,
    *SUSPENDED, types.MethodType, types.CellType,
)  # fmt: skip
CALLABLES = (
    types.MethodDescriptorType, types.WrapperDescriptorType, types.MethodType, partial,
)  # fmt: skip
CACHE = type(lru_cache(len))  # the type of functions with a cache
# The answers of `tracking`.  SPECIAL: the types in SPECIAL_TYPES.  MODELLED: models of
# the library's objects, and members of its enums; the program may set attributes of its
# own on them.  MORTAL: ordinary objects that run code when they are freed.  ITEMS:
# dicts whose attributes are items, as with `__getattr__ = dict.__getitem__`.  A hook
# finds SPECIAL and ITEMS, which need further tests, by one comparison: `>= SPECIAL`.
UNTRACKED, ORDINARY, MODELLED, MORTAL, SPECIAL, ITEMS = range(6)
# The answers of `state`.  FIXED: the state never changes.  OWN: a model or the
# interpreter guards the state.  SHARED: workers may share the state without a guard.
FIXED, OWN, SHARED = range(3)
# Some answers of `contents`.  VIEW: the types in VIEWS.  ITERATOR: built-in iterators.
# METHOD: functions in C, and objects that are made of a function, such as a partial.
NOTHING, CONTAINER, VIEW, ITERATOR, ASYNC_ITERATOR, METHOD = range(6)
ACCESSING_ATTRIBUTES = ("__getattr__", "__setattr__", "__delattr__")
DESCRIPTORS_IN_C = (types.MethodDescriptorType, types.WrapperDescriptorType)


def tracking(kind: type) -> int:
    """Return whether attributes of objects of a type may be shared state.

    The result is one of UNTRACKED, ORDINARY, MODELLED, MORTAL, SPECIAL and ITEMS.
    """
    module = module_of(kind)
    if issubclass(kind, SPECIAL_TYPES):
        return SPECIAL
    if module in STDLIB_INTERNALS or (
        issubclass(kind, UNTRACKED_TYPES) and not has_attributes(kind, PROGRAM)
    ):
        return UNTRACKED
    # A program may set attributes on some objects of models and of C, such as a thread.
    if is_ours(module) or module == "_io" or is_foreign_enum(kind, PROGRAM):
        return MODELLED if dict_offset(kind) else UNTRACKED
    if finalizes(kind):
        return MORTAL
    if class_attribute(kind, PER_THREAD):  # the model of `threading.local`
        return MODELLED
    return ITEMS if item_methods(kind) else ORDINARY


def is_per_thread(kind: type, key: str) -> bool:
    """Whether each thread has its own value of an attribute; slots are shared."""
    return bool(class_attribute(kind, PER_THREAD)) and not hasattr(
        type(class_attribute(kind, key)), "__set__"
    )


def item_methods(kind: type) -> dict[str, str]:
    """Return the methods of `dict` that a type uses to access attributes.

    For a class with `__getattr__ = dict.get` the result is {"__getattr__": "get"}.
    """
    if not issubclass(kind, dict):
        return {}
    found = {name: class_attribute(kind, name) for name in ACCESSING_ATTRIBUTES}
    return {
        name: method.__name__
        for name, method in found.items()
        if type(method) in DESCRIPTORS_IN_C and issubclass(method.__objclass__, dict)
    }


def finalizes(kind: type) -> bool:
    """Whether an object of this type runs Python code when it is freed."""
    return type(class_attribute(kind, "__del__")) is types.FunctionType


def contents(kind: type) -> int:
    """Return the role that objects of this type have in accesses to containers.

    They may be containers, iterate over them, or be functions in C that access them.
    The result is one of NOTHING, CONTAINER, VIEW, ITERATOR, ASYNC_ITERATOR and METHOD.
    """
    if issubclass(kind, CONTAINERS) or is_foreign_container(kind):
        return CONTAINER
    if kind in VIEWS:
        return VIEW
    if is_builtin_iterator(kind):
        return ITERATOR
    if kind in BUILTIN_METHODS or issubclass(kind, CALLABLES):
        return METHOD
    return ASYNC_ITERATOR if kind is types.AsyncGeneratorType else NOTHING


def is_foreign_container(kind: type) -> bool:
    """Whether code of a library or of C stores items in objects of this type.

    Examples are a WeakSet, and an array of an extension module.
    """
    if state(kind) != SHARED:
        # Of the FIXED and OWN types, only Context has items that C code changes.
        return kind is contextvars.Context

    def has_foreign(name: str) -> bool:
        method = class_attribute(kind, name)
        return method is not None and not is_rewritten(method)

    return (
        has_foreign("__setitem__")
        or has_foreign("__delitem__")
        or (has_foreign("add") and has_foreign("__contains__"))
        or iterates_in_library(kind)
    )


def iterates_in_library(kind: type) -> bool:
    """Whether the `__next__` of this type is Python code of a library."""
    method = class_attribute(kind, "__next__")
    if type(method) is not types.FunctionType or is_rewritten(method):
        return False
    return not is_ours(str(method.__globals__.get("__name__")))


def is_builtin_iterator(kind: type) -> bool:
    """Whether objects of this type iterate in C, over containers or iterators."""
    method = class_attribute(kind, "__next__")
    return (
        type(method) is types.WrapperDescriptorType
        and module_of(kind) not in STDLIB_INTERNALS
    )


def iterates_in_python(kind: type) -> bool:
    """Whether `iter` of an object of this type calls an `__iter__` that is not in C."""
    method = class_attribute(kind, "__iter__")
    return method is not None and type(method) is not types.WrapperDescriptorType


def own_items(kind: type) -> bool:
    """Whether `[key]` on a container of a type may access an item with another key.

    This is possible if the type defines its own functions for `[key]`, or if it is not
    in ITEMS_TOLD_APART.  Then the explorer does not know in advance which item is used.
    """
    return not issubclass(kind, ITEMS_TOLD_APART) or any(
        type(class_attribute(kind, name)) in (types.FunctionType, staticmethod)
        for name in ("__getitem__", "__setitem__", "__delitem__")
    )


def wrapped(kind: type) -> str:
    """Return the name of the attribute in which a wrapper stores its container.

    For a weak dict or set, the result is WEAK_DATA.  For any other type, it is empty.
    """
    if issubclass(kind, WEAK_CONTAINERS):
        return WEAK_DATA
    for owner, name in WRAPPERS.items():
        if issubclass(kind, owner):
            return name
    return ""


def state(kind: type) -> int:
    """Return whether methods without hooks may change the state of objects of a type.

    The result is one of FIXED, OWN and SHARED.
    """
    if issubclass(kind, IMMUTABLE):
        return FIXED
    module = module_of(kind)
    if STATEFUL[kind]:
        return SHARED
    return OWN if is_ours(module) or module in STATE_OF_THEIR_OWN else SHARED


def hides_writes(kind: type) -> bool:
    """Whether code that is not rewritten may change attributes of objects of a type."""
    return (
        TRACKED[kind] in (ORDINARY, MORTAL)
        and kind not in WITHOUT_ATTRIBUTES
        and kind not in VIEWS
        and not is_builtin_iterator(kind)
    )


# Whether a model has state that no lock guards.
STATEFUL = TypeCache(
    lambda kind: (
        issubclass(kind, random.Random) and not issubclass(kind, random.SystemRandom)
    )
)
TRACKED = TypeCache(tracking)
ITEM_METHODS = TypeCache(item_methods)
WRAPPED = TypeCache(wrapped)
HIDES_WRITES = TypeCache(hides_writes)
CONTENTS = TypeCache(contents)
ITERATES_IN_PYTHON = TypeCache(iterates_in_python)
ITERATES_IN_LIBRARY = TypeCache(iterates_in_library)
# Whether the program's own method reads, sets or deletes the items of a type.  Such a
# method reports its accesses itself.
READS_ITEMS_ITSELF = TypeCache(
    lambda kind: is_rewritten(class_attribute(kind, "__getitem__"))
)
SETS_ITEMS_ITSELF = TypeCache(
    lambda kind: is_rewritten(class_attribute(kind, "__setitem__"))
)
DELETES_ITEMS_ITSELF = TypeCache(
    lambda kind: is_rewritten(class_attribute(kind, "__delitem__"))
)
OWN_ITEMS = TypeCache(own_items)
STATE = TypeCache(state)


def kind_of_owner(kind: type) -> int:
    """Return the kind of a type; it decides how a call of a method is reported."""
    if issubclass(kind, weakref.finalize):
        return FINALIZER
    if STATEFUL[kind]:
        return STATEFUL_OWNER
    return MODEL if STATE[kind] == OWN else PLAIN_OWNER


PLAIN_OWNER, MODEL, FINALIZER, STATEFUL_OWNER = range(4)
OWNERS = TypeCache(kind_of_owner)
