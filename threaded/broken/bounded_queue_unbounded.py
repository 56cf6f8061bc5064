"""Counter-example: a belt without an end.

Nothing holds the producer back: what the consumers cannot keep up with stays in
memory.
Symptom: AssertionError: 4 integers on a belt for 3
"""

import queue

from threaded import bounded_queue


class Belt(bounded_queue.Belt):
    def __init__(self, capacity: int = 3) -> None:
        self.integers = queue.Queue()  # must be given the capacity


def provoke(belt: bounded_queue.Belt) -> None:
    """Put as many as there is room for, and one more if the belt is not full."""
    for integer in range(3):
        belt.put(integer)
    if not belt.integers.full():
        belt.put(3)
        raise AssertionError(f"{belt.integers.qsize()} integers on a belt for 3")


if __name__ == "__main__":
    provoke(Belt())
