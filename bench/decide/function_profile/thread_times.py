"""How long the threads of this process computed, and how long they had no core."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple


class Times(NamedTuple):
    """Seconds of the calling thread, of all threads, and of ended child processes."""

    cpu: float
    queued: float  # ready to compute, but without a core
    process_cpu: float
    children_cpu: float  # computing of child processes that were waited for


def times() -> Times:
    """The present times; `queued` is 0 on systems without schedstat."""
    process, of_all = time.process_time(), os.times()
    children = of_all.children_user + of_all.children_system
    try:
        with open("/proc/thread-self/schedstat", encoding="ascii") as told:
            cpu, queued, _ = told.read().split()
    except OSError:
        return Times(time.thread_time(), 0.0, process, children)
    return Times(int(cpu) * 1e-9, int(queued) * 1e-9, process, children)


@dataclass
class Started:
    """The number of threads that were started, and the time of each in the queue."""

    count: int = 0
    # seconds of each thread that has ended
    queued: list[float] = field(default_factory=list)


@contextmanager
def started() -> Iterator[Started]:
    """Count the threads that are started while the block runs."""
    found = Started()
    original: Callable[[threading.Thread], None] = threading.Thread.start

    def start(thread: threading.Thread) -> None:
        found.count += 1
        run = thread.run

        def timed() -> None:
            try:
                run()
            finally:
                found.queued.append(times().queued)

        thread.run = timed  # type: ignore[method-assign]
        original(thread)

    threading.Thread.start = start  # type: ignore[method-assign, assignment]
    try:
        yield found
    finally:
        threading.Thread.start = original  # type: ignore[method-assign, assignment]
