"""A semaphore counts a server's free places: while none is free, clients wait.

The semaphore is bounded: it raises ValueError if a place is released too often.
Run it: python -m threaded.semaphore
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from threaded import print_line

Log = Callable[..., object]


class Server:
    """Serves at most capacity clients at a time; further clients wait."""

    def __init__(self, capacity: int = 3) -> None:
        self.room = threading.BoundedSemaphore(capacity)
        self.inside: set[str] = set()

    def serve(self, client: str, pause: float = 0.0) -> int:
        """Wait until there is room, then serve a client for pause seconds.

        Return how many clients were inside when this one had entered.
        """
        with self.room:
            self.inside.add(client)
            try:
                crowd = len(self.inside)
                if pause:
                    time.sleep(pause)
                return crowd
            finally:
                self.inside.remove(client)


def call(
    server: Server,
    client: str,
    times: int,
    pause: float,
    log: Log,
) -> list[int]:
    """Let a client be served the given number of times.

    Return, for each time, how many clients were inside.
    """
    crowds: list[int] = []
    for _ in range(times):
        log(client, "comes")
        crowds.append(server.serve(client, pause))
        log(client, "was served as one of", crowds[-1])
    return crowds


def run(
    server: Server,
    count: int = 20,
    clients: int = 5,
    pause: float = 0.0,
    log: Log = print_line,
) -> list[list[int]]:
    """Divide count calls among clients.

    Return, for each call, how many clients were inside.
    Raises what a client raised, after all clients have ended.
    """
    if clients < 1:
        raise ValueError(f"clients must be at least 1, got {clients}")
    shares = [len(range(n, count, clients)) for n in range(clients)]
    with ThreadPoolExecutor(clients) as workers:
        tasks = [
            workers.submit(call, server, f"client {n}", share, pause, log)
            for n, share in enumerate(shares)
        ]
    return [task.result() for task in tasks]


if __name__ == "__main__":
    run(Server(), pause=0.2)
