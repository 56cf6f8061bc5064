"""Counter-example: an exception between acquire and release takes a place away.

Each failure makes the server smaller, until no client gets in.
Symptom: TimeoutError: client 1 still waits for room, with 0 clients inside
"""

import time
from contextlib import suppress

from threaded import semaphore
from threaded.broken import must_end


class Server(semaphore.Server):
    def serve(self, client: str, pause: float = 0.0) -> int:
        self.room.acquire()  # must be `with self.room`
        self.inside.add(client)
        crowd = len(self.inside)
        if pause:
            time.sleep(pause)
        self.inside.remove(client)
        self.room.release()
        return crowd


def rescue(server: semaphore.Server) -> None:
    """Let the waiting client in; does nothing if no place was lost."""
    with suppress(ValueError):
        server.room.release()


def provoke(server: semaphore.Server) -> None:
    """Let three clients without a name fail, and a fourth client come."""
    for _ in range(3):
        with suppress(TypeError):
            server.serve(["client 0"])  # type: ignore[arg-type]
    must_end(
        lambda: server.serve("client 1"),
        otherwise="client 1 still waits for room, with 0 clients inside",
        rescue=lambda: rescue(server),
    )


if __name__ == "__main__":
    provoke(Server())
