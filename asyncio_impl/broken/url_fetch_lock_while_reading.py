"""Counter-example: a worker holds the lock while a body arrives.

Bodies are whole, but one slow server stops all workers: while one worker receives its
body, all others must wait for the lock.
Symptom: RuntimeError: the lock is held until http://slow/ has come
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from asyncio_impl import url_fetch
from asyncio_impl.connections import stub
from asyncio_impl.connections.session import Response
from fetching.body_file import Place


class Fetch(url_fetch.Fetch):
    async def store(self, number: int, response: Response) -> Place:
        async with self.lock:  # must be taken after the body has come
            body = bytearray()
            while chunk := await response.read():
                body += chunk
            place = self.file.reserve(number, len(body))
            self.file.write(place, 0, body)
            return place


async def provoke(fetch: url_fetch.Fetch) -> None:
    """Check the lock in the middle of a body."""

    async def slow() -> AsyncIterator[bytes]:
        yield b"slow"
        if fetch.lock.locked():
            raise RuntimeError("the lock is held until http://slow/ has come")
        yield b"slow"

    session: Any = stub.Session({"http://slow/": slow})
    await fetch.fetch_url(session, 1, "http://slow/")


if __name__ == "__main__":
    asyncio.run(provoke(Fetch()))
