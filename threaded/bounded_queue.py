"""A queue does the locking, the waiting and the counting of unfinished work.

Run it: python -m threaded.bounded_queue
"""

import queue
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from threaded import print_line

Log = Callable[..., object]


class Belt:
    """Integers on their way to the consumers; None says there are no more."""

    def __init__(self, capacity: int = 3) -> None:
        self.integers: queue.Queue[int | None] = queue.Queue(capacity)

    def put(self, integer: int) -> None:
        """Add at the back, waiting while there is no room; capacity 0 is no limit."""
        self.integers.put(integer)

    def take(self) -> int | None:
        """Remove from the front, waiting while there is nothing."""
        return self.integers.get()

    def task_done(self) -> None:
        """Say that an integer taken is dealt with; ValueError for one too many."""
        self.integers.task_done()

    def join(self) -> None:
        """Wait until every integer put is dealt with."""
        self.integers.join()

    def close(self) -> None:
        """Say that there are no more; one consumer hears it and must pass it on."""
        self.integers.put(None)


def produce(belt: Belt, count: int, pause: float, log: Log) -> None:
    """Put the integers below count, pause seconds apart; wait until all are done."""
    for integer in range(count):
        log("producer puts", integer)  # first, so no "took" can precede it
        belt.put(integer)
        if pause:
            time.sleep(pause)
    belt.join()
    log("producer sees all", count, "done")


def consume(belt: Belt, name: str, pause: float, log: Log) -> list[int]:
    """Take integers until there are no more, and return them in order."""
    taken: list[int] = []
    try:
        while (integer := belt.take()) is not None:
            log(name, "took", integer)
            taken.append(integer)
            if pause:
                time.sleep(pause)
            belt.task_done()
    finally:
        while integer is not None:  # failed: make room, or the producer waits for ever
            belt.task_done()
            integer = belt.take()
        belt.close()  # pass it on, or the other consumers wait for ever
    return taken


def run(
    belt: Belt,
    count: int = 10,
    consumers: int = 2,
    pause: float = 0.0,
    log: Log = print_line,
) -> list[list[int]]:
    """Share the integers below count among consumers; return what each took.

    Consumers are three times as slow as the producer, so that the belt fills.
    Raises what a consumer raised, the integers still on the belt being dropped.
    """
    if consumers < 1:
        raise ValueError(f"consumers must be at least 1, got {consumers}")
    with ThreadPoolExecutor(consumers) as workers:
        try:
            tasks = [
                workers.submit(consume, belt, f"consumer {n}", 3 * pause, log)
                for n in range(consumers)
            ]
            produce(belt, count, pause, log)
        finally:
            belt.close()  # or the consumers wait for ever
    return [task.result() for task in tasks]


if __name__ == "__main__":
    run(Belt(), pause=0.1)
