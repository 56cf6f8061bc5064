"""The hooks of loops: an iteration reads the container, and may let other workers run.

Each iteration changes the iterator or generator, which several workers may share.
"""

import inspect
import sys
import types
from array import array
from collections.abc import Iterator
from functools import partial
from typing import Any

from bench.correctness.engine.frames import is_ours
from bench.correctness.engine.kernel import (
    kernel,
    note_awaiting_item,
    note_awaiting_iteration,
    note_iteration,
)
from bench.correctness.tracking.accesses import access, read_class
from bench.correctness.tracking.base_slots import is_rewritten_frame
from bench.correctness.tracking.behind import (
    CHANGING,
    accesses_behind,
    step_accesses,
)
from bench.correctness.tracking.called_in_c import watched
from bench.correctness.tracking.deep_reads import report
from bench.correctness.tracking.iterators import shared_iterator
from bench.correctness.tracking.lookahead import reads_by_step
from bench.correctness.tracking.one_step import note_special
from bench.correctness.tracking.python_within import KEEPING, may_call_python
from bench.correctness.tracking.read_results import report_yield
from bench.correctness.tracking.referents import ITERATORS_OF_ITEMS
from bench.correctness.tracking.rereads import repeat_reads
from bench.correctness.tracking.set_order import SETS, in_order
from bench.correctness.tracking.special_objects import COROUTINES
from bench.correctness.tracking.type_cache import TypeCache
from bench.correctness.tracking.type_traits import (
    ASYNC_ITERATOR,
    CONTAINER,
    CONTENTS,
    ITERATES_IN_LIBRARY,
    ITERATES_IN_PYTHON,
    ITERATOR,
    VIEW,
    ObjectAccess,
)

# `watched` calls a `__next__` in C that may run Python code, and repeats reports after
# this code.  For these types of iterators, it is not needed.  ITERATORS_OF_ITEMS run no
# Python code.  `Reported` wraps the callback of an iterator in KEEPING, and reports.  A
# rewritten generator reports by the hook `yield_value`.
REPORTED_OTHERWISE = {*ITERATORS_OF_ITEMS, *KEEPING, types.GeneratorType}
# Types whose iterators have an index.
BY_INDEX = (list, tuple, bytearray, array, memoryview)
GENERATORS = inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR


def iterate(value: Any, site: int) -> Any:
    """Return the iterable; if workers may share it, each iteration will be reported.

    While no other worker runs, iterations are not reported.  A loop in a generator is
    an exception: the generator may start now, and continue while other workers run.
    """
    kind = type(value)
    if not REPORTED[kind]:
        return value
    if kernel.alone and not sys._getframe(1).f_code.co_flags & GENERATORS:
        return in_order(value) if kind in SETS else value
    return iterate_later(value, site)


def iterate_later(value: Any, site: int) -> Any:
    """Return an iterable whose iterations may come later, as in a generator.

    An iteration is reported only if other workers can run at the time of the iteration.
    """
    kind = type(value)
    if not REPORTED[kind]:
        return value
    items = in_order(value) if kind in SETS else value
    if ITERATES_IN_PYTHON[kind]:
        read_class(value, site)
        iterator = iter(value)
        if CONTENTS[type(iterator)] == ITERATOR:
            iterator = SharedIteration(iterator, site)
        elif ITERATES_IN_LIBRARY[type(iterator)]:
            iterator = IterationOfLibrary(iterator, site)
        return IteratedOnce(iterator)
    contents = CONTENTS[kind]
    if contents == CONTAINER:
        accesses = [(value, None, False)]
        return read_before_each(begun(items, accesses, site), accesses, site)
    if items is not value:  # a frozenset, with its items in a fixed order
        return items
    if contents == VIEW:
        accesses = accesses_behind(value)
        return read_before_each(begun(value, accesses, site), accesses, site)
    return SharedIteration(value, site) if contents == ITERATOR else value


def is_reported(kind: type) -> bool:
    """Whether iterations over objects of a type are reported, or get a fixed order."""
    return (
        kind in SETS
        or ITERATES_IN_PYTHON[kind]
        or CONTENTS[kind] in (CONTAINER, VIEW, ITERATOR)
    )


REPORTED = TypeCache(is_reported)


def iter_returns(value: Any, site: int) -> Any:
    """Report that an `__iter__` returns; return the iterator.

    If C code has called `__iter__`, as `sorted` does, the C code takes all items at
    once.  So all its reads are reported here.  If Python code of the library has called
    `__iter__`, this code takes one item after another.  So the result is an iterator
    that reports each iteration.
    """
    repeat_reads(sys._getframe(1))
    if kernel.alone or CONTENTS[type(value)] != ITERATOR:
        return value
    caller = sys._getframe(1).f_back
    if caller is None or caller.f_code is iterate_later.__code__:
        return value
    if is_ours(str(caller.f_globals.get("__name__"))) or is_rewritten_frame(caller):
        report(accesses_behind(value), site)
        return value
    return SharedIteration(value, site)


