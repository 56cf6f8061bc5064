"""What an object in C refers to, which the garbage collector knows."""

import gc
import sys
from collections import deque
from collections.abc import Iterable
from typing import Any

from bench.correctness.tracking.base_slots import items_within
from bench.correctness.tracking.type_traits import CONTAINER, CONTENTS, ITERATOR, VIEW

DEPTH = 5  # of one iterator behind another
EMPTY: list[Any] = [[], deque(), {}.values(), {}.items()]
ITERATORS_OF_ITEMS: set[type] = {
    type(iter(())),
    *(type(iter(one)) for one in EMPTY),
    *(type(reversed(one)) for one in EMPTY),
}
# How many references the explorer has while C code runs, by the id of an object.
HELD: dict[int, int] = {}


def counted_referents(thing: Any) -> list[tuple[Any, int]]:
    """What an object refers to, and how many references each has."""
    return [
        (one, sys.getrefcount(one) - HELD.get(id(one), 0))
        for one in gc.get_referents(thing)
    ]


# How many references this counts to what only one object refers to.
ALONE = next(
    number
    for one, number in counted_referents(enumerate([]))
    if type(one) in ITERATORS_OF_ITEMS
)


def referents(thing: Any) -> list[tuple[Any, bool]]:
    """What an object refers to, and whether anything else refers to it as well.

    An iterator that only another one has cannot be asked for items by a worker.
    """
    return [(one, number > ALONE) for one, number in counted_referents(thing)]


def items_behind(lazy: Any, depth: int = DEPTH) -> list[Any]:
    """The items of the containers that a view or an iterator goes through."""
    found: list[Any] = []
    things: Iterable[Any] = gc.get_referents(lazy)
    for thing in things:
        contents = CONTENTS[type(thing)]
        if contents == CONTAINER:
            found += items_within(thing)
            if type(lazy) is tuple:  # it may be an item, or hold the items
                found.append(thing)
        elif contents in (VIEW, ITERATOR) or type(thing) is tuple:
            if depth:
                found += items_behind(thing, depth - 1)
        else:
            found.append(thing)
    return found
