"""Names for the objects of a run that stay the same in every run."""

import asyncio
import types
from collections import deque

from bench.correctness.primitives import Condition

UNNAMED = {int, str, float, bytes, bool, type(None)}  # have no state to share


def named_objects(root: object, label: str) -> dict[int, str]:
    """Stable names of the objects that can be reached from the start."""
    names: dict[int, str] = {}
    waiting: deque[tuple[object, str]] = deque([(root, label)])
    while waiting and len(names) < 500:
        thing, path = waiting.popleft()
        if type(thing) in UNNAMED or id(thing) in names or isinstance(thing, type):
            continue
        names[id(thing)] = path
        if isinstance(thing, dict):
            waiting.extend(
                (value, f"{path}[{key!r}]")
                for key, value in thing.items()
                if isinstance(key, int | str)
            )
        elif isinstance(thing, list | tuple | deque):
            waiting.extend((item, f"{path}[{n}]") for n, item in enumerate(thing))
        elif is_condition(thing):
            waiting.append((thing._lock, path))  # type: ignore[attr-defined]
        elif has_named_parts(thing):
            waiting.extend(
                (value, f"{path}.{name}")
                for name, value in vars(thing).items()
                if type(value) not in UNNAMED
            )
    return names


def names_around(cls: type, module: types.ModuleType) -> dict[int, str]:
    """What the class and the module of a scenario call their objects."""
    names: dict[int, str] = {}
    for place, prefix in ((module, ""), *((c, "self.") for c in cls.__mro__[:-1])):
        for name, value in vars(place).items():
            if not name.startswith("__") and not callable(value):
                names.update(named_objects(value, prefix + name))
    return names


def is_condition(thing: object) -> bool:
    """Whether it is one of threads or of asyncio, known by its name as its lock is."""
    return isinstance(thing, Condition | asyncio.Condition) or (
        type(thing).__module__ == "explored_asyncio.locks" and hasattr(thing, "_lock")
    )


def has_named_parts(thing: object) -> bool:
    """Whether its attributes are the program's, and not the explorer's own."""
    return (
        hasattr(thing, "__dict__")
        and not isinstance(
            thing, types.FunctionType | types.MethodType | types.ModuleType
        )
        and not type(thing).__module__.startswith(("bench.correctness", "asyncio"))
    )
