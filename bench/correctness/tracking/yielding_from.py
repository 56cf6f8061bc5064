"""The hook of `yield from`: it reports the iterations; values can still be sent."""

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

    A generator of the program is not wrapped, because it must stay the same object.
    Here one access to this generator is reported; its own code reports the others.  A
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
    """Iterates over a value that has no `send`, such as a list.

    If the program sends something, Python raises an AttributeError.  As without hooks,
    this error names the iterator of the value, and not the object that reports the
    iterations.
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
