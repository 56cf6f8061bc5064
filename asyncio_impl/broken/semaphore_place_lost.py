"""Counter-example: an exception between acquire and release takes a place away.

Each failure makes the server smaller, until no client gets in.
Symptom: TimeoutError: client 1 still waits for room, with 0 clients inside
"""

import asyncio
from contextlib import suppress

from asyncio_impl import semaphore
from asyncio_impl.broken import must_end


class Server(semaphore.Server):
    async def serve(self, client: str, pause: float = 0.0) -> int:
        await self.room.acquire()  # must be `async with self.room`
        self.inside.add(client)
        crowd = len(self.inside)
        if pause:
            await asyncio.sleep(pause)
        self.inside.remove(client)
        self.room.release()
        return crowd


async def provoke(server: semaphore.Server) -> None:
    """Let three clients without a name fail, and a fourth client come."""
    for _ in range(3):
        with suppress(TypeError):
            await server.serve(["client 0"])  # type: ignore[arg-type]
    await must_end(
        server.serve("client 1"),
        otherwise="client 1 still waits for room, with 0 clients inside",
    )


if __name__ == "__main__":
    asyncio.run(provoke(Server()))
