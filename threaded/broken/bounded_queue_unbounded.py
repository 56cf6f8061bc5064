"""Counter-example: a belt without a limit.

The producer never has to wait.  If the consumers are slower than the producer, the
integers pile up in memory.
Symptom: AssertionError: 4 integers on a belt for 3
"""

import queue

from threaded import bounded_queue


class Belt(bounded_queue.Belt):
    def __init__(self, capacity: int = 3) -> None:
        self.integers = queue.Queue()  # must get the capacity


def provoke(belt: bounded_queue.Belt) -> None:
    """Fill the belt, then put one more integer if the queue is not full."""
    for integer in range(3):
        belt.put(integer)
    if not belt.integers.full():
        belt.put(3)
        raise AssertionError(f"{belt.integers.qsize()} integers on a belt for 3")


if __name__ == "__main__":
    provoke(Belt())
