"""What a module under exploration gets for `queue`."""

import queue
import types
from collections import deque
from typing import Any

from bench.correctness.kernel import kernel
from bench.correctness.locks import Primitive
from bench.correctness.standins import module, remade
from bench.correctness.threads import THREADING, monotonic


class SimpleQueue(Primitive):
    """An unbounded queue whose every operation is one step, as it is in C."""

    def __init__(self) -> None:
        super().__init__()
        self._items: deque[Any] = deque()

    def touch(self, verb: str, write: bool) -> None:
        kernel.step(self.name, None, write, (self.name, verb), (verb, self))

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        self.touch("puts into", True)
        kernel.note_change()
        self._items.append(item)

    put_nowait = put

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        if timeout is not None and timeout < 0:
            raise ValueError("'timeout' must be a non-negative number")
        ready = lambda: bool(self._items)  # noqa: E731
        mark, what = (self.name, "gets"), ("gets from", self)
        if not block or timeout == 0:
            self.touch("tries", True)
        elif timeout is None:
            kernel.step(self.name, None, True, mark, what, ready)
        else:
            kernel.wait(self.name, mark, what, ready, timeout)
        if not self._items:
            raise queue.Empty
        kernel.note_change()
        return self._items.popleft()

    def get_nowait(self) -> Any:
        return self.get(block=False)

    def empty(self) -> bool:
        self.touch("looks at", False)
        return not self._items

    def qsize(self) -> int:
        self.touch("looks at", False)
        return len(self._items)


def make_queue() -> types.ModuleType:
    """CPython's own queues over our locks; SimpleQueue from its Python form."""
    made = module("queue", queue, threading=THREADING, time=monotonic)
    names = made.__dict__
    base = made.__dict__["Queue"] = remade(queue.Queue, names)
    for name in ("LifoQueue", "PriorityQueue"):
        names[name] = remade(getattr(queue, name), names, base)
    names["SimpleQueue"] = names["_PySimpleQueue"] = SimpleQueue
    return made


QUEUE = make_queue()
