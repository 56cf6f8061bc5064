"""List what a view or an iterator accesses to produce an item."""

import csv
import gc
import itertools
import operator
import types
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from bench.correctness.tracking.base_slots import is_rewritten_frame, items_within
from bench.correctness.tracking.deep_reads import (
    accesses_to_all_attributes,
    accesses_within,
)
from bench.correctness.tracking.iterators import (
    TEE_ITEMS,
    CallbackOfIterator,
    calls_python,
    shared_iterator,
)
from bench.correctness.tracking.lookahead import (
    TAKING_ONE,
    next_items,
    next_results,
)
from bench.correctness.tracking.referents import (
    DEPTH,
    ITERATORS_OF_ITEMS,
    items_behind,
    referents,
    results_within,
)
from bench.correctness.tracking.type_traits import (
    BUILTIN_FUNCTIONS,
    CONTAINER,
    CONTENTS,
    ITERATOR,
    METHOD,
    READING_FUNCTIONS,
    READING_METHODS,
    SHARED,
    STATE,
    TRACKED,
    VIEW,
    ObjectAccess,
)

# Iterators that also iterate over each item that they take.
FLATTENING = (itertools.chain, itertools.starmap)
# Types of iterators that may take each item from a different container.
CHANGING = (*FLATTENING, types.GeneratorType)
# Iterators that call a function with each item.
CALLING_WITH_ITEMS = {
    map, filter, itertools.groupby, itertools.takewhile, itertools.dropwhile,
    itertools.filterfalse, itertools.accumulate, itertools.starmap,
}  # fmt: skip
TESTING_ITEMS = {filter, itertools.filterfalse, itertools.compress}
TESTING_RESULTS = {
    filter, itertools.filterfalse, itertools.takewhile, itertools.dropwhile,
}  # fmt: skip
CSV_READER: type = type(csv.reader(()))  # it holds a list of the fields of a row
Around = tuple[Any, ...]  # the iterators that use an iterator, outermost first
READING_CLASSES = {str, list, tuple, set, frozenset, dict, bytes, bool}
CHANGING_ATTRIBUTES = {"__setattr__", "__delattr__", "setattr", "delattr"}
GETTERS = (operator.attrgetter, operator.itemgetter)
# Modules whose functions change no container that they get as an argument.
PURE_MODULES = {"math", "cmath", "builtins"}


def accesses_behind(
    lazy: Any,
    depth: int = DEPTH,
    *,
    flat: bool = False,
    step: bool = False,
    around: Around = (),
) -> list[ObjectAccess]:
    """List the accesses that a view or an iterator makes to produce its items.

    An iterator may take its items from another iterator, and so on.  The search follows
    these iterators for `depth` levels.  `around` are the iterators that take items from
    `lazy`.  With `flat`, each item is iterated over, too.  With `step`, only the next
    item is taken: then reads of what later items contain are not in the list.  A
    generator of the program is left out, because it reports its own accesses.
    """
    kind = type(lazy)
    if kind is types.GeneratorType and is_rewritten_frame(lazy.gi_frame):
        return []
    found: list[ObjectAccess] = []
    if flat and kind not in ITERATORS_OF_ITEMS:
        found += accesses_within(items_behind(lazy, depth), attributes=False)
    flat = kind in FLATTENING or (flat and kind in ITERATORS_OF_ITEMS)
    behind = referents(lazy)
    around = (*around, lazy)
    if kind in CALLING_WITH_ITEMS and any(reads_contents(thing) for thing, _ in behind):
        attributes = any(type(thing) is operator.attrgetter for thing, _ in behind)
        items = next_items(lazy, depth) if step else items_behind(lazy, depth)
        found += accesses_within(items, attributes=attributes)
    if kind in TESTING_ITEMS and (tested := items_tested(lazy)) is not None:
        items = next_items(lazy, depth) if step else items_behind(tested, depth)
        found += accesses_within(items, attributes=False)
    if kind in TESTING_RESULTS and (results := results_within(behind[-1][0])):
        if step:
            results = next_results(behind[-1][0], next_items(lazy, depth), results)
        found += accesses_within(results, attributes=False)
    step = step and kind in TAKING_ONE
    for thing, is_shared in behind:
        if issubclass(type(thing), CallbackOfIterator):
            thing.place.note_asked_by(around)
        contents = CONTENTS[type(thing)]
        if contents == CONTAINER:
            if is_shared or kind is not CSV_READER:
                found.append((thing, None, False))
        elif contents == METHOD:  # as in `map(items.get, keys)`
            found += accesses_of_calls(thing, partial(given_by, lazy))
        elif contents == ITERATOR and (is_shared or calls_python(thing)):
            found.append((shared_iterator(thing), None, True))
        if depth and (contents in (VIEW, ITERATOR) or type(thing) is TEE_ITEMS):
            found += accesses_behind(
                thing, depth - 1, flat=flat, step=step, around=around
            )
        elif depth and type(thing) is tuple:
            # C code may still be filling this tuple.  Python crashes if it reads an
            # empty slot.  `referents` skips such slots, because it uses `gc`.
            found += accesses_in(referents(thing), depth - 1, flat, around, step)
        elif depth and flat:
            items = [(item, False) for item in items_within(thing)]
            found += accesses_in(items, depth - 1, flat, around)
    return found


