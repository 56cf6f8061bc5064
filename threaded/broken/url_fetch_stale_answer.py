"""Counter-example: after an error, a worker continues with the previous URL's answer.

After the error is caught, the name `answer` still holds the previous answer.  So the
index gives a failed URL the body of another URL.
Symptom: AssertionError: http://refused/ is said to have the 4 bytes of http://good/
"""

from collections.abc import Iterator
from contextlib import suppress
from math import inf
from typing import Any

from fetching.body_file import Entry, Place
from fetching.failure import FetchError
from threaded import url_fetch
from threaded.connections import stub
from threaded.connections.session import Session


class Fetch(url_fetch.Fetch):
    answer: tuple[int, Place]

    def fetch_url(self, session: Session, number: int, url: str) -> Entry:
        with suppress(FetchError):  # must return an entry that says what failed
            self.answer = self.attempt(session, number, url, inf)
        status, place = self.answer
        return Entry(number, url, place.offset, place.length, status)


def provoke(fetch: url_fetch.Fetch) -> None:
    """Fetch a URL that works, and then a URL that fails."""

    def good() -> Iterator[bytes]:
        yield b"good"

    def refused() -> Iterator[bytes]:
        raise FetchError("cannot connect: connection refused")
        yield b""

    session: Any = stub.Session({"http://good/": good, "http://refused/": refused})
    first, second = [
        fetch.fetch_url(session, number, url)
        for number, url in enumerate(session.bodies, 1)
    ]
    if second.length is not None:
        raise AssertionError(
            f"{second.url} is said to have the {second.length} bytes of {first.url}"
        )


if __name__ == "__main__":
    provoke(Fetch())
