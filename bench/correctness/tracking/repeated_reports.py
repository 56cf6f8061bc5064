"""Report the accesses of a function in C again after each item and each callback."""

import collections
import contextvars
import gc
import types
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.tracking.arguments import Arguments, report_arguments
from bench.correctness.tracking.attributes import ATTRIBUTE_FUNCTIONS
from bench.correctness.tracking.before_calls import BEFORE
from bench.correctness.tracking.behind import accesses_behind
from bench.correctness.tracking.callbacks import INSERTING
from bench.correctness.tracking.called_in_c import watched
from bench.correctness.tracking.deep_reads import report
from bench.correctness.tracking.getters import STOCK
from bench.correctness.tracking.iterators import (
    LAZY,
    LAZY_DEPTH,
    CallbackOfIterator,
    generator_behind,
)
from bench.correctness.tracking.read_results import note_readers
from bench.correctness.tracking.set_order import through_sets
from bench.correctness.tracking.special_objects import CODE
from bench.correctness.tracking.type_traits import (
    BUILTIN_FUNCTIONS,
    CONTAINER,
    CONTENTS,
    ITERATOR,
    SHARED,
    STATE,
    VIEW,
)

COUNTING = vars(collections)["_count_elements"]  # the C function that `Counter` uses
# Methods in C that iterate over their arguments.  An argument of any other method, such
# as `append`, must not be wrapped, because the method may store the argument.
GOING_THROUGH = {
    "extend", "extendleft", "update", "difference_update", "intersection_update",
    "symmetric_difference_update", "difference", "intersection", "union",
    "symmetric_difference", "isdisjoint", "issubset", "issuperset", "fromkeys",
    "writelines", "writerow", "writerows", "executemany", "__init__", "__iadd__",
    "__ior__",
}  # fmt: skip


def is_uninterrupted(callback: types.FunctionType) -> bool:
    """Whether a callback always has the same code, and no other worker runs in it."""
    return (
        kernel.current.in_loop
        and not kernel.mixed
        and "_explored_" in callback.__globals__
        and CODE not in kernel.written_names
    )


class ReportedItems(CallbackOfIterator):
    """Wraps the iterator from which an `enumerate` takes its items.

    The `enumerate` first takes an item, and then reads and changes its own index.  So a
    change of the `enumerate` is reported after each item.
    """

    __slots__ = ("items", "site")

    def __init__(self, items: Any, site: int) -> None:
        super().__init__()
        self.items, self.site = items, site

    def __iter__(self) -> Iterator[Any]:
        self.items = iter(self.items)
        return self

    def __next__(self) -> Any:
        item = next(self.items)
        if not kernel.alone:
            report([(one, None, True) for one in self.place.places()], self.site)
        return item


def callback_behind(lazy: Any, depth: int = LAZY_DEPTH) -> bool:
    """Whether an iterator, or an iterator behind it, calls a Python function."""
    if issubclass(type(lazy), CallbackOfIterator):
        return True
    return bool(depth) and any(
        callback_behind(one, depth - 1)
        for one in gc.get_referents(lazy)
        if type(one) is tuple
        or CONTENTS[type(one)] == ITERATOR
        or issubclass(type(one), CallbackOfIterator)
    )


def asks_python(items: Any) -> bool:
    """Whether Python code makes each item; other workers may run in this code."""
    kind = type(items)
    if kind is types.GeneratorType:
        return True
    if kind in LAZY and generator_behind(items) is not None:
        return True
    return CONTENTS[kind] == ITERATOR and callback_behind(items)


def after_each_item(items: Any, report_again: Callable[[], object]) -> Iterator[Any]:
    """Yield the same items; repeat a report when the next item is requested."""
    for item in items:
        yield item
        if not kernel.alone:
            report_again()


def accesses_attributes(function: Any) -> bool:
    """Whether a function, or the one in a `partial`, is in ATTRIBUTE_FUNCTIONS."""
    while type(function) is partial:
        function = function.func
    return type(function) in BUILTIN_FUNCTIONS and function in ATTRIBUTE_FUNCTIONS


def with_reports(
    function: Any, site: int, args: Arguments, given: Arguments
) -> Arguments:
    """Return a C function's arguments; callbacks and iterators in Python are wrapped.

    The accesses of the function are reported again after each call of a callback.  They
    are also reported again after each item that Python code makes, as a generator does.
    """
    note_readers(function, args)

    def report_again() -> None:
        if not kernel.alone:
            BEFORE[type(function)](function, site, given)

    def after_each_call(callback: Any) -> Any:
        def reported(*values: Any, **named: Any) -> Any:
            try:
                return callback(*values, **named)
            finally:
                report_again()

        return reported

    owner = type(getattr(function, "__self__", None))
    if owner is contextvars.Context:
        return (after_each_call(args[0]), *args[1:])
    if function is COUNTING or (
        (CONTENTS[owner] == CONTAINER or STATE[owner] == SHARED)
        and function.__name__ in GOING_THROUGH
    ):
        return tuple(
            after_each_item(one, report_again) if asks_python(one) else one
            for one in args
        )
    return args


def call_with_getter(
    function: Any, site: int, args: Arguments, kwargs: dict[str, Any]
) -> Any:
    """Call a function whose `key` is a getter of `operator`, such as `itemgetter(1)`.

    The getter reads what the items contain.  In general, the whole call is one step in
    C.  But if the getter reads a property, code of the program runs during the call.
    """
    owner = getattr(function, "__self__", None)
    sorts = CONTENTS[type(owner)] == CONTAINER
    read = [owner, *args] if sorts else [*args]
    for arg in args:
        if CONTENTS[type(arg)] in (VIEW, ITERATOR):
            read += [thing for thing, _, _ in accesses_behind(arg)]
    changed = (owner,) if sorts else args[:1] if function in INSERTING else ()

    def report_all() -> None:
        report_arguments(site, (*read,), reading=True, deep=True, changed=changed)

    report_all()
    transition = kernel.transition
    done, in_order = through_sets(function, args)
    kwargs = {**kwargs, "key": vars(kwargs["key"])[STOCK]}
    if site in kernel.points:  # the getter may read a property
        result = watched(report_all, done, in_order, kwargs)
    else:
        result = done(*in_order, **kwargs)
    if kernel.transition is not transition and not kernel.alone:
        report_all()
    return result
