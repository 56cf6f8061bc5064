"""Counter-example: an exception during a write leaves the lock held for ever.

If the disk is full or the file is closed, the write raises an exception between
acquire and release.  Every other worker then waits for a lock whose owner has ended.
Symptom: TimeoutError: worker 2 still waits for the lock, which worker 1 left held
"""

import asyncio
from contextlib import suppress

from asyncio_impl import url_fetch
from asyncio_impl.broken import must_end
from fetching.body_file import Place


class Fetch(url_fetch.Fetch):
    async def append(self, number: int, body: bytearray) -> Place:
        await self.lock.acquire()  # must be `async with self.lock`
        place = self.file.reserve(number, len(body))
        self.file.write(place, 0, body)
        self.lock.release()
        return place


async def provoke(fetch: url_fetch.Fetch) -> None:
    """Let a write fail, and another worker come for the lock."""
    fetch.close()
    with suppress(OSError):
        await fetch.append(1, bytearray(b"body"))
    await must_end(
        fetch.lock.acquire(),
        otherwise="worker 2 still waits for the lock, which worker 1 left held",
    )


if __name__ == "__main__":
    asyncio.run(provoke(Fetch()))
