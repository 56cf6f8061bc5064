"""Counter-example: no consumer reports that it has processed an integer.

A queue cannot know by itself when an integer is processed.  So join waits for ever.
Symptom: TimeoutError: producer still waits in join, with 0 integers on the belt
"""

from contextlib import suppress

from threaded import bounded_queue
from threaded.broken import must_end


class Belt(bounded_queue.Belt):
    def task_done(self) -> None:
        pass  # must call task_done of the queue


def rescue(belt: bounded_queue.Belt) -> None:
    """Let join end; does nothing if all integers are reported."""
    with suppress(ValueError):
        belt.integers.task_done()


def provoke(belt: bounded_queue.Belt) -> None:
    """Process the only integer, and join."""
    belt.put(7)
    belt.take()
    belt.task_done()
    must_end(
        belt.join,
        otherwise="producer still waits in join, with 0 integers on the belt",
        rescue=lambda: rescue(belt),
    )


if __name__ == "__main__":
    provoke(Belt())
