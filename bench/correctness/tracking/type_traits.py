"""Which objects may be shared state of the program, by their types.

An answer is looked up at every access, so it is remembered for each type.
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
from pathlib import PurePath
from typing import Any, TypeVar

from bench.correctness.engine.frames import is_ours

CONTAINERS = (
    list, dict, set, deque, bytearray, array, UserDict, UserList, ChainMap, memoryview,
)  # fmt: skip
PLAIN_KEYS = (int, str, bytes, bool, type(None), float)
QUIET = (
    types.BuiltinFunctionType, types.MethodType, int, str, float, bytes, tuple,
    frozenset, type(None), range, complex, re.Pattern, PurePath,
)  # fmt: skip
IMMUTABLE = (
    int, str, float, bytes, tuple, frozenset, type(None), range, complex, type,
    re.Pattern, re.Match, PurePath, types.ModuleType, types.CoroutineType,
)  # fmt: skip
STDLIB_INTERNALS = (
    "_asyncio",
    "_contextvars",
    "contextvars",
    "_thread",
    "_io",
    "datetime",
    "enum",
)
ITERATORS = ("builtins", "itertools")
LAZY = {
    type({}.keys()), type({}.values()), type({}.items()), enumerate, zip, map, filter,
    reversed, type(iter([])), type(iter({})), type(iter({}.items())), type(iter(set())),
    type(iter({}.values())), type(iter(deque())), type(reversed([])), type(iter(())),
}  # fmt: skip
FLATTENING = (itertools.chain, itertools.starmap)
WRAPPERS = {ChainMap: "maps", UserDict: "data", UserList: "data", memoryview: "obj"}
PROGRAM: set[str] = set()  # modules whose classes are the program's, and tell of it all
MANY = 500  # types remembered before the memory is cleared: each run has new ones
BARE = {
    list, dict, set, deque, bytearray, array, defaultdict, OrderedDict, Counter,
    types.FrameType,
}  # fmt: skip
UNTRACKED, ORDINARY, SPECIAL, MODELLED = range(4)
FIXED, OWN, SHARED = range(3)
NOTHING, CONTAINER, VIEW, ITERATOR, ASYNC_ITERATOR, METHOD = range(6)


Answer = TypeVar("Answer")


class TypeCache(dict[type, Answer]):
    """What a question has been answered for each type; asked at the first look."""

    def __init__(self, question: Callable[[type], Answer]) -> None:
        super().__init__()
        self.question = question

    def __missing__(self, kind: type) -> Answer:
        if len(self) > MANY:
            self.clear()
        self[kind] = answer = self.question(kind)
        return answer


def tracking(kind: type) -> int:
    """Whether attributes of such objects may be shared state of the program."""
    module = kind.__module__
    if issubclass(kind, type | types.ModuleType | types.FunctionType):
        return SPECIAL
    if (
        issubclass(kind, QUIET) and not kind.__dictoffset__
    ) or module in STDLIB_INTERNALS:
        return UNTRACKED
    if is_ours(module):  # a thread or a queue, with what the program puts on it
        return MODELLED if kind.__dictoffset__ else UNTRACKED
    return ORDINARY


def contents(kind: type) -> int:
    """Whether such an object holds others, or goes over one that does."""
    if issubclass(kind, CONTAINERS) or keeps_items(kind):
        return CONTAINER
    if kind in LAZY:
        return VIEW
    if kind.__module__ in ITERATORS and hasattr(kind, "__next__"):
        return ITERATOR
    if kind is types.BuiltinFunctionType:
        return METHOD
    return ASYNC_ITERATOR if kind is types.AsyncGeneratorType else NOTHING


def keeps_items(kind: type) -> bool:
    """Whether code that is not the program's own keeps items in such an object.

    A WeakSet does, and what an extension module has for an array.
    """
    if state(kind) != SHARED:
        return False

    def unseen(name: str) -> bool:
        method = getattr(kind, name, None)
        names = getattr(method, "__globals__", ())
        return method is not None and "_explored_" not in names

    return (
        unseen("__setitem__")
        or unseen("__delitem__")
        or (unseen("add") and unseen("__contains__"))
    )


def inner(kind: type) -> str:
    """The attribute in which a container keeps others, if it wraps them."""
    for owner, name in WRAPPERS.items():
        if issubclass(kind, owner):
            return name
    return ""


def state(kind: type) -> int:
    """What a method of such an object, which is not transformed, may change."""
    if issubclass(kind, IMMUTABLE):
        return FIXED
    module = kind.__module__
    return OWN if is_ours(module) or module in STDLIB_INTERNALS[:4] else SHARED


def hides_writes(kind: type) -> bool:
    """Whether code that we do not see may change attributes of such an object."""
    return (
        TRACKED[kind] == ORDINARY
        and kind not in BARE
        and kind not in LAZY
        and kind.__module__ != "itertools"
    )


TRACKED = TypeCache(tracking)
INNER = TypeCache(inner)
HIDES_WRITES = TypeCache(hides_writes)
CONTENTS = TypeCache(contents)
STATE = TypeCache(state)


def plain(key: Any) -> Any:
    return key if isinstance(key, PLAIN_KEYS) else None


def behind(lazy: Any, depth: int = 4) -> list[Any]:
    """The containers that a view or an iterator goes over, or asks for each item."""
    found = []
    for thing in gc.get_referents(lazy):
        if isinstance(thing, types.BuiltinFunctionType):
            thing = thing.__self__
        if isinstance(thing, CONTAINERS):
            found.append(thing)
        elif depth and type(thing) in LAZY:
            found += behind(thing, depth - 1)
        elif depth and isinstance(thing, tuple):
            for item in thing:
                if type(item) in LAZY:
                    found += behind(item, depth - 1)
    if type(lazy) in FLATTENING:
        found += [item for one in found for item in one if isinstance(item, CONTAINERS)]
    return found
