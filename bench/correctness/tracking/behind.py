"""What a view or an iterator accesses when it is asked for an item."""

import itertools
import types
from collections.abc import Iterable
from functools import partial
from typing import Any

from bench.correctness.tracking.base_slots import is_rewritten_frame, items_within
from bench.correctness.tracking.deep_reads import accesses_within
from bench.correctness.tracking.iterators import TEE_ITEMS, shared_iterator
from bench.correctness.tracking.referents import (
    DEPTH,
    ITERATORS_OF_ITEMS,
    items_behind,
    referents,
)
from bench.correctness.tracking.type_traits import (
    BUILTIN_FUNCTIONS,
    BUILTIN_METHODS,
    CONTAINER,
    CONTENTS,
    ITERATOR,
    READING_FUNCTIONS,
    READING_METHODS,
    VIEW,
    ObjectAccess,
)

FLATTENING = (itertools.chain, itertools.starmap)  # they read containers in items
READING_CLASSES = {str, list, tuple, set, frozenset, dict, bytes, bool}


def accesses_behind(
    lazy: Any, depth: int = DEPTH, *, flat: bool = False
) -> list[ObjectAccess]:
    """List the accesses to containers that the next item of an iterator costs.

    One iterator may be behind another, down to this depth.  With `flat` the items are
    iterated over as well.  A generator of the program itself reports its accesses.
    """
    kind = type(lazy)
    if kind is types.GeneratorType and is_rewritten_frame(lazy.gi_frame):
        return []
    flat = kind in FLATTENING or (flat and kind in ITERATORS_OF_ITEMS)
    found: list[ObjectAccess] = []
    behind = referents(lazy)
    if kind is map and any(reads_contents(thing) for thing, _ in behind):
        found += accesses_within(items_behind(lazy, depth), attributes=False)
    for thing, is_shared in behind:
        write = False
        while type(thing) is partial:
            thing = thing.func
        if type(thing) in BUILTIN_METHODS:  # as in `map(items.get, keys)`
            write = thing.__name__ not in READING_METHODS
            thing = thing.__self__
        contents = CONTENTS[type(thing)]
        if contents == CONTAINER:
            found.append((thing, None, write))
        elif contents == ITERATOR and is_shared:
            found.append((shared_iterator(thing), None, True))
        if depth and (contents in (VIEW, ITERATOR) or type(thing) is TEE_ITEMS):
            found += accesses_behind(thing, depth - 1, flat=flat)
        elif depth and type(thing) is tuple:
            # It may be one that C code fills: a slot with no object in it crashes
            # whatever reads it, except for the collector.
            found += accesses_in(referents(thing), depth - 1, flat)
        elif depth and flat:
            items = [(item, False) for item in items_within(thing)]
            found += accesses_in(items, depth - 1, flat)
    return found


def accesses_in(
    items: Iterable[tuple[Any, bool]], depth: int, flat: bool
) -> list[ObjectAccess]:
    """List reads of some items, if `flat`, and what iterators among them access."""
    found: list[ObjectAccess] = []
    for item, is_shared in items:
        contents = CONTENTS[type(item)]
        if contents == CONTAINER and flat:
            found.append((item, None, False))
        elif contents in (VIEW, ITERATOR):
            if contents == ITERATOR and is_shared:
                found.append((shared_iterator(item), None, True))
            found += accesses_behind(item, depth)
    return found


def reads_contents(function: Any) -> bool:
    """Whether a function in C reads the containers that it is given: `len`, `str`."""
    kind = type(function)
    if kind is types.MethodDescriptorType:
        return function.__name__ in READING_METHODS
    return (kind is type and function in READING_CLASSES) or (
        kind in BUILTIN_FUNCTIONS and function in READING_FUNCTIONS
    )
