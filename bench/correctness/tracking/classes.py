"""The hook of class statements: fixed hashes, and static models of C functions.

It fixes the hash of objects compared by identity.  It also keeps models of C functions
from becoming methods.
"""

import gc
from contextlib import suppress
from types import FunctionType
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.models_of_c import MODELS_OF_C
from bench.correctness.engine.refusals import PROBING, refuse
from bench.correctness.tracking.base_slots import class_attribute, namespace_of

HASH_BY_ADDRESS: Any = object.__hash__


def define_class(cls: Any) -> Any:
    """Give a class of the program a fixed hash, if it defines none; return the class.

    `object.__hash__` computes the hash from the address.  With such a hash, the order
    of a set would differ from run to run, and a schedule could not be repeated.

    With `clock = time.monotonic` in a class, `self.clock()` passes no `self`, because a
    function in C is no method.  So a model of a C function becomes a static method.

    Raises CannotRunError for a metaclass whose `__hash__` is its own, or None because
    of an `__eq__`: the explorer has tables with classes as keys, so it would run this
    code, or fail.  Such metaclasses of packages are rare, and are not refused.
    """
    if issubclass(type(cls), type):
        if (
            issubclass(cls, type)
            and class_attribute(cls, "__hash__") is not HASH_BY_ADDRESS
            and not PROBING
        ):
            refuse("a metaclass with __hash__ or __eq__")()
        for name, value in [*namespace_of(cls).items()]:
            if type(value) is FunctionType and value in MODELS_OF_C:
                type.__setattr__(cls, name, staticmethod(value))
        number = id(gc.get_referents(namespace_of(cls))[0])  # the dict behind the proxy
        kernel.register_class(cls, number)
    if (
        issubclass(type(cls), type)
        # The instances of a metaclass are classes.  Classes are keys of tables that
        # outlive a run, but `fixed_hash` may return another number in the next run.
        and not issubclass(cls, type)
        and class_attribute(cls, "__hash__") is HASH_BY_ADDRESS
        and not class_attribute(cls, "_is_protocol")
    ):
        with suppress(TypeError, AttributeError):
            type.__setattr__(cls, "__hash__", fixed_hash)
    return cls


def fixed_hash(thing: object) -> int:
    """Return the hash of an object that compares by identity."""
    return kernel.hash_of(thing)
