"""Repeat reports after each item that a function in C takes, or each call it makes."""

import contextvars
import types
from collections.abc import Iterator
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.tracking.arguments import Arguments
from bench.correctness.tracking.before_calls import BEFORE
from bench.correctness.tracking.deep_reads import report
from bench.correctness.tracking.iterators import CallbackOfIterator
from bench.correctness.tracking.special_objects import CODE
from bench.correctness.tracking.type_traits import CONTAINER, CONTENTS, SHARED, STATE


def is_uninterrupted(callback: types.FunctionType) -> bool:
    """Whether no other worker can run within a call, or change the called function."""
    return (
        kernel.current.in_loop
        and not kernel.mixed
        and "_explored_" in callback.__globals__
        and CODE not in kernel.written_names
    )


class ReportedItems(CallbackOfIterator):
    """A Python iterator in an `enumerate`, which reads its index after each item."""

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


def with_reports(
    function: Any, site: int, args: Arguments, given: Arguments
) -> Arguments:
    """Return the arguments of a function that runs Python code among them.

    The accesses of the function are reported again after each call of a callback, and
    after each item of a generator.
    """

    def report_again() -> None:
        if not kernel.alone:
            BEFORE[type(function)](function, site, given)

    def after_each_item(items: Any) -> Iterator[Any]:
        for item in items:
            yield item
            report_again()

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
    if CONTENTS[owner] == CONTAINER or STATE[owner] == SHARED:
        return tuple(
            after_each_item(one) if type(one) is types.GeneratorType else one
            for one in args
        )
    return args
