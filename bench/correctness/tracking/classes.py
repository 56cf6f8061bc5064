"""The hook of class statements: objects that compare by identity get a fixed hash."""

from contextlib import suppress
from typing import Any

from bench.correctness.engine.kernel import kernel

HASH_BY_ADDRESS: Any = object.__hash__


def define_class(cls: Any) -> Any:
    """The class that a statement of the program has made, with a hash of its own.

    `object` takes the hash from the address, so that sets of such objects would have
    another order in each run, and a schedule could not be repeated.
    """
    if (
        isinstance(cls, type)
        and cls.__hash__ is HASH_BY_ADDRESS
        and not getattr(cls, "_is_protocol", False)
    ):
        with suppress(TypeError, AttributeError):  # a metaclass may forbid it
            cls.__hash__ = fixed_hash  # type: ignore[method-assign, assignment]
    return cls


def fixed_hash(thing: object) -> int:
    """What `hash` returns for an object that compares by identity."""
    return kernel.hash_of(thing)
