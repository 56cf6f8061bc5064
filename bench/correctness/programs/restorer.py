"""Save the state of mutable values, and restore it before the next run.

When a run begins, a lock of a class or a list of a module must have the state in which
the import left it.  To import again would have the same effect, but is slow for a file
with many scenarios.
"""

import logging
import types
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable
from functools import partial, partialmethod
from typing import Any

from bench.correctness.engine.transitions import Worker
from bench.correctness.models.asyncio_.ready_queue import ReadyQueue
from bench.correctness.models.threading_.local import Local
from bench.correctness.models.threading_.locks import BaseLock
from bench.correctness.models.threading_.thread import Thread
from bench.correctness.tracking.deep_reads import cell_contents
from bench.correctness.tracking.type_traits import CACHE, PROGRAM

MAPPINGS = (dict, defaultdict, OrderedDict)
# Objects of these belong to one run, or hold values for each thread: not restored.
PER_RUN_TYPES = (Worker, Thread, ReadyQueue, Local)
PLAIN_BASES = (object, int, str, float)


class Restorer:
    """Saves the state of values, as far as it can, and restores it."""

    def __init__(self, has_state: Callable[[Any], bool]) -> None:
        self.has_state = has_state
        self.saved: dict[int, Any] = {}  # values by `id`
        self.actions: list[Callable[[], object]] = []  # that restore a value each

    def save(self, value: Any) -> bool:
        """Save the state of a value, and of those in it; False: it cannot be restored.

        A value without state needs nothing.
        """
        if id(value) in self.saved or not self.has_state(value):
            return True
        self.saved[id(value)] = value
        kind = type(value)
        inside: list[Any]
        if kind in MAPPINGS:
            self.save_items(value, dict(value))
            inside = [*value, *value.values()]
        elif kind is list or kind is deque or kind is set:
            self.save_items(value, list(value))
            inside = list(value)
        elif kind is tuple:
            inside = list(value)
        elif kind is types.MethodType:
            inside = [value.__self__]
        elif kind is types.FunctionType:
            inside = kept_by_function(value)
        elif kind is partial or kind is partialmethod:
            inside = [value.func, *value.args, *value.keywords.values()]
        elif kind is CACHE:
            self.actions.append(value.cache_clear)
            return not value.cache_info().currsize
        elif kind is logging.Logger:
            return True  # the loader restores all loggers
        elif kind is object:
            return True
        elif isinstance(value, BaseLock):
            inside = self.save_slots(value)
        elif is_plain_instance(value):
            self.save_items(value.__dict__, dict(value.__dict__))
            inside = list(value.__dict__.values())
        else:
            return False
        return all(map(self.save, inside))

    def save_items(self, container: Any, items: Any) -> None:
        """Save what a container holds now."""
        fill = container.extend if hasattr(container, "extend") else container.update

        def restore() -> None:
            container.clear()
            fill(items)

        self.actions.append(restore)

    def save_slots(self, value: Any) -> list[Any]:
        """Save what the slots of an object hold now, and return it."""
        slots = [
            name
            for base in type(value).__mro__
            for name in base.__dict__.get("__slots__", ())
            if name != "__weakref__"
        ]
        held = {name: getattr(value, name) for name in slots}

        def restore() -> None:
            for name, content in held.items():
                setattr(value, name, content)

        self.actions.append(restore)
        named = getattr(value, "__dict__", {})  # of a subclass of the program's
        if named:
            self.save_items(named, dict(named))
        return [*held.values(), *named.values()]

    def restore(self) -> None:
        """Give all saved values the state in which they were saved."""
        for action in self.actions:
            action()


def kept_by_function(function: types.FunctionType) -> list[Any]:
    """Return a function's defaults and attributes, and the variables it closes over."""
    return [
        *(function.__defaults__ or ()),
        *(function.__kwdefaults__ or {}).values(),
        *(cell_contents(cell) for cell in function.__closure__ or ()),
        *vars(function).values(),
    ]


def is_plain_instance(value: Any) -> bool:
    """Whether the whole state of an object is in its `__dict__`."""
    kind = type(value)
    return not isinstance(value, PER_RUN_TYPES) and all(
        base in PLAIN_BASES
        or (is_known(base.__module__) and not base.__dict__.get("__slots__"))
        for base in kind.__mro__
    )


def is_known(module: str) -> bool:
    """Whether the classes of a module belong to the program or are models."""
    return (
        module in PROGRAM
        or module == "enum"
        or module.startswith(("bench.correctness", "explored_asyncio"))
    )
