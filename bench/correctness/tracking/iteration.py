"""The hooks of loops: each turn looks at what is gone over, and may let others go on.

An iterator or a generator that several share is changed by each turn.
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
    behind,
)


def iterate(value: Any, site: int) -> Any:
    """What a loop goes over: a look at a shared container for each turn."""
    if kernel.alone:
        return value
    contents = CONTENTS[type(value)]
    if contents == CONTAINER:
        return each(value, [value], site)
    if contents == VIEW:
        return each(value, behind(value), site)
    if contents == ITERATOR:
        return SharedIteration(value, site)
    return value


def iterate_async(value: Any, site: int) -> Any:
    """What an `async for` goes over: a generator may be another's as well."""
    if kernel.alone or CONTENTS[type(value)] != ASYNC_ITERATOR:
        return value
    return SharedAsyncIteration(value, site)


def delegate(value: Any, site: int) -> Any:
    """What `yield from` goes over: a generator as it is, for it may be sent things."""
    if kernel.alone or not hasattr(value, "send"):
        return iterate(value, site)
    access(shared_iterator(value), None, True, site, True)
    return value


def each(value: Any, containers: list[Any], site: int) -> Iterator[Any]:
    """Go over a container, or a view of some, with a look before each item."""
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
    """An iterator that several may share: each turn changes it."""

    def __init__(self, iterator: Any, site: int) -> None:
        self.iterator, self.site = iterator, site
        generates = isinstance(iterator, types.GeneratorType)
        self.containers = [] if generates else behind(iterator)

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        if not kernel.alone:
            access(shared_iterator(self.iterator), None, True, self.site, True)
            for container in self.containers:
                access(container, None, False, self.site, True)
        return next(self.iterator)


class SharedAsyncIteration:
    """An async generator that several may share: each turn changes it."""

    def __init__(self, generator: Any, site: int) -> None:
        self.generator, self.site = generator, site

    def __aiter__(self) -> Any:
        return self

    def __anext__(self) -> Any:
        if not kernel.alone:
            access(shared_iterator(self.generator), None, True, self.site, True)
        return self.generator.__anext__()


def yielding(value: Any, site: int) -> Any:
    """Before a generator yields: until then it runs, and nobody else may run it."""
    if not kernel.alone:
        frame = sys._getframe(1)
        access(kernel.generators.get(id(frame), frame), None, True, site, True)
    return value


def loop_iteration(site: int) -> bool:
    """At each turn of a while loop, so that one that spins lets others go on."""
    kernel.loop_iteration(site)
    return True
