"""Counter-example: after an error, a worker continues with the previous URL's answer.

After the error is caught, the name `answer` still holds the previous answer.  So the
index gives a failed URL the body of another URL.
Symptom: AssertionError: http://refused/ is said to have the 4 bytes of http://good/
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from math import inf
from typing import Any

from asyncio_impl import url_fetch
from asyncio_impl.connections import stub
from asyncio_impl.connections.session import Session
from fetching.body_file import Entry, Place
from fetching.failure import FetchError


class Fetch(url_fetch.Fetch):
    answer: tuple[int, Place]

    async def fetch_url(self, session: Session, number: int, url: str) -> Entry:
        with suppress(FetchError):  # must return an entry that says what failed
            self.answer = await self.attempt(session, number, url, inf)
        status, place = self.answer
        return Entry(number, url, place.offset, place.length, status)


async def provoke(fetch: url_fetch.Fetch) -> None:
    """Fetch a URL that works, and then a URL that fails."""

    async def good() -> AsyncIterator[bytes]:
        yield b"good"

    async def refused() -> AsyncIterator[bytes]:
        raise FetchError("cannot connect: connection refused")
        yield b""

    session: Any = stub.Session({"http://good/": good, "http://refused/": refused})
    first, second = [
        await fetch.fetch_url(session, number, url)
        for number, url in enumerate(session.bodies, 1)
    ]
    if second.length is not None:
        raise AssertionError(
            f"{second.url} is said to have the {second.length} bytes of {first.url}"
        )


if __name__ == "__main__":
    asyncio.run(provoke(Fetch()))
