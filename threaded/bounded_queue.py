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
    """Integers for the consumers; None is the end mark after the last integer."""

    def __init__(self, capacity: int = 3) -> None:
        self.integers: queue.Queue[int | None] = queue.Queue(capacity)

    def put(self, integer: int) -> None:
        """Add at the back; wait while the belt is full. Capacity 0 means no limit."""
        self.integers.put(integer)

    def take(self) -> int | None:
        """Remove and return the first integer; wait while there is none."""
        return self.integers.get()

    def task_done(self) -> None:
        """Report one integer as processed; ValueError if all were reported already."""
        self.integers.task_done()

    def join(self) -> None:
        """Wait until every integer that was put is reported as processed."""
        self.integers.join()

    def close(self) -> None:
        """Put the end mark; the consumer that takes the mark must put it again."""
        self.integers.put(None)


def produce(belt: Belt, count: int, pause: float, log: Log) -> None:
    """Put 0 to count - 1, with a pause after each; wait until all are processed."""
    for integer in range(count):
        log("producer puts", integer)  # logged first, so that no "took" is before it
        belt.put(integer)
        if pause:
            time.sleep(pause)
    belt.join()
    log("producer sees all", count, "done")


def consume(belt: Belt, name: str, pause: float, log: Log) -> list[int]:
    """Take integers until `take` returns None; return them in order."""
    taken: list[int] = []
    try:
        while (integer := belt.take()) is not None:
            log(name, "took", integer)
            taken.append(integer)
            if pause:
                time.sleep(pause)
            belt.task_done()
    finally:
        while integer is not None:  # on failure: else the producer waits for ever
            belt.task_done()
            integer = belt.take()
        belt.close()  # otherwise, the other consumers wait for ever
    return taken


def run(
    belt: Belt,
    count: int = 10,
    consumers: int = 2,
    pause: float = 0.0,
    log: Log = print_line,
) -> list[list[int]]:
    """Let consumers share the integers below count; return what each took.

    A consumer pauses three times as long as the producer, so that the belt fills.
    Raises what a consumer raised; integers that are still on the belt are dropped.
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
            belt.close()  # otherwise, the consumers wait for ever
    return [task.result() for task in tasks]


if __name__ == "__main__":
    run(Belt(), pause=0.1)
