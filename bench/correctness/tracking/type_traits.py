"""Which objects may be shared state of the program, by their types.

Every access needs these answers, so each is computed once for a type.
"""

import gc
import itertools
import re
import types
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
from collections.abc import Callable
from functools import lru_cache
from pathlib import PurePath
from typing import Any, TypeVar

from bench.correctness.engine.frames import is_ours

CONTAINERS = (
    list, dict, set, deque, bytearray, array, UserDict, UserList, ChainMap, memoryview,
)  # fmt: skip
# Keys of these types are the same in each run.
STABLE_KEYS = (int, str, bytes, bool, type(None), float)
UNTRACKED_TYPES = (  # their attributes never change
    types.BuiltinFunctionType, types.MethodType, int, str, float, bytes, tuple,
    frozenset, type(None), range, complex, re.Pattern, PurePath,
)  # fmt: skip
IMMUTABLE = (
    int, str, float, bytes, tuple, frozenset, type(None), range, complex, type,
    re.Pattern, re.Match, PurePath, types.ModuleType, types.CoroutineType,
)  # fmt: skip
STDLIB_INTERNALS = (
    "_asyncio", "_contextvars", "contextvars", "_thread", "_io", "datetime", "enum",
)  # fmt: skip
STATE_OF_THEIR_OWN = STDLIB_INTERNALS[:4]  # calls of them are modelled, or not shared
ITERATOR_MODULES = ("builtins", "itertools")
LAZY = {  # views and iterators that read the container behind them for each item
    type({}.keys()), type({}.values()), type({}.items()), enumerate, zip, map, filter,
    reversed, type(iter([])), type(iter({})), type(iter({}.items())), type(iter(set())),
    type(iter({}.values())), type(iter(deque())), type(reversed([])), type(iter(())),
}  # fmt: skip
FLATTENING = (itertools.chain, itertools.starmap)  # they read containers in items
# The attribute in which a container keeps the one that it wraps.
WRAPPERS = {ChainMap: "maps", UserDict: "data", UserList: "data", memoryview: "obj"}
PROGRAM: set[str] = set()  # the program's modules: methods of their classes call hooks
MAX_TYPES = 500  # in a cache before it is cleared: each run makes new types
WITHOUT_ATTRIBUTES = {  # not instances of a subclass, which may have some
    list, dict, set, deque, bytearray, array, defaultdict, OrderedDict, Counter,
    types.FrameType,
}  # fmt: skip
CACHE = type(lru_cache(len))  # of functions with a cache
# The answers of `tracking`: SPECIAL are classes, modules and functions; MODELLED are
# models of the library's objects, on which the program may set attributes of its own.
UNTRACKED, ORDINARY, SPECIAL, MODELLED = range(4)
# The answers of `state`: none that changes; one that a model or the interpreter
# guards; one that workers may share without a guard.
FIXED, OWN, SHARED = range(3)
# The answers of `contents`: VIEW is an object in LAZY, ITERATOR another iterator of the
# library, METHOD a built-in function, perhaps of a container.
NOTHING, CONTAINER, VIEW, ITERATOR, ASYNC_ITERATOR, METHOD = range(6)


Answer = TypeVar("Answer")


TYPE_CACHES: list[dict[type, Any]] = []  # all of them


def forget_types() -> None:
    """Clear all caches: they would keep the classes of programs that are done with."""
    for cache in TYPE_CACHES:
        cache.clear()


class TypeCache(dict[type, Answer]):
    """The answer of a function for each type, computed when it is first needed."""

    def __init__(self, compute: Callable[[type], Answer]) -> None:
        super().__init__()
        self.compute = compute
        TYPE_CACHES.append(self)

    def __missing__(self, kind: type) -> Answer:
        if len(self) > MAX_TYPES:
            self.clear()
        self[kind] = answer = self.compute(kind)
        return answer


def tracking(kind: type) -> int:
    """Whether attributes of such objects may be shared state of the program.

    One of UNTRACKED, ORDINARY, SPECIAL and MODELLED.
    """
    module = kind.__module__
    if issubclass(kind, type | types.ModuleType | types.FunctionType):
        return SPECIAL
    if (
        issubclass(kind, UNTRACKED_TYPES) and not kind.__dictoffset__
    ) or module in STDLIB_INTERNALS:
        return UNTRACKED
    if is_ours(module):  # such as a thread, on which a program may set attributes
        return MODELLED if kind.__dictoffset__ else UNTRACKED
    return ORDINARY


def contents(kind: type) -> int:
    """Whether such an object is a container, or iterates over one.

    One of NOTHING, CONTAINER, VIEW, ITERATOR, ASYNC_ITERATOR and METHOD.
    """
    if issubclass(kind, CONTAINERS) or is_foreign_container(kind):
        return CONTAINER
    if kind in LAZY:
        return VIEW
    if kind.__module__ in ITERATOR_MODULES and hasattr(kind, "__next__"):
        return ITERATOR
    if kind is types.BuiltinFunctionType:
        return METHOD
    return ASYNC_ITERATOR if kind is types.AsyncGeneratorType else NOTHING


def is_foreign_container(kind: type) -> bool:
    """Whether code that is not the program's own keeps items in such an object.

    Examples are a WeakSet, and an array of an extension module.
    """
    if state(kind) != SHARED:
        return False

    def has_foreign(name: str) -> bool:
        method = getattr(kind, name, None)
        names = getattr(method, "__globals__", ())
        return method is not None and "_explored_" not in names

    return (
        has_foreign("__setitem__")
        or has_foreign("__delitem__")
        or (has_foreign("add") and has_foreign("__contains__"))
    )


def wrapped(kind: type) -> str:
    """The attribute in which a container keeps the one that it wraps, or nothing."""
    for owner, name in WRAPPERS.items():
        if issubclass(kind, owner):
            return name
    return ""


def state(kind: type) -> int:
    """What a method of such an object may change, if the method is not rewritten.

    One of FIXED, OWN and SHARED.
    """
    if issubclass(kind, IMMUTABLE):
        return FIXED
    module = kind.__module__
    return OWN if is_ours(module) or module in STATE_OF_THEIR_OWN else SHARED


def hides_writes(kind: type) -> bool:
    """Whether code that is not rewritten may change attributes of such an object."""
    return (
        TRACKED[kind] == ORDINARY
        and kind not in WITHOUT_ATTRIBUTES
        and kind not in LAZY
        and kind.__module__ != "itertools"
    )


TRACKED = TypeCache(tracking)
WRAPPED = TypeCache(wrapped)
HIDES_WRITES = TypeCache(hides_writes)
CONTENTS = TypeCache(contents)
STATE = TypeCache(state)


def stable_key(key: Any) -> Any:
    """The key, if it is the same in each run; else None, which means all items."""
    return key if isinstance(key, STABLE_KEYS) else None


def containers_behind(lazy: Any, depth: int = 4) -> list[Any]:
    """The containers that a view or an iterator reads for each item.

    One iterator may be behind another, down to this depth.
    """
    found = []
    for thing in gc.get_referents(lazy):
        if isinstance(thing, types.BuiltinFunctionType):
            thing = thing.__self__
        if isinstance(thing, CONTAINERS):
            found.append(thing)
        elif depth and type(thing) in LAZY:
            found += containers_behind(thing, depth - 1)
        elif depth and isinstance(thing, tuple):
            for item in thing:
                if type(item) in LAZY:
                    found += containers_behind(item, depth - 1)
    if type(lazy) in FLATTENING:
        nested = [item for one in found for item in one]
        found += [item for item in nested if isinstance(item, CONTAINERS)]
    return found
