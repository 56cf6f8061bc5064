"""Reports that are repeated where code in C calls Python in its middle.

`sort` of paths compares them in Python, and `pickle.dumps` calls `__getstate__`: other
workers may run there, before C goes on to read or write.  No hook is in such code, or
none that knows what called it.  So the interpreter itself tells when a function begins
and returns, as it tells a profiler, but only within calls of C that race.
"""

import ctypes
import gc
import inspect
import itertools
import sys
import types
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from opcode import opname
from typing import Any

from bench.correctness.engine.frames import is_ours
from bench.correctness.engine.kernel import kernel
from bench.correctness.instrument.special_methods import CALLED_IN_C
from bench.correctness.tracking.base_slots import (
    bases,
    is_rewritten,
    is_rewritten_frame,
    items_within,
    members,
)
from bench.correctness.tracking.iterators import LAZY
from bench.correctness.tracking.referents import HELD, ITERATORS_OF_ITEMS, items_behind
from bench.correctness.tracking.rereads import READS_KEPT
from bench.correctness.tracking.type_cache import TypeCache
from bench.correctness.tracking.type_traits import (
    BUILTIN_METHODS,
    CONTENTS,
    ITERATOR,
    WEAK_DATA,
    WRAPPED,
)

DEPTH = 3  # containers in containers whose items are looked at
ITEMS = 50  # of each, at most
# Methods that neither compare nor hash, and ask what they are given for nothing.
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
# Methods that compare what they are given with a key of the same hash, if at all.
HASHING_METHODS = {"add", "discard", "remove", "get", "pop", "setdefault"}
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
SHOWING = {repr, str, ascii, format, print}
SHOWING_NAMES = {"__repr__", "__str__", "__format__"}
ALWAYS = {"dump", "dumps"}  # what is deep within decides
WITHIN_C = CALLED_IN_C | {"keys"}  # methods that C code calls in its middle
ENDS = {"RETURN_VALUE", "RETURN_CONST"}
RESUMED = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
VIEWS = {type({}.keys()), type({}.values()), type({}.items())}
GOING_THROUGH = {*VIEWS, *ITERATORS_OF_ITEMS}
HOLDING = (dict, list, tuple, set, frozenset, deque)
PLAIN = {
    str, int, float, bytes, bool, complex, type(None), range, bytearray, memoryview,
    object, slice, types.ModuleType, types.CodeType, types.FrameType, *LAZY,
}  # fmt: skip
# What C code calls, or asks for items, if it is kept by an object in C.
ASKED = (types.FunctionType, types.MethodType, types.GeneratorType, partial)
# The answers of `runs_python`: with SHOWN it does so where a text is made, with WITHIN
# what the object holds decides.
NO, SHOWN, WITHIN, YES = range(4)
Again = Callable[[], object]
AGAIN: dict[types.FrameType, Again] = {}  # by the frame that has called C
# By the frame whose expression is evaluated, and its line.
EXPECTED: dict[types.FrameType, tuple[int, tuple[Again, ...]]] = {}
NOTHING: tuple[int, tuple[Again, ...]] = (0, ())
RUN: list[Any] = [None]  # the run whose expressions these are
FOREIGN: list[Any] = [None]  # the profiler that was there before


def may_call_python(function: Any, given: tuple[Any, ...]) -> bool:
    """Whether a function in C may run Python, and no other report follows that."""
    if function in QUIET_FUNCTIONS or (kernel.current.in_loop and not kernel.mixed):
        return False
    owner = getattr(function, "__self__", None)
    kind, name = type(owner), getattr(function, "__name__", "")
    if kind in QUIET_METHODS and name in QUIET_METHODS[kind]:
        return False
    if name in ALWAYS:
        return True
    shown = function in SHOWING or name in SHOWING_NAMES
    if kind in HASHING_TYPES and name in HASHING_METHODS:
        return python_among(given, shown=shown)
    if function is next:  # a generator reports that it yields
        return type(given[0]) not in ASKED and python_among(given, shown=shown)
    if owner is None or issubclass(kind, types.ModuleType):
        return python_among(given, shown=shown)
    return python_among((owner, *given), shown=shown)


def python_among(things: Iterable[Any], depth: int = DEPTH, *, shown: bool) -> bool:
    """Whether C code that reads these objects may run Python."""
    for thing in things:
        answer = RUNS_PYTHON[type(thing)]
        if answer == YES or (shown and answer == SHOWN):
            return True
        if depth and (answer == WITHIN or issubclass(type(thing), HOLDING)):
            if python_among(inside(thing), depth - 1, shown=shown):
                return True
            if not issubclass(type(thing), (*HOLDING, *GOING_THROUGH)) and any(
                issubclass(type(one), ASKED) or type(one) in LAZY
                for one in gc.get_referents(thing)
            ):
                return True
    return False


def inside(thing: Any) -> Iterable[Any]:
    """What an object in C holds, and may compare, hash, add or ask for items."""
    kind = type(thing)
    if issubclass(kind, dict):
        items = zip(dict.keys(thing), dict.values(thing), strict=True)
        return [one for pair in itertools.islice(items, ITEMS) for one in pair]
    if issubclass(kind, set | frozenset):
        return [*itertools.islice(kind.__iter__(thing), ITEMS)]
    if issubclass(kind, HOLDING):
        return items_within(thing)[:ITEMS]  # type: ignore[no-any-return]
    if kind in GOING_THROUGH:
        return items_behind(thing)[:ITEMS]
    return gc.get_referents(thing)[:ITEMS]


