"""The thread registry: `threading.enumerate`, `current_thread` and the like.

A program sees the workers of a scenario as threads that it did not start.  The worker
that makes the scenario, and runs its check, is the main thread.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.refusals import refuse
from bench.correctness.engine.transitions import Worker
from bench.correctness.models.threading_.thread import (
    THREAD_IDENTITY,
    THREAD_LIST,
    Thread,
)


class UnownedThread(Thread):
    """A thread that the program did not start."""

    def __init__(self, worker: Worker) -> None:
        self._initialized = True
        self._x_key = worker.name
        self._x_hash = worker.number
        self._name = "MainThread" if worker is kernel.main else worker.label
        self._target, self._x_target = None, ""
        self._x_worker = worker
        self._daemonic = worker.daemon

    def join(self, timeout: float | None = None) -> None:
        if self._x_worker is kernel.main:
            refuse("joining the main thread")()
        super().join(timeout)


def thread_of(worker: Worker) -> Thread:
    """Return the `Thread` object of a worker, the same object at each call."""
    found: Thread | None = kernel.threads.get(worker.number)
    if found is None:
        found = UnownedThread(worker)
        kernel.register_thread(worker, found)
    return found


def current_thread() -> Thread:
    kernel.discover(THREAD_IDENTITY)
    return thread_of(kernel.thread())


def main_thread() -> Thread:
    return thread_of(kernel.main)


def enumerate_threads() -> list[Thread]:
    """Return the live threads: a read that races with starts and ends of threads."""
    point = (THREAD_LIST, "reads")
    kernel.discover(THREAD_LIST)
    kernel.operation(THREAD_LIST, None, False, point, ("reads", "the list of threads"))
    for worker in kernel.spawned:
        kernel.also_access(("end", worker.name), False, point)
    return [main_thread(), *(thread_of(w) for w in kernel.spawned if not w.ended)]


def active_count() -> int:
    return len(enumerate_threads())


def count_threads() -> int:
    """`_thread._count`: the number of live threads, except the main thread."""
    return len(enumerate_threads()) - 1


def get_ident() -> int:
    kernel.discover(THREAD_IDENTITY)
    return kernel.identifier()


def start_new_thread(
    function: Callable[..., object],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any] | None = None,
) -> int:
    """`_thread.start_new_thread`: start a thread and return its ident."""
    thread = Thread(target=function, args=args, kwargs=kwargs)
    thread.start()
    assert thread.ident is not None
    return thread.ident
