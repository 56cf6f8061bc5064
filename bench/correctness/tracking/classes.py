"""The hook of class statements: fixed hashes, and static models of C functions.

The hook gives objects that compare by identity a hash that is the same in each run.  It
also keeps models of C functions from becoming methods.
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
    """Prepare a new class of the program for the exploration; return the class.

    A class with the `__hash__` of `object` gets `fixed_hash` in its place.
    `object.__hash__` computes the hash from the address.  With such a hash, the order
    of a set would differ from run to run, and a schedule could not be repeated.

    A model of a C function in the class becomes a static method.  The reason: with
    `clock = time.monotonic` in a class, `self.clock()` passes no `self`, because a
    function in C is no method.

    Raises CannotRunError for a metaclass that defines `__hash__` or `__eq__`.  The
    explorer has tables with classes as keys.  A look-up there would run this `__hash__`
    of the program, or would fail: if only `__eq__` is defined, classes have no hash.
    During the import of a package, such metaclasses are rare, and are not refused.
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
    """Return the hash of an object that compares by identity, equal in each run."""
    return kernel.hash_of(thing)
