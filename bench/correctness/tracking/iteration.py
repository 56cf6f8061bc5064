"""The hooks of loops: an iteration reads the container, and may let others run.

Each iteration changes the iterator or generator, which several workers may share.
"""

import sys
import types
from collections.abc import Iterator
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.tracking.accesses import access, shared_iterator
from bench.correctness.tracking.type_traits import (
    ASYNC_ITERATOR,
    CONTAINER,
    CONTAINERS,
    CONTENTS,
    ITERATOR,
    VIEW,
    containers_behind,
)


def iterate(value: Any, site: int) -> Any:
    """The same iterable; if it may be shared, each iteration is reported."""
    if kernel.alone:
        return value
    contents = CONTENTS[type(value)]
    if contents == CONTAINER:
        return read_before_each(value, [value], site)
    if contents == VIEW:
        return read_before_each(value, containers_behind(value), site)
    if contents == ITERATOR:
        return SharedIteration(value, site)
    return value


def iterate_async(value: Any, site: int) -> Any:
    """The same asynchronous iterable; if it is a generator, iterations are reported."""
    if kernel.alone or CONTENTS[type(value)] != ASYNC_ITERATOR:
        return value
    return SharedAsyncIteration(value, site)


def yield_from(value: Any, site: int) -> Any:
    """The iterable of a `yield from`, with its iterations reported.

    A generator must stay the same object, because values may be sent to it: only one
    access is reported.
    """
    if kernel.alone or not hasattr(value, "send"):
        return iterate(value, site)
    access(shared_iterator(value), None, True, site, True)
    return value


def read_before_each(value: Any, containers: list[Any], site: int) -> Iterator[Any]:
    """Iterate over a container, or a view; report reads of containers each time."""
    lazy = not isinstance(value, CONTAINERS) and hasattr(value, "__next__")
    items = iter(value)
    while True:
        if not kernel.alone:
            if lazy:
                access(value, None, True, site, True)
            for container in containers:
                access(container, None, False, site, True)
        try:
            item = next(items)
        except StopIteration:
            return
        yield item


class SharedIteration:
    """An iterator that several workers may share: each iteration changes it."""

    def __init__(self, iterator: Any, site: int) -> None:
        self.iterator, self.site = iterator, site
        is_generator = isinstance(iterator, types.GeneratorType)
        self.containers = [] if is_generator else containers_behind(iterator)

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        if not kernel.alone:
            access(shared_iterator(self.iterator), None, True, self.site, True)
            for container in self.containers:
                access(container, None, False, self.site, True)
        return next(self.iterator)


class SharedAsyncIteration:
    """An async generator that several tasks may share: each iteration changes it."""

    def __init__(self, generator: Any, site: int) -> None:
        self.generator, self.site = generator, site

    def __aiter__(self) -> Any:
        return self

    def __anext__(self) -> Any:
        if not kernel.alone:
            access(shared_iterator(self.generator), None, True, self.site, True)
        return self.generator.__anext__()


def yield_value(value: Any, site: int) -> Any:
    """Report that a generator is about to yield: no other worker can run it until then.

    Only its frame is known here, not the generator object.
    """
    if not kernel.alone:
        frame = sys._getframe(1)
        access(kernel.generators.get(id(frame), frame), None, True, site, True)
    return value


def loop_iteration(site: int) -> bool:
    """Report an iteration of a `while` loop, which yields if it spins; return True."""
    kernel.loop_iteration(site)
    return True
