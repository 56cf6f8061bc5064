"""Counter-example: a worker holds the lock while a body arrives.

Bodies are whole, but one slow server stops all workers: while one worker receives its
body, all others must wait for the lock.
Symptom: RuntimeError: the lock is held until http://slow/ has come
"""

from collections.abc import Iterator
from typing import Any

from fetching.body_file import Place
from threaded import url_fetch
from threaded.connections import stub
from threaded.connections.session import Response


class Fetch(url_fetch.Fetch):
    def store(self, number: int, response: Response) -> Place:
        with self.lock:  # must be taken after the body has come
            body = bytearray()
            while chunk := response.read():
                body += chunk
            place = self.file.reserve(number, len(body))
            self.file.write(place, 0, body)
            return place


def provoke(fetch: url_fetch.Fetch) -> None:
    """Check the lock in the middle of a body."""

    def slow() -> Iterator[bytes]:
        yield b"slow"
        if fetch.lock.locked():
            raise RuntimeError("the lock is held until http://slow/ has come")
        yield b"slow"

    session: Any = stub.Session({"http://slow/": slow})
    fetch.fetch_url(session, 1, "http://slow/")


if __name__ == "__main__":
    provoke(Fetch())
