"""Counter-example: each chunk of a body is written at once, at the end of the file.

The lock allows one write at a time, but a body of several chunks needs several writes.
While one worker waits for its next chunk, another worker writes, and the two bodies are
mixed.  Bodies of one chunk never show the defect.
Symptom: AssertionError: the body of http://slow/ is b'slowfast', not b'slowslow'
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from asyncio_impl import url_fetch
from asyncio_impl.connections import stub
from asyncio_impl.connections.session import Response
from fetching.body_file import Place
from fetching.offset_io import read_some


class Fetch(url_fetch.Fetch):
    async def store(self, number: int, response: Response) -> Place:
        places = []
        while chunk := await response.read():
            places.append(
                await self.append(number, bytearray(chunk))
            )  # must wait for all
        return Place(places[0].offset, sum(place.length for place in places))


async def provoke(fetch: url_fetch.Fetch) -> None:
    """Let one whole body arrive between two chunks of another body."""
    begun, ended = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"slow"
        begun.set()
        await ended.wait()
        yield b"slow"

    async def fast() -> AsyncIterator[bytes]:
        await begun.wait()
        yield b"fast"
        yield b"fast"
        ended.set()

    session: Any = stub.Session({"http://slow/": slow, "http://fast/": fast})
    async with asyncio.TaskGroup() as workers:
        tasks = [
            workers.create_task(fetch.fetch_url(session, number, url))  # together
            for number, url in enumerate(session.bodies, 1)
        ]
    for task in tasks:
        entry = task.result()
        body = read_some(fetch.file.file, entry.length or 0, entry.offset or 0)
        whole = body[:4] * 2
        if body != whole:
            raise AssertionError(f"the body of {entry.url} is {body!r}, not {whole!r}")


if __name__ == "__main__":
    asyncio.run(provoke(Fetch()))
