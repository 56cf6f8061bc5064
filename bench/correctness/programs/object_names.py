"""Names for the objects of a run that stay the same in every run."""

import asyncio
import types
from collections import deque
from typing import Any

from bench.correctness.models.substitution import hide
from bench.correctness.models.threading_.conditions import Condition
from bench.correctness.models.threading_.local import Local
from bench.correctness.models.threading_.locks import Primitive
from bench.correctness.tracking.type_traits import TypeCache

NAMELESS, MAPPING, SEQUENCE, CONDITION, COMPOUND, OWNER, SINGLE = range(7)
MOST = 500  # names
SUBSTITUTED = "bench.correctness.models.substitution"  # the module of what is rebuilt
ITEMS = hide("queue")  # where a queue keeps them
PLAIN = {int, str, float, bytes, bool, type(None)}  # have no state to share


def parts(kind: type) -> int:
    """What the parts of such an object are."""
    if kind in PLAIN or issubclass(kind, type):
        return NAMELESS
    if issubclass(kind, dict):
        return MAPPING
    if issubclass(kind, (list, tuple, deque)):
        return SEQUENCE
    # One of threads or of asyncio, known by its name as its lock is.
    if issubclass(kind, (Condition, asyncio.Condition)):
        return CONDITION
    if (
        kind.__module__ == "bench.correctness.models.substitution"
    ):  # a barrier, or a queue
        return COMPOUND
    if issubclass(
        kind, (types.FunctionType, types.MethodType, types.ModuleType, Local)
    ) or kind.__module__.startswith(("bench.correctness", "asyncio")):
        return SINGLE
    if kind.__module__ == "explored_asyncio.locks" and kind.__name__ == "Condition":
        return CONDITION
    return OWNER


PARTS = TypeCache(parts)


def named_objects(root: object, label: str, *, within: bool = True) -> dict[int, str]:
    """Stable names of the objects that can be reached from the start.

    Those within a queue or a barrier are called by their names in a trace only.
    """
    names: dict[int, str] = {}
    waiting: list[tuple[Any, str]] = [(root, label)]
    for thing, path in waiting:  # which grows
        kind = PARTS[type(thing)]
        if kind == NAMELESS or id(thing) in names:
            continue
        names[id(thing)] = path
        if len(names) == MOST:
            break
        if kind == MAPPING:
            for key, value in thing.items():
                if isinstance(key, (int, str)):
                    waiting.append((value, f"{path}[{key!r}]"))
        elif kind == SEQUENCE:
            for n, item in enumerate(thing):
                waiting.append((item, f"{path}[{n}]"))
        elif kind == CONDITION:
            waiting.append((thing._lock, path))
        elif kind == COMPOUND and within:
            for name, part in vars(thing).items():
                if isinstance(part, Primitive):
                    waiting.append((part, path))
                elif name == ITEMS:
                    waiting.append((part, f"{path}.queue"))
        elif kind == OWNER and hasattr(thing, "__dict__"):
            for name, value in vars(thing).items():
                if PARTS[type(value)] != NAMELESS:
                    waiting.append((value, f"{path}.{name}"))
    return names


def class_and_module_names(cls: type, module: types.ModuleType) -> dict[int, str]:
    """What the class and the module of a scenario call their objects."""
    names: dict[int, str] = {}
    for place, prefix in ((module, ""), *((c, "self.") for c in cls.__mro__[:-1])):
        for name, value in vars(place).items():
            if not name.startswith("__") and not callable(value):
                names.update(named_objects(value, prefix + name))
    return names
