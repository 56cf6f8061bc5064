"""The hook of `yield from`: it reports the iterations, and keeps what may be sent."""

import types
from collections.abc import Iterator
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.tracking.accesses import access
from bench.correctness.tracking.base_slots import class_attribute, is_rewritten_frame
from bench.correctness.tracking.iteration import (
    SharedGenerator,
    SharedIteration,
    iterate_later,
)
from bench.correctness.tracking.iterators import shared_iterator


def yield_from(value: Any, site: int) -> Any:
    """Return the iterable of a `yield from`, with its iterations reported.

    A generator of the program must stay the same object, so it is not wrapped.  It
    reports its own accesses.  Here only one access to the generator is reported.  A
    generator of the library is wrapped, and the wrapper reports its iterations.
    """
    if class_attribute(type(value), "send") is None:
        items = iterate_later(value, site)
        if type(items) in (types.GeneratorType, SharedIteration):
            return WithoutSend(items, value)
        return items
    if type(value) is types.GeneratorType and not is_rewritten_frame(value.gi_frame):
        return SharedGenerator(value, site)
    if not kernel.alone:
        access(shared_iterator(value), None, True, site, True)
    return value


class WithoutSend:
    """Iterates over a value that is no generator.

    The iterator of the value has no `send`.  If a value is sent to it, the error names
    this iterator, and not what reports the iterations.
    """

    __slots__ = ("items", "value")

    def __init__(self, items: Iterator[Any], value: Any) -> None:
        self.items, self.value = items, value

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return next(self.items)

    def __getattr__(self, name: str) -> Any:
        return getattr(iter(self.value), name)
