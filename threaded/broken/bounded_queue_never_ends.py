"""Counter-example: the producer puts no end mark after the last integer.

The producer has put its last integer and ended; the consumers wait for more.
Symptom: TimeoutError: consumer 0 still waits for an integer
"""

from threaded import bounded_queue
from threaded.broken import must_end


class Belt(bounded_queue.Belt):
    def close(self) -> None:
        pass  # must put a None


def provoke(belt: bounded_queue.Belt) -> None:
    """Close the belt, and then take."""
    belt.close()
    must_end(
        belt.take,
        otherwise="consumer 0 still waits for an integer",
        rescue=lambda: bounded_queue.Belt.close(belt),
    )


if __name__ == "__main__":
    provoke(Belt())
