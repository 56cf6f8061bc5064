"""Items that a defaultdict makes: its factory or its keys may run Python code."""

import operator
from collections import defaultdict
from types import FunctionType
from typing import Any

from bench.correctness.tracking.accesses import access
from bench.correctness.tracking.base_slots import can_look_up, class_attribute
from bench.correctness.tracking.callbacks import is_python, runs_python
from bench.correctness.tracking.deep_reads import SCALARS

OF_C = "_x_of_c"  # an attribute of the model of a C function
DEFAULT_FACTORY = vars(defaultdict)["default_factory"].__get__
MISSING_OF_DEFAULTDICT = class_attribute(defaultdict, "__missing__")
# Functions in C that read an item of their first argument.
READING_ITEMS = (operator.getitem, dict.__getitem__)


def calls_factory(obj: Any, key: Any) -> bool:
    """Whether a read makes a missing item, and other workers can run meanwhile."""
    kind = type(obj)
    return (
        issubclass(kind, defaultdict)
        and class_attribute(kind, "__missing__") is MISSING_OF_DEFAULTDICT
        and is_split(DEFAULT_FACTORY(obj), key)
        and can_look_up(obj, key)
        and not dict.__contains__(obj, key)
    )


def is_split(factory: Any, key: Any) -> bool:
    """Whether other workers can run while a defaultdict adds a missing key.

    They can run in the factory, if the factory is Python code.  They can also run while
    the hash of the key is computed, if Python code does this, for example for a path.
    The hash is computed twice: for the look-up, and when the key is added.
    """
    if factory is None:
        return False
    if runs_python(factory) and not stands_for_c(factory):
        return True
    return type(key) not in SCALARS and hashes_in_python(key)


def hashes_in_python(key: Any) -> bool:
    """Whether Python code computes the hash of a key, or of an item of a tuple key."""
    if issubclass(type(key), tuple):
        return any(map(hashes_in_python, tuple.__iter__(key)))
    return is_python(class_attribute(type(key), "__hash__"))


def stands_for_c(factory: Any) -> bool:
    """Whether a function models a C function, so that no other worker runs in it."""
    return type(factory) is FunctionType and OF_C in vars(factory)


def add_missing(obj: defaultdict[Any, Any], key: Any, site: int) -> None:
    """Add a missing key as a defaultdict does, and report each access.

    The steps are a read, a call of the factory, and a write.  Other workers may run
    between these steps.
    """
    access(obj, None, False, site, True)
    if not dict.__contains__(obj, key):
        value = DEFAULT_FACTORY(obj)()
        access(obj, None, True, site, True)
        dict.__setitem__(obj, key, value)


def item_to_make(function: Any, args: tuple[Any, ...]) -> tuple[Any, Any] | None:
    """Return the defaultdict and the key if a call in C is about to make an item.

    For example, `map(shelf.__getitem__, keys)` makes such calls if `shelf` is a
    defaultdict.  For all other calls the result is None.
    """
    if function in READING_ITEMS:
        return (args[0], args[1]) if len(args) == 2 and calls_factory(*args) else None
    owner = getattr(function, "__self__", None)
    if (
        issubclass(type(owner), defaultdict)
        and function.__name__ == "__getitem__"
        and len(args) == 1
        and calls_factory(owner, args[0])
    ):
        return owner, args[0]
    return None


def may_make_items(function: Any) -> bool:
    """Whether a function is `__getitem__` of a defaultdict with a factory in Python."""
    owner = getattr(function, "__self__", None)
    return (
        issubclass(type(owner), defaultdict)
        and function.__name__ == "__getitem__"
        and is_split(DEFAULT_FACTORY(owner), None)
    )
