"""The objects to which an object in C refers, as the garbage collector sees them."""

import gc
import sys
from collections import deque
from collections.abc import Iterable
from functools import partial
from typing import Any

from bench.correctness.tracking.base_slots import items_within
from bench.correctness.tracking.type_traits import CONTAINER, CONTENTS, ITERATOR, VIEW

DEPTH = 5  # levels of iterators behind iterators
EMPTY: list[Any] = [[], deque(), {}.values(), {}.items()]
ITERATORS_OF_ITEMS: set[type] = {
    type(iter(())),
    *(type(iter(one)) for one in EMPTY),
    *(type(reversed(one)) for one in EMPTY),
}
GETTING = {"get", "__getitem__"}  # methods in C that return an item of their container
# By the id of an object: how many references the explorer has to it while C code runs.
HELD: dict[int, int] = {}


def counted_referents(thing: Any) -> list[tuple[Any, int]]:
    """Return the objects to which an object refers, each with its reference count."""
    return [
        (one, sys.getrefcount(one) - HELD.get(id(one), 0))
        for one in gc.get_referents(thing)
    ]


# The count that `counted_referents` gives for an object if only one other object refers
# to it.
ALONE = next(
    number
    for one, number in counted_referents(enumerate([]))
    if type(one) in ITERATORS_OF_ITEMS
)


def referents(thing: Any) -> list[tuple[Any, bool]]:
    """Return the objects to which an object refers, and whether each is shared.

    An object is shared if another object refers to it, too.  If only `thing` refers to
    an iterator, no worker can take items from that iterator directly.
    """
    return [(one, number > ALONE) for one, number in counted_referents(thing)]


def items_behind(lazy: Any, depth: int = DEPTH) -> list[Any]:
    """Return the items of the containers over which a view or an iterator iterates."""
    found: list[Any] = []
    things: Iterable[Any] = gc.get_referents(lazy)
    for thing in things:
        contents = CONTENTS[type(thing)]
        if contents == CONTAINER:
            found += items_within(thing)
            if type(lazy) is tuple:  # for `iter(([1], [2]))`, each list is an item
                found.append(thing)
        elif contents in (VIEW, ITERATOR) or type(thing) is tuple:
            if depth:
                found += items_behind(thing, depth - 1)
        else:
            found.append(thing)
    return found


def results_within(function: Any) -> Any:
    """Return the items that a method in C, such as `names.get`, may return.

    The result is empty if the function is no method in GETTING.
    """
    while issubclass(type(function), partial):
        function = function.func
    if getattr(function, "__name__", "") not in GETTING:
        return ()
    return items_within(getattr(function, "__self__", None))
