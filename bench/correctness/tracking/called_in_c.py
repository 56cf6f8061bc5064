"""Repeat reports when C code calls Python code between its own accesses.

For example, a sort of paths calls Python code that compares two paths, and
`pickle.dumps` calls `__getstate__`.  Other workers may run in this Python code.  After
that, the C code continues to read or write, so its accesses must be reported again.  No
hook can do this: either the Python code has no hooks, or its hooks do not know which C
code has called it.  So the function `note` is set as the profiler.  The interpreter
calls `note` when a Python function begins or returns.  The profiler is set only while
such C code runs at a scheduling point.
"""

import ctypes
import gc
import itertools
import sys
import types
from collections.abc import Callable, Iterable, Iterator
from opcode import opname
from typing import Any

from bench.correctness.engine.frames import is_ours
from bench.correctness.engine.kernel import kernel
from bench.correctness.instrument.special_methods import CALLED_IN_C
from bench.correctness.tracking.base_slots import is_rewritten_frame
from bench.correctness.tracking.python_within import DEPTH, RESUMED, python_among
from bench.correctness.tracking.referents import HELD
from bench.correctness.tracking.rereads import READS_KEPT
from bench.correctness.tracking.type_traits import (
    BUILTIN_METHODS,
    CONTENTS,
    ITERATOR,
    WEAK_DATA,
    WRAPPED,
)

ENDS = {"RETURN_VALUE", "RETURN_CONST"}
Again = Callable[[], object]
# By the frame that called the C code: the function that repeats the report.
AGAIN: dict[types.FrameType, Again] = {}
OF_KEYS: set[types.FrameType] = set()  # of calls whose `key` is a C method
# By the frame that evaluates an expression: the line, and the reports to repeat.
EXPECTED: dict[types.FrameType, tuple[int, tuple[Again, ...]]] = {}
NOTHING: tuple[int, tuple[Again, ...]] = (0, ())
RUN: list[Any] = [None]  # the run to which the entries of EXPECTED belong
FOREIGN: list[Any] = [None]  # the profiler that was set before


def watched(again: Again, function: Any, args: Any, kwargs: Any) -> Any:
    """Call a function in C; repeat a report after each Python function that it calls.

    After a special method of the program, the report is usually not repeated here.  The
    hook in the special method repeats the last read instead.  There is one exception:
    `items.sort(key=weights.get)` reads `items` first, and then `weights`.  If
    `weights.get` calls the `__hash__` of an item, the hook in `__hash__` repeats only
    the last read, which is that of `weights`.  So the read of `items` is repeated here.

    If the function iterates over a generator, the report is repeated when the generator
    resumes and when it ends, but not when it yields.  The report may let other workers
    run.  A generator that has just resumed is running, so no other worker can use it.
    At a yield, another worker could resume it.
    """
    frame = sys._getframe()
    # Another worker may use up the same iterator during the call.  Then the C code
    # would free objects that are in use, and Python might crash.  So `held` keeps these
    # objects alive until the call ends.
    held = [*iterators_within(args, DEPTH)] if function is next else []
    note_held(held, 1)
    begin()
    AGAIN[frame] = again
    if is_bound_in_c(kwargs.get("key")):
        OF_KEYS.add(frame)
    try:
        return function(*args, **kwargs)
    finally:
        del AGAIN[frame]
        OF_KEYS.discard(frame)
        end()
        note_held(held, -1)
        del held


def is_bound_in_c(key: Any) -> bool:
    """Whether the key of `sort` is a C method of an object, such as `weights.get`."""
    if type(key) not in BUILTIN_METHODS:
        return False
    owner = key.__self__
    return owner is not None and not issubclass(type(owner), types.ModuleType)


def note_held(things: list[Any], change: int) -> None:
    for key in map(id, things):
        HELD[key] = HELD.get(key, 0) + change
        if not HELD[key]:
            del HELD[key]


def iterators_within(things: Iterable[Any], depth: int) -> Iterator[Any]:
    """Yield the iterators and generators from which C code takes items.

    The search follows iterators behind iterators for `depth` levels.

    An `itertools.count` is not yielded.  It may run Python code when it adds to its
    number.  If a second worker uses the same `count` during this addition, the C code
    releases the number twice, and Python may crash.  To prevent this, the number gets
    an additional reference here.
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
    """Repeat a report after each Python function that C code calls to read a value.

    The C code runs within an expression of the program.  When this expression is
    complete, the report is not repeated any more.  No hook reports this moment.  So the
    expression counts as complete as soon as the function that contains it calls a hook
    on another line, or returns.
    """
    if kernel.lets_die and WRAPPED[type(value)] != WEAK_DATA:
        return  # `again` would keep the value alive longer than the program does
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
    """Set `note` as the profiler in this greenlet; each greenlet needs its own call."""
    if RUN[0] is not kernel.transitions:
        RUN[0] = kernel.transitions
        EXPECTED.clear()  # an abandoned run may have left entries
    current = sys.getprofile()
    if current is not note:
        FOREIGN[0] = current
    sys.setprofile(note)


def end() -> None:
    if not (AGAIN or EXPECTED):
        sys.setprofile(FOREIGN[0])


def note(frame: types.FrameType, event: str, value: Any) -> None:
    """Repeat a report if watched C code has called the function of this frame."""
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
        not resumed
        and code.co_name in CALLED_IN_C
        and is_rewritten_frame(frame)
        and caller not in OF_KEYS
    ):
        return  # the hook of the special method repeats the report
    for one in expected if again is None else (again,):
        sys.call_tracing(one, ())