def runs_python(kind: type) -> int:
    """Whether C code that reads such objects runs Python: one of the four answers.

    Special methods that are rewritten are left out: they report that they return.
    """
    if kind in PLAIN or issubclass(kind, type) or issubclass(kind, ASKED):
        return NO
    if kind in BUILTIN_METHODS:  # the key of `sort`
        return YES
    found = {
        name
        for owner in bases(kind)
        for name, member in members(owner).items()
        if name in WITHIN_C and is_followed(member, name)
    }
    if found:
        return SHOWN if found <= SHOWING_NAMES else YES
    if any(is_python_class(owner) for owner in bases(kind)):
        return WITHIN if issubclass(kind, HOLDING) else NO
    return WITHIN


def is_followed(member: Any, name: str) -> bool:
    """Whether a method is in Python, and reports itself neither calls nor returns."""
    if type(member) is not types.FunctionType or is_ours(str(member.__module__)):
        return False
    resumed = member.__code__.co_flags & RESUMED
    return name not in CALLED_IN_C or bool(resumed) or not is_rewritten(member)


def is_python_class(kind: type) -> bool:
    """Whether a class is made by a statement, and not in C."""
    own = members(kind)
    return "__dict__" in own or "__slots__" in own or "__weakref__" in own


RUNS_PYTHON = TypeCache(runs_python)


def watched(again: Again, function: Any, args: Any, kwargs: Any) -> Any:
    """Call a function in C; repeat a report after each Python function that it calls.

    A generator that it asks is reported before each item, while nothing else can ask.
    """
    frame = sys._getframe()
    # Another worker may end an iterator: C then frees what runs, and Python may crash.
    held = [*iterators_within(args, DEPTH)] if function is next else []
    note_held(held, 1)
    begin()
    AGAIN[frame] = again
    try:
        return function(*args, **kwargs)
    finally:
        del AGAIN[frame]
        end()
        note_held(held, -1)
        del held


def note_held(things: list[Any], change: int) -> None:
    for key in map(id, things):
        HELD[key] = HELD.get(key, 0) + change
        if not HELD[key]:
            del HELD[key]


def iterators_within(things: Iterable[Any], depth: int) -> Iterator[Any]:
    """The iterators and generators that C code asks, one behind another.

    `count` gives its number away twice if it is asked while it adds: that stays alive.
    """
    for thing in things:
        kind = type(thing)
        if kind is itertools.count:
            for number in gc.get_referents(thing):
                ctypes.pythonapi.Py_IncRef(ctypes.py_object(number))
        elif kind is types.GeneratorType:
            yield thing
        elif depth and (kind is tuple or CONTENTS[kind] == ITERATOR):
            yield thing
            yield from iterators_within(gc.get_referents(thing), depth - 1)


def expect_python(value: Any, again: Again, *, depth: int = DEPTH) -> None:
    """Let a report be repeated within the expression that a hook stands before.

    It ends with the next hook on another line: what follows needs no more reports.
    """
    if kernel.lets_die and WRAPPED[type(value)] != WEAK_DATA:
        return  # it would live longer than in the program
    if kernel.current.in_loop and not kernel.mixed:
        return
    if not python_among((value,), depth, shown=True):
        return
    frame: types.FrameType | None = sys._getframe(2)
    while frame is not None and not is_rewritten_frame(frame):
        frame = frame.f_back
    if frame is None:
        return
    begin()
    line, reports = EXPECTED.get(frame, NOTHING)
    kept = reports[1 - READS_KEPT :] if line == frame.f_lineno else ()
    EXPECTED[frame] = frame.f_lineno, (*kept, again)


def begin() -> None:
    """Let the interpreter tell of calls: each greenlet anew, also if it does so."""
    if RUN[0] is not kernel.transitions:
        RUN[0] = kernel.transitions
        EXPECTED.clear()  # a run that was abandoned may have left some
    current = sys.getprofile()
    if current is not note:
        FOREIGN[0] = current
    sys.setprofile(note)


def end() -> None:
    if not (AGAIN or EXPECTED):
        sys.setprofile(FOREIGN[0])


def note(frame: types.FrameType, event: str, value: Any) -> None:
    """Repeat a report if this frame was called by C code that is watched."""
    if event not in ("call", "return"):
        return
    if event == "return" and frame in EXPECTED:
        del EXPECTED[frame]
        end()
    caller: Any = frame.f_back
    again = AGAIN.get(caller)
    line, expected = EXPECTED.get(caller, NOTHING)
    if again is None and not expected:
        return
    code = frame.f_code
    if is_ours(str(frame.f_globals.get("__name__"))):
        if expected and event == "call" and caller.f_lineno != line:
            del EXPECTED[caller]
            end()
        return
    resumed = code.co_flags & RESUMED
    if event == "return":
        if resumed and opname[code.co_code[frame.f_lasti]] not in ENDS:
            return
    elif not resumed:
        return
    if kernel.alone or (
        not resumed and code.co_name in CALLED_IN_C and is_rewritten_frame(frame)
    ):
        return  # it has told so itself
    for one in expected if again is None else (again,):
        sys.call_tracing(one, ())
