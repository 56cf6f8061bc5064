"""The order of sets: the same in each run, even if CPython's depends on addresses.

In CPython the hash of a text depends on a random number, which is drawn when Python
starts.  The hash of a function, and of many other objects, depends on its address.  So
the explorer iterates over a set of such items in the order of their contents.  If the
contents do not tell all items apart, the set is refused.
"""

import datetime
import enum
import sys
import types
import weakref
from collections import Counter, OrderedDict, deque
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePath
from typing import Any
from uuid import UUID

from bench.correctness.engine.frames import is_ours, user_line
from bench.correctness.engine.kernel import kernel
from bench.correctness.tracking.base_slots import namespace_of
from bench.correctness.tracking.classes import fixed_hash
from bench.correctness.tracking.type_cache import TypeCache
from bench.errors import CannotRunError

SETS = (set, frozenset)
NUMBERS = (int, float, complex, bool, Fraction, Decimal, UUID, range)
TEXTS = (str, bytes, PurePath, datetime.date, datetime.time, datetime.timedelta)
# Functions that iterate over an argument, so that the order of a set matters.
GOING_THROUGH = {
    list, tuple, iter, enumerate, zip, map, filter, sorted, min, max, sum, deque,
    Counter, OrderedDict,
}  # fmt: skip
METHODS_GOING_THROUGH = {"join", "extend", "extendleft", "writelines", "fromkeys"}
SHOWING = {repr, str, format}
DEEPEST = 4  # levels of contents within an item
Key = tuple[Any, ...]


class UntellableError(Exception):
    """Two items of a set cannot be distinguished in the same way in each run."""


def has_fixed_hash(kind: type) -> bool:
    """Whether the hashes of objects of a type are the same in each run."""
    return (
        issubclass(kind, NUMBERS)
        or kind.__hash__ is fixed_hash
        or is_ours(kind.__module__)
        or is_ours(getattr(kind.__hash__, "__module__", None) or "")
    )


FIXED = TypeCache(has_fixed_hash)


def is_fixed(item: Any) -> bool:
    """Whether the hash of an item is the same in each run."""
    if type(item) in (tuple, frozenset):
        return all(map(is_fixed, item))
    return FIXED[type(item)]


def in_order(items: Any) -> Any:
    """Return the object to iterate over in place of a set.

    If the order of the set is the same in each run, the result is the set itself.  If
    not, the result is an OrderedItems.  Raises CannotRunError if the items of the set
    cannot be distinguished.
    """
    if len(items) < 2 or all(map(is_fixed, items)):
        return items
    return OrderedItems(items, sorted_items(items))


def sorted_items(items: Any) -> list[Any]:
    """Return the items of a set, in an order that is the same in each run."""
    try:
        keys = {key_of(item): item for item in items}
        if len(keys) == len(items):
            return [keys[key] for key in sorted(keys)]
    except (UntellableError, TypeError):
        pass
    kinds = ", ".join(sorted({type(item).__qualname__ for item in items}))
    where = user_line(sys._getframe())
    place = f"{where[0].co_filename}:{where[1]}: " if where else ""
    problem = CannotRunError(
        f"{place}a set of {kinds} has another order in each run; sort its items,"
        " or store them in a list or a dict"
    )
    kernel.record_crash(kernel.current, problem)  # because the program may catch it
    raise problem


def key_of(item: Any, depth: int = DEEPEST) -> Key:
    """Return the contents of an item, as its sort key.

    Raises UntellableError if the item has no contents, or too many levels of contents.
    """
    kind = type(item)
    name = f"{kind.__module__}.{kind.__qualname__}"
    if item is None:
        return ("",)
    if depth == 0:
        raise UntellableError
    if issubclass(kind, enum.Enum):
        return name, str(item.name), repr(item.value)
    if issubclass(kind, (*TEXTS, *NUMBERS)):
        return name, str(item)
    if issubclass(kind, tuple):
        return name, tuple(key_of(one, depth - 1) for one in item)
    if issubclass(kind, frozenset):
        return name, tuple(sorted(key_of(one, depth - 1) for one in item))
    if issubclass(kind, type):
        return name, item.__module__, item.__qualname__
    if issubclass(kind, types.ModuleType):
        return name, item.__name__
    if issubclass(kind, types.FunctionType):
        place = tuple(item.__code__.co_positions())[:2]
        return name, item.__module__, item.__qualname__, repr(place)
    if issubclass(kind, types.BuiltinFunctionType | types.MethodType):
        return name, item.__name__, key_of(item.__self__, depth - 1)
    if FIXED[kind]:
        return name, hash(item)
    if issubclass(kind, weakref.ReferenceType):
        return name, key_of(item(), depth - 1)
    names = sorted(namespace_of(item) or ())
    if is_dataclass(kind):
        names = [field.name for field in fields(kind)]
    if not names:
        raise UntellableError
    parts = (object.__getattribute__(item, one) for one in names)
    return name, tuple(names), tuple(key_of(part, depth - 1) for part in parts)


class OrderedItems:
    """The items of a set, in an order that is the same in each run.

    Like an iteration over the set itself, this iteration fails if the set grows or
    shrinks meanwhile.
    """

    def __init__(self, items: Any, order: list[Any]) -> None:
        self.items, self.order = items, order

    def __len__(self) -> int:
        return len(self.order)

    def __iter__(self) -> Iterator[Any]:
        for item in self.order:
            self.check_size()
            yield item
        self.check_size()

    def check_size(self) -> None:
        if len(self.items) != len(self.order):
            raise RuntimeError("Set changed size during iteration")

    def __repr__(self) -> str:
        text = "{" + ", ".join(map(repr, self.order)) + "}"
        return text if type(self.items) is set else f"frozenset({text})"


def pop_first(items: set[Any]) -> Any:
    """The model of `set.pop`: take the first item in the order of `sorted_items`."""
    if len(items) < 2 or all(map(is_fixed, items)):
        return items.pop()
    first = sorted_items(items)[0]
    items.remove(first)
    return first


def through_sets(function: Any, args: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    """Return a function in C and its arguments; sets among them get a fixed order."""
    if not args:
        owner = getattr(function, "__self__", None)
        if type(owner) is set and function.__name__ == "pop":
            return pop_first, (owner,)
        return function, args
    for one in args:  # a generator would cost more than the loop
        if type(one) in SETS:
            break
    else:
        return function, args
    if (
        function in SHOWING
        or function in GOING_THROUGH
        or (function.__name__ in METHODS_GOING_THROUGH)
    ):
        args = tuple(in_order(one) if type(one) in SETS else one for one in args)
    return function, args
