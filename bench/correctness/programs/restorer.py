"""Values that keep a state of their own, and how to put it back.

A lock at the level of a class, or a list at that of a module, must be as the import
left it when the next run begins.  To import again would do, but takes long in a file
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
from bench.correctness.models.threading_.thread import Thread
from bench.correctness.tracking.deep_reads import cell_contents
from bench.correctness.tracking.type_traits import CACHE, PROGRAM

MAPPINGS = (dict, defaultdict, OrderedDict)
PER_RUN_TYPES = (Worker, Thread, ReadyQueue, Local)  # belong to a run, or to threads
PLAIN_BASES = (object, int, str, float)


class Restorer:
    """Takes values, if it can put them back, and puts them back."""

    def __init__(self, has_state: Callable[[Any], bool]) -> None:
        self.has_state = has_state
        self.taken: dict[int, Any] = {}
        self.put_back: list[Callable[[], object]] = []

    def take(self, value: Any) -> bool:
        """Remember what a value holds now; False for what cannot be restored."""
        if id(value) in self.taken or not self.has_state(value):
            return True
        self.taken[id(value)] = value
        kind = type(value)
        inside: list[Any]
        if kind in MAPPINGS:
            self.keep(value, dict(value))
            inside = [*value, *value.values()]
        elif kind is list or kind is deque or kind is set:
            self.keep(value, list(value))
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
            self.put_back.append(value.cache_clear)
            return not value.cache_info().currsize
        elif kind is logging.Logger:
            return True  # which is restored with all of them
        elif kind is object:
            return True
        elif is_plain_instance(value):
            self.keep(value.__dict__, dict(value.__dict__))
            inside = list(value.__dict__.values())
        else:
            return False
        return all(map(self.take, inside))

    def keep(self, container: Any, items: Any) -> None:
        fill = container.extend if hasattr(container, "extend") else container.update

        def restore() -> None:
            container.clear()
            fill(items)

        self.put_back.append(restore)

    def restore(self) -> None:
        for put_back in self.put_back:
            put_back()


def kept_by_function(function: types.FunctionType) -> list[Any]:
    """Its defaults, its attributes, and the variables of the functions around it."""
    return [
        *(function.__defaults__ or ()),
        *(function.__kwdefaults__ or {}).values(),
        *(cell_contents(cell) for cell in function.__closure__ or ()),
        *vars(function).values(),
    ]


def is_plain_instance(value: Any) -> bool:
    """Whether all that an object keeps is in its `__dict__`."""
    kind = type(value)
    return not isinstance(value, PER_RUN_TYPES) and all(
        base in PLAIN_BASES
        or (is_known(base.__module__) and not base.__dict__.get("__slots__"))
        for base in kind.__mro__
    )


def is_known(module: str) -> bool:
    """Whether its classes are the program's, or stand in for those it asked for."""
    return (
        module in PROGRAM
        or module == "enum"
        or module.startswith(("bench.correctness", "explored_asyncio"))
    )
