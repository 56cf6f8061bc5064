"""Accesses to the caches of `functools`, told apart by the arguments of the calls.

A call first looks up its arguments.  If there is no result, it computes and stores one.
Calls with different arguments are independent, as long as no result is dropped.
`cache_clear` writes the whole cache.  A look-up also changes the numbers of hits and
misses, which `cache_info` returns.  But a look-up is reported as a read, so that two
look-ups are independent.  Instead, `cache_info` is reported as a write of the whole
cache, so that it conflicts with each look-up.
"""

from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.tracking.accesses import access
from bench.correctness.tracking.base_slots import class_attribute, item_key

# A point id: a cache with a limit has been full.  In a full cache, each call may change
# which result the next call drops.  So calls with different arguments may conflict.
FULL = "a cache is full"
# If values of these types are equal, so are their hashes, in every process.
NUMBERS = (int, float, bool)


def look_up(cache: Any, site: int, args: tuple[Any, ...]) -> None:
    """Report that a function with a cache is about to look for a stored result."""
    access_cache(cache, site, args, write=False)


def store(cache: Any, site: int, args: tuple[Any, ...]) -> None:
    """Report that a function with a cache is about to store a result."""
    access_cache(cache, site, args, write=True)


def access_cache(cache: Any, site: int, args: tuple[Any, ...], *, write: bool) -> None:
    """Report an access to the result for these arguments.

    The function within the cache represents the cache.  If a cache with a limit has
    been full, or if nothing identifies the arguments, this is a write of the whole
    cache.
    """
    parameters = cache.cache_info()
    limit = parameters.maxsize
    if limit is not None and parameters.currsize >= limit:
        kernel.discover(FULL)
    key = None if limit is not None and FULL in kernel.points else key_of_call(args)
    access(cache.__wrapped__, key, write or key is None, site, True)


def key_of_call(args: tuple[Any, ...]) -> str | None:
    """Return what identifies the arguments of a call in every run, or None.

    Arguments that are equal for the cache give the same text.  Different arguments may
    give the same text, too.  For example, the text does not contain the names of
    keyword arguments.
    """
    parts = []
    for one in args:
        kind = type(one)
        if kind in NUMBERS:
            if one != one:  # a NaN is found only by the same object
                return None
            parts.append(str(hash(one)))
            continue
        if kind is tuple:
            part = key_of_call(one)
        elif (known := item_key(None, one)) is not None:
            part = repr(known) if type(known) not in NUMBERS else str(hash(known))
        elif one is None or is_only_itself(kind):
            part = "object"
        else:
            part = None
        if part is None:
            return None
        parts.append(part)
    return f"({', '.join(parts)})"


def is_only_itself(kind: type) -> bool:
    """Whether objects of a type equal only themselves."""
    return (
        class_attribute(kind, "__eq__") is object.__eq__
        and class_attribute(kind, "__hash__") is object.__hash__
    )
