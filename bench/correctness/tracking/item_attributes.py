"""Attributes that are items of a dict with `__getattr__ = dict.__getitem__`."""

from collections.abc import Callable
from functools import partial
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.instrument.sites import SITES
from bench.correctness.tracking.base_slots import (
    class_attribute,
    has_key,
    namespace_of,
)
from bench.correctness.tracking.type_traits import (
    ITEM_METHODS,
    OWN_ITEMS,
    READING_METHODS,
)


def item_named(
    obj: Any, key: str, write: bool, site: int
) -> Callable[[], tuple[Any, bool]] | None:
    """Return a function that finds the item behind an attribute.

    The returned function gives the item, and whether the access writes the item.  The
    result is None if the access uses no item.  For example, a read uses no item if the
    object or its class has an attribute with this name.
    """
    methods = ITEM_METHODS[type(obj)]
    if write:
        deletes = SITES[site].verb == "deletes"
        name = methods.get("__delattr__" if deletes else "__setattr__")
    elif class_attribute(type(obj), key) is None and key not in namespace_of(obj):
        name = methods.get("__getattr__")
    else:
        name = None
    return None if name is None else partial(item_accessed, obj, name, key)


def is_also_attribute(obj: Any, key: str) -> bool:
    """Whether a write may give the object an attribute of this name, not an item."""
    return key in kernel.written_names and "__setattr__" not in ITEM_METHODS[type(obj)]


def item_accessed(obj: Any, name: str, key: str) -> tuple[Any, bool]:
    """Return the item that a method of a dict accesses, and whether it writes.

    The item is None if the access counts as an access to the whole dict, as when a new
    key is added.
    """
    reads = name in READING_METHODS
    there = has_key(obj, key)
    if OWN_ITEMS[type(obj)] or not (reads or there):
        return None, not reads
    return key, not reads