def step_accesses(lazy: Any) -> list[ObjectAccess]:
    """List the accesses of an iterator that produces one item."""
    behind = accesses_behind(lazy, step=True)
    return [(shared_iterator(lazy), None, True), *behind]


def items_tested(lazy: Any) -> Any:
    """Return the iterator whose items C code tests for truth; None if there is none.

    `filter` tests its own items if its function is None.  `compress` tests the items of
    its second argument.
    """
    last = gc.get_referents(lazy)[-1]
    if type(lazy) is itertools.compress:
        return last
    return lazy if last is None else None


def accesses_in(
    items: Iterable[tuple[Any, bool]],
    depth: int,
    flat: bool,
    around: Around,
    step: bool = False,
) -> list[ObjectAccess]:
    """List the accesses of iterators among items; if `flat`, also reads of items."""
    found: list[ObjectAccess] = []
    for item, is_shared in items:
        contents = CONTENTS[type(item)]
        if contents == CONTAINER and flat:
            found.append((item, None, False))
        elif contents in (VIEW, ITERATOR):
            if contents == ITERATOR and (is_shared or calls_python(item)):
                found.append((shared_iterator(item), None, True))
            found += accesses_behind(item, depth, step=step, around=around)
    return found


def accesses_of_calls(
    function: Any, given: Callable[[], list[Any]]
) -> list[ObjectAccess]:
    """List the accesses of calls of a function in C.

    If the function is a method of an object, the calls access this object.  If not,
    they access the possible first arguments, which `given` returns.  A function in
    Python is left out, because it reports its own accesses.  A call of a `partial`
    calls the function in it, and reads its dict of keyword arguments.
    """
    kind = type(function)
    if kind is types.MethodType:
        given = partial(list, (function.__self__,))
        return accesses_of_calls(function.__func__, given)
    if issubclass(kind, partial):
        if function.args:
            given = partial(list, function.args[:1])
        keywords = (function.keywords, None, False)
        return [keywords, *accesses_of_calls(function.func, given)]
    if CONTENTS[kind] != METHOD:
        return []
    name = function.__name__
    owner = getattr(function, "__self__", None)  # `dict.__setitem__` has none
    if owner is not None and not issubclass(type(owner), types.ModuleType):
        return accesses_of_method(owner, name)
    if name in CHANGING_ATTRIBUTES:
        return [
            access
            for one in given()
            if TRACKED[type(one)]
            for access in accesses_to_all_attributes(one, write=True)
        ]
    if function is next:
        return [
            access
            for one in given()
            if CONTENTS[type(one)] == ITERATOR
            for access in accesses_of_method(one, "__next__")
        ]
    if owner is None:
        reads = name in READING_METHODS
    else:
        reads = function in READING_FUNCTIONS or function.__module__ in PURE_MODULES
    if reads:  # only writes are listed here; for reads, see `reads_contents`
        return []
    return [(one, None, True) for one in given() if CONTENTS[type(one)] == CONTAINER]


def accesses_of_method(owner: Any, name: str) -> list[ObjectAccess]:
    """List what calls of a method in C access, for any arguments."""
    contents, write = CONTENTS[type(owner)], name not in READING_METHODS
    if contents == VIEW:
        return accesses_behind(owner)
    if contents == ITERATOR:
        return [*accesses_behind(owner), (shared_iterator(owner), None, write)]
    if name in CHANGING_ATTRIBUTES:
        return accesses_to_all_attributes(owner, write=True)
    if contents == CONTAINER or STATE[type(owner)] == SHARED:
        return [(owner, None, write)]
    return []


def given_by(lazy: Any) -> list[Any]:
    """Return the possible first arguments of a function that an iterator calls."""
    found: list[Any] = []
    for thing in gc.get_referents(lazy):
        contents = CONTENTS[type(thing)]
        if contents == CONTAINER:  # the initial value of `accumulate`
            found.append(thing)
        elif contents in (VIEW, ITERATOR) or type(thing) is tuple:
            found += items_behind(thing)
    return found + first_items(found)


def first_items(things: Iterable[Any]) -> list[Any]:
    """Return the first items of tuples, which `starmap` passes as first arguments."""
    return [thing[0] for thing in things if type(thing) is tuple and thing]


def reads_contents(function: Any) -> bool:
    """Whether a function in C reads containers that it gets, like `len` and `str`."""
    kind = type(function)
    if kind in GETTERS:
        return True
    if kind is types.MethodDescriptorType:
        return function.__name__ in READING_METHODS
    return (kind is type and function in READING_CLASSES) or (
        kind in BUILTIN_FUNCTIONS and function in READING_FUNCTIONS
    )
