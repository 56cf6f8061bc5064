"""What C code reads of the results of Python code: nothing, their truth or contents.

A lazy iterator, such as `map(f, names)`, does not know which function takes its items.
So before a function in C, such as `any`, takes the first item, a hook notes what the
function reads of the items.  The hook stores this note on the callback behind the
iterator, or on the stand-in of the generator.
"""

import gc
import itertools
import sys
import types
from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.namespaces import StandIn
from bench.correctness.tracking.accesses import access
from bench.correctness.tracking.containers import read_container, read_truth
from bench.correctness.tracking.deep_reads import (
    ITEMS,
    SCALARS,
    accesses_within,
    report_reads,
)
from bench.correctness.tracking.iterators import (
    LAZY_DEPTH,
    TEE_ITEMS,
    CallbackOfIterator,
)
from bench.correctness.tracking.type_traits import (
    BUILTIN_FUNCTIONS,
    CONTENTS,
    ITERATOR,
    READING_FUNCTIONS,
)

# ONCE: the contents of an item, before the next item is taken.  WHOLE: the contents of
# all items so far, because C code compares the items with each other.
NOTHING, TRUTH, ONCE, WHOLE = range(4)
TESTING_FUNCTIONS = {any, all, itertools.compress}
READING_ONCE = {
    sum, dict, OrderedDict, defaultdict, itertools.starmap,
    itertools.chain.from_iterable,
}  # fmt: skip
# Methods in C that read the contents of the items, such as pairs or rows.
METHODS_READING_ONCE = {"update", "__init__", "__ior__", "writerow", "writerows"}
OTHER_FUNCTIONS = READING_FUNCTIONS - TESTING_FUNCTIONS - READING_ONCE - {iter, len}


class Results:
    """The results of one callback, and what C code reads of them."""

    __slots__ = ("kept", "reads", "site")

    def __init__(self, reads: int, site: int) -> None:
        self.reads, self.site = reads, site
        self.kept: list[Any] = []  # results that C code may compare with later ones

    def report(self, result: Any) -> None:
        """Report what C code reads after a call has returned this result."""
        report_result(self.reads, result, self.kept, self.site)


class Uninterrupted:
    """A callback during which no other worker runs; it reports reads of its results."""

    __slots__ = ("callback", "results", "tests")

    def __init__(self, callback: Any, results: Results, tests: bool) -> None:
        self.callback, self.results, self.tests = callback, results, tests

    def __call__(self, *values: Any) -> Any:
        result = self.callback(*values)
        if self.results.reads and not kernel.alone:
            if self.tests:
                return read_truth(result, self.results.site)
            self.results.report(result)
        return result


def report_result(reads: int, result: Any, kept: list[Any], site: int) -> None:
    """Report what C code reads of a result, and of the earlier results in `kept`.

    With WHOLE, the result is added to `kept`, if it has contents.
    """
    if reads == TRUTH:
        read_container(result, site)
    elif reads == ONCE:
        report_reads((result,), site, attributes=False)
    elif reads == WHOLE:
        if kernel.lets_die:
            kept.clear()
        if (
            type(result) not in SCALARS
            and len(kept) < ITEMS
            and accesses_within((result,), attributes=False)
        ):
            kept.append(result)
        if kept:
            report_reads(kept, site, attributes=False)


def note_readers(function: Any, args: Iterable[Any]) -> None:
    """Note that a function in C reads the items that it takes from its arguments."""
    if function in TESTING_FUNCTIONS:
        note_reading(args, TRUTH)
    elif function in OTHER_FUNCTIONS:
        note_reading(args, WHOLE)
    elif function in READING_ONCE:
        note_reading(args, ONCE)
    elif type(function) in BUILTIN_FUNCTIONS:
        if function.__name__ in METHODS_READING_ONCE:
            note_reading(args, ONCE)
        elif function.__name__ == "join":  # of `bytes`: it may read bytearrays
            note_reading(args, WHOLE)


def note_reading(things: Iterable[Any], reads: int, depth: int = LAZY_DEPTH) -> None:
    """Note what C code reads of the items that these iterators give."""
    for thing in things:
        kind = type(thing)
        if kind is Results:
            thing.reads = max(thing.reads, reads)
        elif kind is types.GeneratorType:
            stand_in = kernel.stand_in(thing)
            stand_in.reads = max(stand_in.reads, reads)
        elif depth and (
            kind is tuple
            or kind in (Uninterrupted, TEE_ITEMS)
            or CONTENTS[kind] == ITERATOR
            or issubclass(kind, CallbackOfIterator)
        ):
            note_reading(gc.get_referents(thing), reads, depth - 1)


def report_yield(generator: Any, value: Any, site: int) -> None:
    """Report that a generator is about to yield a value, which C code may read."""
    if type(generator) is StandIn and generator.reads:
        kernel.as_one_operation(site, report_read_yield, generator, value, site)
    else:
        access(generator, None, True, site, True)


def report_read_yield(generator: StandIn, value: Any, site: int) -> None:
    access(generator, None, True, site, True)
    report_result(generator.reads, value, generator.yielded, site)


def read_yielded(value: Any, site: int) -> Any:
    """Report what C code reads of a value; a generator expression is about to yield it.

    This hook is for a generator expression that is written in a call, as in
    `max(row for row in rows)`.  No other worker can have this generator.
    """
    if type(value) not in SCALARS and not kernel.alone:
        generator = kernel.generator_of(sys._getframe(1))
        if type(generator) is StandIn:
            report_result(generator.reads, value, generator.yielded, site)
    return value
