"""Functions in C that another function in C, such as `map`, calls for each item.

A getter is a function like `operator.itemgetter(1)`.  If it reads a property, it runs
Python code.  If it runs only C code, its call is one step.  In this case the getter
itself is called, not its model, and what it reads counts as a read by the calling
function.  A function such as `str` is different: if the items are paths, it runs Python
code of the library for each item.
"""

import operator
import types
from collections import deque, namedtuple
from collections.abc import Sequence
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.tracking.base_slots import (
    class_attribute,
    items_within,
    namespace_of,
)
from bench.correctness.tracking.deep_reads import SCALARS
from bench.correctness.tracking.python_within import (
    GOING_THROUGH,
    VIEWS,
    python_among,
)
from bench.correctness.tracking.referents import items_behind
from bench.correctness.tracking.type_traits import MORTAL, ORDINARY, TRACKED

STOCK = "_x_stock"  # the attribute of a getter's model that stores the getter itself
STOCK_CALLER = "_x_stock_caller"  # the same for the model of a `methodcaller`
PLAIN_SOURCES = (list, tuple, deque)
MAKING_TUPLES = (zip, enumerate)
IN_C = (types.MemberDescriptorType, type(vars(namedtuple("One", "x"))["x"]))
GETS_ATTRIBUTES = (object.__getattribute__, tuple.__getattribute__)
GETS_ITEMS = (
    tuple.__getitem__, list.__getitem__, dict.__getitem__, str.__getitem__,
    bytes.__getitem__,
)  # fmt: skip


def is_getter(key: Any) -> bool:
    """Whether a key function is the model of a getter in C, such as `itemgetter(1)`."""
    return type(key) is types.FunctionType and STOCK in vars(key)


def getter_in_c(callback: Any, sources: Sequence[Any]) -> Any:
    """Return the getter in C that a callback models, if the getter runs only C code.

    Returns None if the callback models no getter, or if the getter may run Python code.
    `sources`: the objects from which the items are taken.
    """
    if type(callback) is not types.FunctionType:
        return None
    named = vars(callback)
    stock: Any = named.get(STOCK) or named.get(STOCK_CALLER)
    if stock is None or not sources:
        return None
    for source in sources:
        items = items_of(source)
        if items is None or not all(is_got_in_c(stock, item) for item in items):
            return None
    return stock


# Functions that call a special method of their argument.
SPECIAL = {str, repr, ascii, format, int, float, complex, bool, hash, abs, round, sum}
SHOWING = {str, repr, ascii, format}


def runs_special(callback: Any, sources: Sequence[Any]) -> bool:
    """Whether a function in C, such as `str`, runs Python code that reports nothing.

    It may run this code for an item that it gets from `sources`.
    """
    if kernel.current.in_loop and not kernel.mixed:
        return False
    if type(callback) is types.BuiltinFunctionType:
        if callback not in SPECIAL and callback.__module__ != "_operator":
            return False
    elif type(callback) is not type or callback not in SPECIAL:
        return False
    return any(
        python_among(items, shown=callback in SHOWING)
        for items in map(items_of, sources)
        if items
    )


def items_of(source: Any) -> Any:
    """Return the items that an iterator over an object gives; None if not known."""
    kind = type(source)
    if kind in MAKING_TUPLES:
        return [()]
    if kind in PLAIN_SOURCES:
        return items_within(source)
    if kind is dict:
        return [*source]
    if kind in VIEWS or kind in GOING_THROUGH:
        return items_behind(source)
    return None


def is_got_in_c(stock: Any, item: Any) -> bool:
    """Whether a getter in C runs only C code for an item."""
    kind = type(item)
    if type(stock) is operator.itemgetter:
        return (
            class_attribute(kind, "__getitem__") in GETS_ITEMS
            and class_attribute(kind, "__missing__") is None
        )
    _, names, *_ = stock.__reduce__()
    if type(stock) is operator.methodcaller:
        return kind in SCALARS
    return all(
        is_stored(item, name)
        or (
            type(class_attribute(kind, name)) in IN_C
            and class_attribute(kind, "__getattribute__") in GETS_ATTRIBUTES
        )
        for name in names
    )


def is_stored(thing: Any, name: str) -> bool:
    """Whether an object stores this attribute, and a read of it runs no Python code."""
    kind = type(thing)
    return (
        TRACKED[kind] in (ORDINARY, MORTAL)
        and name in namespace_of(thing)
        and class_attribute(type(class_attribute(kind, name)), "__get__") is None
        and class_attribute(kind, "__getattribute__") is object.__getattribute__
    )
