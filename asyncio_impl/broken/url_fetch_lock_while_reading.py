"""Counter-example: the lock is held while a body is on its way.

Bodies are whole, but one slow server stops all workers: what runs side by side is
the waiting for a lock.
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
        async with self.lock:  # must be taken once the body is here
            body = bytearray()
            while chunk := await response.read():
                body += chunk
            place = self.file.reserve(number, len(body))
            self.file.write(place, 0, body)
            return place


async def provoke(fetch: url_fetch.Fetch) -> None:
    """Look at the lock in the middle of a body."""

    async def slow() -> AsyncIterator[bytes]:
        yield b"slow"
        if fetch.lock.locked():
            raise RuntimeError("the lock is held until http://slow/ has come")
        yield b"slow"

    session: Any = stub.Session({"http://slow/": slow})
    await fetch.fetch_url(session, 1, "http://slow/")


if __name__ == "__main__":
    asyncio.run(provoke(Fetch()))
