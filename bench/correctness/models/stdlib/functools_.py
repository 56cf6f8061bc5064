"""The model of `functools`: caches whose races are tracked.

`lru_cache` is thread-safe, but if two workers find no stored result, both compute it.
From Python 3.12 on, `cached_property` has no lock, so the same can happen there.
"""

import functools
import sys
import types
import weakref
from collections.abc import Callable
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.instrument.sites import CALLBACK_SITE
from bench.correctness.models.substitution import module
from bench.correctness.models.threading_.locks import RLock
from bench.correctness.tracking.accesses import access_attribute
from bench.correctness.tracking.caches import store

HAS_LOCK = sys.version_info < (3, 12)


def cached(function: Callable[..., Any], maxsize: Any, typed: bool) -> Any:
    """A function with a cache, which reports that it is about to store a result."""

    @functools.wraps(function)
    def compute(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        if not kernel.alone and (cache := found()) is not None:
            store(cache, CALLBACK_SITE, (*args, *kwargs.values()))
        return result

    made = functools.lru_cache(maxsize, typed)(compute)
    # In CPython a function does not keep its cache alive, so `compute` must not either.
    found = weakref.ref(made)
    return made


def lru_cache(maxsize: Any = 128, typed: bool = False) -> Any:
    if callable(maxsize):
        return cached(maxsize, 128, typed)
    return lambda function: cached(function, maxsize, typed)


def cache(function: Callable[..., Any]) -> Any:
    return cached(function, None, typed=False)


class cached_property:  # noqa: N801 - the standard library's name
    """`functools.cached_property`: computed once for each instance.

    From Python 3.12 on, workers that race may compute it more than once.
    """

    __class_getitem__: Any = classmethod(types.GenericAlias)

    def __init__(self, func: Callable[[Any], Any]) -> None:
        self.func = func
        self.attrname = func.__name__
        self.__doc__ = func.__doc__
        self.lock = RLock() if HAS_LOCK else None

    def __set_name__(self, owner: type, name: str) -> None:
        self.attrname = name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        if self.lock is None:
            return self.compute(instance)
        if not kernel.alone:
            access_attribute(instance, self.attrname, False, CALLBACK_SITE)
        if self.attrname in instance.__dict__:
            return instance.__dict__[self.attrname]
        with self.lock:
            return self.compute(instance)

    def compute(self, instance: Any) -> Any:
        if not kernel.alone:
            access_attribute(instance, self.attrname, False, CALLBACK_SITE)
        values = instance.__dict__
        if self.attrname not in values:
            value = self.func(instance)
            if not kernel.alone:
                access_attribute(instance, self.attrname, True, CALLBACK_SITE)
            values[self.attrname] = value
        return values[self.attrname]


FUNCTOOLS = module(
    "functools",
    functools,
    lru_cache=lru_cache,
    cache=cache,
    cached_property=cached_property,
)
