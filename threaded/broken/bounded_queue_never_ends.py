"""Counter-example: no end mark says that there are no more.

The producer has put its last integer and is gone; the consumers wait for another.
Symptom: TimeoutError: consumer 0 still waits for an integer
"""

from threaded import bounded_queue
from threaded.broken import must_end


class Belt(bounded_queue.Belt):
    def close(self) -> None:
        pass  # must put a None


def provoke(belt: bounded_queue.Belt) -> None:
    """Close the belt, and take."""
    belt.close()
    must_end(
        belt.take,
        otherwise="consumer 0 still waits for an integer",
        rescue=lambda: bounded_queue.Belt.close(belt),
    )


if __name__ == "__main__":
    provoke(Belt())
