"""The model of `queue`: CPython's own queues over the models of locks."""

import queue
import types
from collections import deque
from collections.abc import Callable
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.instrument.sites import QUEUE_ITEMS_SITE
from bench.correctness.models.substitution import hide, module, rebuild_class
from bench.correctness.models.threading_.module import THREADING, monotonic
from bench.correctness.models.threading_.primitive import Primitive
from bench.correctness.tracking.accesses import access

# Attributes that the mutex guards.
GUARDED = ("queue", "maxsize", "unfinished_tasks", "is_shutdown")
QUEUE_ITEMS = "a queue's items"  # a point id: the program itself accesses items
ITEM_METHODS = {"_qsize": False, "_put": True, "_get": True}  # whether each writes


class SimpleQueue(Primitive):
    """`queue.SimpleQueue`: unbounded; each method is one operation, as it is in C."""

    def __init__(self) -> None:
        super().__init__()
        self.__items: deque[Any] = deque()

    __class_getitem__: Any = classmethod(types.GenericAlias)
    __copy__: Any = None  # a queue cannot be copied at all
    _x_within = "_queue.SimpleQueue"

    def __access(self, verb: str, write: bool) -> None:
        kernel.operation(self._x_name, None, write, (self._x_name, verb), (verb, self))

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        self.__access("puts into", True)
        kernel.note_change()
        self.__items.append(item)

    put_nowait = put

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        if timeout is not None and timeout < 0:
            raise ValueError("'timeout' must be a non-negative number")
        ready = lambda: bool(self.__items)  # noqa: E731
        point, what = (self._x_name, "gets"), ("gets from", self)
        if not block or timeout == 0:
            self.__access("tries", True)
        elif timeout is None:
            kernel.operation(self._x_name, None, True, point, what, ready)
        else:
            kernel.wait(self._x_name, point, what, ready, timeout)
        if not self.__items:
            raise queue.Empty
        kernel.note_change()
        return self.__items.popleft()

    def get_nowait(self) -> Any:
        return self.get(block=False)

    def empty(self) -> bool:
        self.__access("checks", False)
        return not self.__items

    def qsize(self) -> int:
        self.__access("checks", False)
        return len(self.__items)


def guarded(name: str) -> property:
    """A property for an attribute of a queue that the program gets or sets.

    The queue's own methods hold the mutex while they use the attribute.  They use it
    under a hidden name, so these uses do not go through this property.  The program
    uses the attribute without the mutex, so its use races with the methods.  To make
    the race visible, its use is recorded as an access to the mutex.

    The attribute `queue` is the container of the items.  A program that reads it may
    keep the container, and use it later without this property.  So from the next run
    on, each method that uses the items is recorded as an access to the container.
    """

    kept = hide(name)

    def record(self: Any, *, write: bool) -> None:
        if hasattr(self, "mutex"):  # false while `__init__` runs
            self.mutex.access_guarded(write=write)

    def get(self: Any) -> Any:
        record(self, write=False)
        if name == "queue":
            kernel.discover(QUEUE_ITEMS)
        return getattr(self, kept)

    def put(self: Any, value: Any) -> None:
        record(self, write=True)
        setattr(self, kept, value)

    return property(get, put)


def recorded(method: Callable[..., Any], write: bool) -> Callable[..., Any]:
    """Wrap a queue's method: record it if the program itself accesses the items."""

    def record(self: Any, *args: Any) -> Any:
        if QUEUE_ITEMS in kernel.points and not kernel.alone:
            access(getattr(self, hide("queue")), None, write, QUEUE_ITEMS_SITE, True)
        return method(self, *args)

    return record


def make_queue() -> types.ModuleType:
    """Return CPython's own queues over the models of locks, and a SimpleQueue."""
    made = module("queue", queue, threading=THREADING, time=monotonic)
    names = made.__dict__
    base: type | None = None
    for name in ("Queue", "LifoQueue", "PriorityQueue"):
        kind = rebuild_class(getattr(queue, name), names, base, GUARDED)
        for method, write in ITEM_METHODS.items():
            setattr(kind, method, recorded(vars(kind)[method], write))
        base = base or kind
        names[name] = kind
    for name in GUARDED:
        setattr(base, name, guarded(name))
    names["SimpleQueue"] = names["_PySimpleQueue"] = SimpleQueue
    return made


QUEUE = make_queue()
