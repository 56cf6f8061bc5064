"""Names for the objects of a run, the same in every run.

The name is the path from the scenario to the object, such as `self.basket.lock`.
"""

import asyncio
import types
from collections import deque
from typing import Any

from bench.correctness.models.substitution import hide
from bench.correctness.models.threading_.conditions import Condition
from bench.correctness.models.threading_.local import Local
from bench.correctness.models.threading_.primitive import Primitive
from bench.correctness.tracking.base_slots import (
    items_within,
    module_of,
    namespace_of,
)
from bench.correctness.tracking.type_cache import TypeCache

# The kinds of objects, by how their parts are named.
NAMELESS, MAPPING, SEQUENCE, CONDITION, COMPOUND, OWNER, SINGLE = range(7)
MAX_NAMES = 500
REBUILT = "bench.correctness.models.substitution"  # the module of rebuilt classes
QUEUE_ITEMS = hide("queue")  # the attribute of a queue that holds its items
IMMUTABLE = {int, str, float, bytes, bool, type(None)}  # types that need no name


def kind_of_parts(kind: type) -> int:
    """Return how the parts of objects of a type are named."""
    if kind in IMMUTABLE or issubclass(kind, type):
        return NAMELESS
    if issubclass(kind, dict):
        return MAPPING
    if issubclass(kind, (list, tuple, deque)):
        return SEQUENCE
    # A condition of threads or of asyncio has the name of its lock.
    if issubclass(kind, (Condition, asyncio.Condition)):
        return CONDITION
    if module_of(kind) == REBUILT:  # a barrier, or a queue
        return COMPOUND
    if issubclass(
        kind, (types.FunctionType, types.MethodType, types.ModuleType, Local)
    ) or module_of(kind).startswith(("bench.correctness", "asyncio")):
        return SINGLE
    if module_of(kind) == "explored_asyncio.locks" and kind.__name__ == "Condition":
        return CONDITION
    return OWNER


PARTS = TypeCache(kind_of_parts)
KNOWN_PARTS = PARTS.known


def named_objects(
    root: object,
    label: str,
    *,
    within: bool = True,
    reached: list[Any] | None = None,
) -> dict[int, str]:
    """Return the names of the objects that can be reached from a root, by `id`.

    If `within` is true, parts of a queue or a barrier also get names, which a trace
    needs.  All objects that are found, at most MAX_NAMES, are added to the list
    `reached`.  While the caller keeps this list, no other object can get one of these
    ids.
    """
    names: dict[int, str] = {}
    waiting: list[tuple[Any, str]] = [(root, label)]
    found = reached if reached is not None else []
    for thing, path in waiting:  # the list grows meanwhile
        try:
            kind = KNOWN_PARTS[type(thing)]
        except KeyError:
            kind = PARTS[type(thing)]
        known_by = id(thing)
        if kind == NAMELESS or known_by in names:
            continue
        names[known_by] = path
        found.append(thing)
        if len(names) == MAX_NAMES:
            break
        if kind == SINGLE:
            continue
        if kind == OWNER:
            for name, value in list(namespace_of(thing).items()):
                if KNOWN_PARTS.get(type(value)) != NAMELESS:
                    waiting.append((value, f"{path}.{name}"))
        elif kind == MAPPING:
            for key, value in list(dict.items(thing)):
                if type(key) in (int, str):
                    waiting.append((value, f"{path}[{key!r}]"))
        elif kind == SEQUENCE:
            items = thing if type(thing) is list else items_within(thing)
            for n, item in enumerate(items):
                if KNOWN_PARTS.get(type(item)) != NAMELESS:
                    waiting.append((item, f"{path}[{n}]"))
        elif kind == CONDITION:
            waiting.append((thing._lock, path))
        elif kind == COMPOUND and within:
            for name, part in list(vars(thing).items()):
                if isinstance(part, Primitive):
                    waiting.append((part, path))
                elif name == QUEUE_ITEMS:
                    waiting.append((part, f"{path}.queue"))
    return names


def class_and_module_names(cls: type, module: types.ModuleType) -> dict[int, str]:
    """Return the names of the objects that a class and its module hold, by `id`."""
    names: dict[int, str] = {}
    for place, prefix in ((module, ""), *((c, "self.") for c in cls.__mro__[:-1])):
        for name, value in vars(place).items():
            if not name.startswith("__") and not callable(value):
                names.update(named_objects(value, prefix + name))
    return names
