"""Counter-example: a whole body is held in memory before it is written.

One large body, or one body for each worker, can exhaust the memory of the process.
Symptom: MemoryError: over 1 MiB is held of a body of 16 MiB
"""

import tracemalloc
from collections.abc import Iterator
from typing import Any

from fetching.body_file import Place
from threaded import url_fetch
from threaded.connections import stub
from threaded.connections.session import Response

MIB = 1024 * 1024


class Fetch(url_fetch.Fetch):
    def store(self, number: int, response: Response) -> Place:
        body = bytearray()
        while chunk := response.read():  # must write each as it comes
            body += chunk
        return self.append(number, body)


def provoke(fetch: url_fetch.Fetch) -> None:
    """Let a body of 16 MiB arrive, and measure the memory that it took."""

    def large() -> Iterator[bytes]:
        for _ in range(256):
            yield bytes(MIB // 16)

    lengths = {"http://large/": 16 * MIB}
    session: Any = stub.Session({"http://large/": large}, lengths)
    tracemalloc.start()
    fetch.fetch_url(session, 1, "http://large/")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    if peak > MIB:
        raise MemoryError("over 1 MiB is held of a body of 16 MiB")


if __name__ == "__main__":
    provoke(Fetch())
