"""Which items the next step of an iterator in C reads; later items are not listed.

For example, a step of `filter(None, rows)` tests one row after another, up to the first
that is true.  A loop reports each step, so it would be slow to list all rows each time.
"""

import gc
import itertools
import operator
import types
from collections import deque
from collections.abc import Iterable
from functools import partial
from itertools import islice
from typing import Any

from bench.correctness.tracking.deep_reads import SCALARS
from bench.correctness.tracking.iterators import CallbackOfIterator
from bench.correctness.tracking.referents import GETTING, items_behind
from bench.correctness.tracking.type_traits import BUILTIN_FUNCTIONS

# Iterators whose steps test items, each with the truth value that ends a step.  For
# example, a step of `filter` ends with the first item for which the test is true.
ENDING: dict[Any, bool] = {
    filter: True, itertools.filterfalse: False, itertools.compress: True,
    itertools.dropwhile: False,
}  # fmt: skip
# Iterators whose step takes one item of each iterator behind them.
TAKING_ONE = {map, itertools.takewhile, itertools.accumulate, enumerate, zip}
BY_POSITION: tuple[type, ...] = (type(iter([])), type(iter(())))
CALLING = {*ENDING, map, itertools.takewhile}
# Functions of these types report on their own what they read.
IN_PYTHON = (CallbackOfIterator, types.FunctionType, types.MethodType)
EMPTY: dict[Any, Any] = {}
OF_DICTS: tuple[type, ...] = (
    type(iter(EMPTY.values())), type(iter(EMPTY.items())), type(iter(EMPTY)),
)  # fmt: skip
PLAIN = (list, tuple, dict, set, frozenset, deque)
LEVELS = 3  # of iterators behind iterators, and of tuples between them
NOTHING = object()
PLAIN_TESTS = (None, len, bool)


def reads_by_step(lazy: Any, levels: int = LEVELS) -> bool:
    """Whether steps of an iterator, or of one behind it, read what the items contain.

    The answer is False for iterators whose next items `next_items` cannot know.
    """
    kind = type(lazy)
    if kind in CALLING and not issubclass(type(gc.get_referents(lazy)[-1]), IN_PYTHON):
        return True
    return (
        levels > 0
        and (kind in TAKING_ONE or kind is tuple)
        and any(reads_by_step(one, levels - 1) for one in gc.get_referents(lazy))
    )


def next_items(lazy: Any, depth: int) -> list[Any]:
    """Return the items that the next step of an iterator reads."""
    kind = type(lazy)
    source, function = gc.get_referents(lazy)[-2:]
    if kind is itertools.compress:
        source, function = function, None
    if kind is map:
        sources = source if type(source) is tuple else (source,)
        return [one for each in sources for one in islice(items_ahead(each, depth), 1)]
    items = items_ahead(source, depth)
    if kind not in ENDING:
        return [*islice(items, 1)] if kind in TAKING_ONE else items_behind(lazy, depth)
    found = []
    for item in items:
        found.append(item)
        if test_of(function, item) is ENDING[kind]:
            break
    return found


def items_ahead(source: Any, depth: int) -> Iterable[Any]:
    """Return the items that an iterator has not given yet.

    If these items are not known, the result is all items behind the iterator.
    """
    kind = type(source)
    if kind in BY_POSITION:
        _, state, *position = source.__reduce__()
        if not position:
            return ()
        (items,) = state
        base: Any = list if issubclass(type(items), list) else tuple
        numbers = range(position[0], base.__len__(items))
        return map(partial(base.__getitem__, items), numbers)
    if kind in OF_DICTS:
        for one in gc.get_referents(source):
            if issubclass(type(one), dict):
                left = operator.length_hint(source)
                values: Any = dict.values(one)
                return islice(values, len(one) - left, None)
    return items_behind(source, depth)


def test_of(function: Any, item: Any) -> bool | None:
    """Return whether an item passes a test in C; None if this is not known."""
    if function not in PLAIN_TESTS:
        item = result_of(function, item)
    if type(item) in SCALARS:
        return bool(item)
    return bool(len(item)) if type(item) in PLAIN else None


def result_of(function: Any, item: Any) -> Any:
    """Return what a function in C gives for an item; NOTHING if other code may run."""
    owner = getattr(function, "__self__", None)
    if type(function) is operator.itemgetter:
        keys = function.__reduce__()[1]
        if type(item) not in PLAIN or not SCALARS.issuperset(map(type, keys)):
            return NOTHING
    elif not (
        type(function) in BUILTIN_FUNCTIONS
        and type(owner) is dict
        and function.__name__ in GETTING
        and type(item) in SCALARS
    ):
        return NOTHING
    try:
        return function(item)
    except (LookupError, TypeError):
        return NOTHING


def next_results(function: Any, items: list[Any], results: Any) -> Any:
    """Return what a function in C gives for items.

    `results`: all possible results; they are returned if one result is not known.
    """
    given = [result_of(function, item) for item in items]
    return results if any(one is NOTHING for one in given) else given
