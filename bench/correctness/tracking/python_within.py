"""Find functions in C that may run Python code without a hook at its end.

At the end of such Python code, no hook repeats the reports of the function in C.  So
`watched` must call the function, and repeat them.  Whether a function runs Python code
depends on its arguments.  For example, a comparison of two lists runs Python code if
the lists hold paths.
"""

import gc
import inspect
import itertools
import types
from collections import OrderedDict, defaultdict, deque
from collections.abc import Sequence
from functools import partial
from typing import Any

from bench.correctness.engine.frames import is_ours
from bench.correctness.engine.kernel import kernel
from bench.correctness.instrument.special_methods import CALLED_IN_C
from bench.correctness.tracking.base_slots import (
    bases,
    is_rewritten,
    items_within,
    members,
)
from bench.correctness.tracking.deep_reads import SCALARS
from bench.correctness.tracking.iterators import LAZY
from bench.correctness.tracking.referents import ITERATORS_OF_ITEMS, items_behind
from bench.correctness.tracking.type_cache import TypeCache
from bench.correctness.tracking.type_traits import BUILTIN_METHODS, SUSPENDED

DEPTH = 3  # levels of containers whose items are tested
ITEMS = 50  # the most items of a container that are tested
# Methods that neither compare nor hash, and call no methods of their arguments.
QUIET_METHODS: dict[type, set[str]] = {
    list: {"append", "clear", "copy", "insert", "pop", "reverse"},
    deque: {
        "append", "appendleft", "clear", "copy", "insert", "pop", "popleft", "reverse",
        "rotate",
    },
    set: {"clear", "copy", "pop"},
    **{
        kind: {"clear", "copy", "items", "keys", "move_to_end", "popitem", "values"}
        for kind in (dict, defaultdict, OrderedDict)
    },
}  # fmt: skip
# Methods that compare an argument only with a key of the same hash.  For a call of such
# a method, only the types of the arguments are tested, and not the types of the keys.
HASHING_METHODS = {"add", "discard", "remove", "get", "pop", "setdefault", "update"}
HASHING_TYPES = {set, dict, defaultdict, OrderedDict}
QUIET_FUNCTIONS: set[Any] = {
    len,
    id,
    isinstance,
    issubclass,
    callable,
    iter,
    getattr,
    hasattr,
}
QUIET_FUNCTIONS |= {setattr, delattr, vars, dir, type, enumerate, zip, map, filter}
# Functions that iterate over their argument, but do not compare or hash its items.
COPYING = {list, tuple}
COPYING_NAMES = {"extend", "extendleft"}
SHOWING = {repr, str, ascii, format, print}
SHOWING_NAMES = {"__repr__", "__str__", "__format__"}
# Functions that read deeper than DEPTH.  They count as functions that run Python code.
ALWAYS = {"dump", "dumps"}
WITHIN_C = CALLED_IN_C | {"keys"}  # methods that C code may call; `dict` calls `keys`
RESUMED = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
VIEWS = {type({}.keys()), type({}.values()), type({}.items())}
GOING_THROUGH = {*VIEWS, *ITERATORS_OF_ITEMS}
HOLDING = (dict, list, tuple, set, frozenset, deque)
PLAIN_HOLDING = {*HOLDING, *GOING_THROUGH}
# Iterators that keep alive the iterator from which they take items.  The calls of their
# callbacks are reported by `with_callback` of `calls`.
KEEPING = LAZY - {itertools.islice}
PLAIN = {
    str, int, float, bytes, bool, complex, type(None), range, bytearray, memoryview,
    object, slice, types.ModuleType, types.CodeType, types.FrameType, *KEEPING,
}  # fmt: skip
# Types of objects in Python that an object in C may call, or may iterate over.
ASKED = (types.FunctionType, types.MethodType, types.GeneratorType, partial)
# The answers of `runs_python` for objects of a type.  SHOWN: only if C code makes a
# text of the object.  WITHIN: the answer depends on the objects within the object.
NO, SHOWN, YES, WITHIN, SHOWN_OR_WITHIN = range(5)


def may_call_python(function: Any, given: tuple[Any, ...]) -> bool:
    """Whether a function in C may run Python code without a hook at its end.

    If so, the accesses of the function must be reported again after the Python code.
    """
    if function in QUIET_FUNCTIONS or (kernel.current.in_loop and not kernel.mixed):
        return False
    owner = getattr(function, "__self__", None)
    kind, name = type(owner), getattr(function, "__name__", "")
    if issubclass(kind, SUSPENDED):  # a method such as `send`: the generator reports
        return False
    if kind in QUIET_METHODS and name in QUIET_METHODS[kind]:
        return False
    if name in ALWAYS:
        return True
    if function in COPYING or name in COPYING_NAMES:
        given = (*(one for one in given if type(one) not in PLAIN_HOLDING),)
        return bool(given) and python_among(given, shown=False)
    shown = function in SHOWING or name in SHOWING_NAMES
    if kind in HASHING_TYPES and name in HASHING_METHODS:
        return python_among(given, shown=shown)
    if function is next:
        # A generator itself reports that it yields, so the answer for it is no.
        return type(given[0]) not in ASKED and python_among(given, shown=shown)
    if owner is None or issubclass(kind, types.ModuleType):
        return python_among(given, shown=shown)
    return python_among((owner, *given), shown=shown)


