"""What a module under exploration gets for `queue`."""

import queue
import types
from collections import deque
from collections.abc import Callable
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.instrument.sites import QUEUE_ITEMS_SITE
from bench.correctness.models.substitution import hide, module, rebuild_class
from bench.correctness.models.threading_.locks import Primitive
from bench.correctness.models.threading_.module import THREADING, monotonic
from bench.correctness.tracking.accesses import access

GUARDED = ("queue", "maxsize", "unfinished_tasks", "is_shutdown")  # by the mutex
INSIDE = "a queue's items"  # are looked at by the program itself
USES = {"_qsize": False, "_put": True, "_get": True}  # of the items: a change?


class SimpleQueue(Primitive):
    """An unbounded queue whose every operation is one step, as it is in C."""

    def __init__(self) -> None:
        super().__init__()
        self.__items: deque[Any] = deque()

    def __touch(self, verb: str, write: bool) -> None:
        kernel.operation(self._x_name, None, write, (self._x_name, verb), (verb, self))

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        self.__touch("puts into", True)
        kernel.note_change()
        self.__items.append(item)

    put_nowait = put

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        if timeout is not None and timeout < 0:
            raise ValueError("'timeout' must be a non-negative number")
        ready = lambda: bool(self.__items)  # noqa: E731
        point, what = (self._x_name, "gets"), ("gets from", self)
        if not block or timeout == 0:
            self.__touch("tries", True)
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
        self.__touch("looks at", False)
        return not self.__items

    def qsize(self) -> int:
        self.__touch("looks at", False)
        return len(self.__items)


def guarded(name: str) -> property:
    """An attribute of a queue; who gets or sets it looks at, or passes by, the mutex.

    What the queue does itself with its items is told of once somebody got at them.
    """

    kept = hide(name)

    def look(self: Any, *, passes: bool) -> None:
        if hasattr(self, "mutex"):  # or else it is being made
            self.mutex.look(passes=passes)

    def get(self: Any) -> Any:
        look(self, passes=False)
        if name == "queue":
            kernel.discover(INSIDE)
        return getattr(self, kept)

    def put(self: Any, value: Any) -> None:
        look(self, passes=True)
        setattr(self, kept, value)

    return property(get, put)


def told(method: Callable[..., Any], change: bool) -> Callable[..., Any]:
    """What a queue does with its items, where others look at them too."""

    def tell(self: Any, *args: Any) -> Any:
        if INSIDE in kernel.points and not kernel.alone:
            access(getattr(self, hide("queue")), None, change, QUEUE_ITEMS_SITE, True)
        return method(self, *args)

    return tell


def make_queue() -> types.ModuleType:
    """CPython's own queues over our locks; SimpleQueue from its Python form."""
    made = module("queue", queue, threading=THREADING, time=monotonic)
    names = made.__dict__
    base: type | None = None
    for name in ("Queue", "LifoQueue", "PriorityQueue"):
        kind = rebuild_class(getattr(queue, name), names, base, GUARDED)
        for method, change in USES.items():
            setattr(kind, method, told(vars(kind)[method], change))
        base = base or kind
        names[name] = kind
    for name in GUARDED:
        setattr(base, name, guarded(name))
    names["SimpleQueue"] = names["_PySimpleQueue"] = SimpleQueue
    return made


QUEUE = make_queue()
