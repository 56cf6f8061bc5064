"""What C code reads of the results of Python code: nothing, their truth or contents.

A lazy iterator, such as `map(f, names)`, does not know which function takes its items.
So before a function in C, such as `any`, takes the first item, a hook notes what the
function reads of the items.  The hook stores this note on the callback behind the
iterator, or on the stand-in of the generator.
"""

import gc
import itertools
import types
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
from bench.correctness.tracking.iterators import LAZY_DEPTH, CallbackOfIterator
from bench.correctness.tracking.type_traits import (
    CONTENTS,
    ITERATOR,
    READING_FUNCTIONS,
)

NOTHING, TRUTH, WHOLE = range(3)
TESTING_FUNCTIONS = {any, all, itertools.compress}
OTHER_FUNCTIONS = READING_FUNCTIONS - TESTING_FUNCTIONS - {iter, len}


class Results:
    """The results of one callback, and what C code reads of them."""

    __slots__ = ("kept", "reads", "site")

    def __init__(self, reads: int, site: int) -> None:
        self.reads, self.site = reads, site
        self.kept: list[Any] = []  # results that C code may compare with later ones

    def report(self, result: Any) -> None:
        """Report what C code reads after a call has returned this result."""
        if self.reads == TRUTH:
            read_container(result, self.site)
        elif self.reads == WHOLE:
            if kernel.lets_die:
                self.kept.clear()
            if (
                type(result) not in SCALARS
                and len(self.kept) < ITEMS
                and accesses_within((result,), attributes=False)
            ):
                self.kept.append(result)
            if self.kept:
                report_reads(self.kept, self.site, attributes=False)


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


def note_readers(function: Any, args: Iterable[Any]) -> None:
    """Note that a function in C reads the items that it takes from its arguments."""
    if function in TESTING_FUNCTIONS:
        note_reading(args, TRUTH)
    elif function in OTHER_FUNCTIONS:
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
            or kind is Uninterrupted
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
    if generator.reads == TRUTH:
        read_container(value, site)
    else:
        report_reads((value,), site, attributes=False)