def python_among(things: Sequence[Any], depth: int = DEPTH, *, shown: bool) -> bool:
    """Whether C code that reads these objects may run Python code."""
    kinds = {*map(type, things)}
    if SCALARS.issuperset(kinds):
        return False
    hold = False
    for kind in kinds:
        answer = RUNS_PYTHON[kind]
        if answer == YES or (shown and answer in (SHOWN, SHOWN_OR_WITHIN)):
            return True
        hold |= answer >= WITHIN
    return hold and depth > 0 and any(holds_python(one, depth, shown) for one in things)


def holds_python(thing: Any, depth: int, shown: bool) -> bool:
    """Whether C code that reads what an object holds may run Python."""
    kind = type(thing)
    if RUNS_PYTHON[kind] < WITHIN:
        return False
    if python_among(inside(thing), depth - 1, shown=shown):
        return True
    return not (issubclass(kind, HOLDING) or kind in GOING_THROUGH) and asks(thing)


def asks(thing: Any) -> bool:
    """Whether an object in C may call Python code, or take items from a generator.

    It may also do so through an iterator such as `map`.
    """
    held: list[Any] = gc.get_referents(thing)
    for one in [*held]:
        if type(one) in ITERATORS_OF_ITEMS:
            held += items_behind(one)[:ITEMS]
        elif type(one) is tuple:  # only `gc` can safely read an incomplete tuple
            held += gc.get_referents(one)[:ITEMS]
    return any(issubclass(type(one), ASKED) or type(one) in LAZY for one in held)


def inside(thing: Any) -> Sequence[Any]:
    """Return the objects that an object in C holds.

    C code may compare, hash or add these objects, or iterate over them.
    """
    kind = type(thing)
    if issubclass(kind, dict):
        items = zip(dict.keys(thing), dict.values(thing), strict=True)
        return [one for pair in itertools.islice(items, ITEMS) for one in pair]
    if issubclass(kind, set | frozenset):
        return [*itertools.islice(kind.__iter__(thing), ITEMS)]
    if issubclass(kind, tuple):  # only `gc` can safely read an incomplete tuple
        return gc.get_referents(thing)[:ITEMS]
    if issubclass(kind, HOLDING):
        return items_within(thing)[:ITEMS]  # type: ignore[no-any-return]
    if kind in GOING_THROUGH:
        return items_behind(thing)[:ITEMS]
    return gc.get_referents(thing)[:ITEMS]


def runs_python(kind: type) -> int:
    """Return whether C code that reads objects of a type runs Python code.

    The result is NO, SHOWN, YES, WITHIN or SHOWN_OR_WITHIN.  Methods with a hook at
    their end are not counted, because the hook repeats the reads; see `is_followed`.
    """
    if kind in PLAIN or issubclass(kind, type) or issubclass(kind, ASKED):
        return NO
    if kind in BUILTIN_METHODS:
        # C code may call a built-in method that it reads, and the method may call
        # Python code.  For example, `items.sort(key=d.get)` calls `d.get`, which calls
        # `__hash__` of an item.
        return YES
    found = {
        name
        for owner in bases(kind)
        for name, member in members(owner).items()
        if name in WITHIN_C and is_followed(member, name)
    }
    if found:
        if not found <= SHOWING_NAMES:
            return YES
        return SHOWN_OR_WITHIN if issubclass(kind, HOLDING) else SHOWN
    if any(is_python_class(owner) for owner in bases(kind)):
        return WITHIN if issubclass(kind, HOLDING) else NO
    return WITHIN


def is_followed(member: Any, name: str) -> bool:
    """Whether a method is Python code without a hook at its end.

    The hook reports that the method returns.  A rewritten method has this hook if its
    name is in CALLED_IN_C, and if it is no generator and no coroutine.  For a method of
    a model, the answer is no.
    """
    if type(member) is not types.FunctionType or is_ours(str(member.__module__)):
        return False
    resumed = member.__code__.co_flags & RESUMED
    return name not in CALLED_IN_C or bool(resumed) or not is_rewritten(member)


def is_python_class(kind: type) -> bool:
    """Whether a class is made by a `class` statement, and not in C."""
    own = members(kind)
    return "__dict__" in own or "__slots__" in own or "__weakref__" in own


RUNS_PYTHON = TypeCache(runs_python)