class IteratedOnce:
    """Holds the result of `__iter__`, so that a loop does not call `__iter__` twice."""

    def __init__(self, iterator: Any) -> None:
        self.iterator = iterator

    def __iter__(self) -> Any:
        return self.iterator


class IterationOfLibrary:
    """Reports that each iteration changes an iterator of a library.

    The `__next__` of this iterator is Python code without hooks.
    """

    def __init__(self, iterator: Any, site: int) -> None:
        self.iterator, self.site = iterator, site

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        if not kernel.alone:
            access(self.iterator, None, True, self.site, True)
            note_special(self.iterator, self.site, "__next__")
        return next(self.iterator)


def iterate_async(value: Any, site: int) -> Any:
    """Return the same async iterable; iterations of an async generator are reported."""
    if kernel.alone or CONTENTS[type(value)] != ASYNC_ITERATOR:
        return value
    return SharedAsyncIteration(value, site)


def awaited(value: Any, site: int) -> Any:
    """Report that a coroutine is about to be awaited; return the same awaitable.

    Only one worker can await a coroutine.  If a second worker awaits it, Python raises
    an exception.  The text of the exception depends on whether the first worker is
    still awaiting.  So in runs with the point COROUTINES, each task also reports that
    it runs its coroutine.
    """
    if not kernel.alone and type(value) is types.CoroutineType:
        if value.cr_suspended or value.cr_running or value.cr_frame is None:  # begun
            kernel.discover(COROUTINES)
        access(value, None, True, site, True)
    return value


def begun(value: Any, accesses: list[ObjectAccess], site: int) -> Iterator[Any]:
    """Return the iterator of a container, or of a view.

    The iterator of a set, a dict or a deque checks at each item that the size has not
    changed.  So the creation of the iterator reads the size.  The iterator of a list
    reads only when an item is taken.
    """
    if not (kernel.alone or isinstance(value, BY_INDEX)):
        for thing, key, write in accesses:
            access(thing, key, write, site, True)
    return iter(value)


def read_before_each(
    items: Iterator[Any], accesses: list[ObjectAccess], site: int
) -> Iterator[Any]:
    """Iterate over what `begun` returned; report `accesses` before each item."""
    while True:
        if not kernel.alone:
            for thing, key, write in accesses:
                access(thing, key, write, site, True)
        try:
            item = next(items)
        except StopIteration:
            return
        yield item


class SharedIteration:
    """Reports that each iteration changes an iterator, which workers may share."""

    def __init__(self, iterator: Any, site: int) -> None:
        self.iterator, self.site = iterator, site
        self.by_step = reads_by_step(iterator)
        self.behind = [] if self.by_step else accesses_behind(iterator)
        self.changing = type(iterator) in CHANGING
        self.asks = type(iterator) not in REPORTED_OTHERWISE

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        self.report()
        if self.asks and self.site in kernel.points:
            asked = (self.iterator,)
            if may_call_python(next, asked):
                return watched(self.report, next, asked, {})
        return next(self.iterator)

    def report(self) -> None:
        if kernel.alone:
            return
        if self.by_step:
            found = partial(step_accesses, self.iterator)
            report(found(), self.site, found)
        else:
            access(shared_iterator(self.iterator), None, True, self.site, True)
            if self.changing:
                self.behind = accesses_behind(self.iterator)
            for thing, key, write in self.behind:
                access(thing, key, write, self.site, True)


class SharedGenerator(SharedIteration):
    """A generator of the library, to which values may be sent."""

    def send(self, value: Any) -> Any:
        self.report()
        return self.iterator.send(value)

    def throw(self, *error: Any) -> Any:
        self.report()
        return self.iterator.throw(*error)

    def close(self) -> None:
        self.report()
        self.iterator.close()


class SharedAsyncIteration:
    """Reports that each iteration changes an async generator, which tasks may share."""

    def __init__(self, generator: Any, site: int) -> None:
        self.generator, self.site = generator, site

    def __aiter__(self) -> Any:
        return self

    def __anext__(self) -> Any:
        if not kernel.alone:
            access(shared_iterator(self.generator), None, True, self.site, True)
        return self.generator.__anext__()


def yield_value(value: Any, site: int) -> Any:
    """Report that a generator is about to yield; after that, any worker can resume it.

    This hook has only the frame of the generator.  By the frame, the kernel finds the
    stand-in of the generator.  If there is no stand-in, the frame itself is reported.
    """
    if not kernel.alone:
        report_yield(kernel.generator_of(sys._getframe(1)), value, site)
    return value


def loop_iteration(site: int) -> bool:
    """Report an iteration of a `while` loop; return True.

    If the loop spins, other workers run now.
    """
    note_iteration(site)
    return True


def awaiting_iteration(site: int) -> bool:
    """Report an iteration of a `while` loop with an `await`; return True.

    The loop may spin, because an `await` need not suspend.
    """
    note_awaiting_iteration(site)
    return True


def awaiting_item() -> None:
    """Report an iteration of an `async for` loop, or of a `for` loop with an `await`.

    The loop may be endless without suspending, because an `await` need not suspend.
    """
    note_awaiting_item()
