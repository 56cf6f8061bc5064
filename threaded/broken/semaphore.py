"""Counter-example: a semaphore that is not bounded lets its capacity grow.

A surplus release adds a place for ever.  A bounded semaphore raises ValueError at such
a release.
Symptom: AssertionError: 4 clients inside a server for 3
"""

import threading
from contextlib import suppress

from threaded import semaphore


class Server(semaphore.Server):
    def __init__(self, capacity: int = 3) -> None:
        super().__init__(capacity)
        self.room = threading.Semaphore(capacity)  # type: ignore[assignment]  # must be a BoundedSemaphore


def provoke(server: semaphore.Server) -> None:
    """Release a place that was not taken, and count the clients that get in."""
    with suppress(ValueError):  # from a BoundedSemaphore
        server.room.release()
    inside = 0
    while server.room.acquire(blocking=False):
        inside += 1
    if inside > 3:
        raise AssertionError(f"{inside} clients inside a server for 3")


if __name__ == "__main__":
    provoke(Server())
