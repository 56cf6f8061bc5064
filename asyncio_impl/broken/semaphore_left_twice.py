"""Counter-example: a client releases its place twice.

A bounded semaphore raises an error when places would exceed the initial number.
Symptom: ValueError: BoundedSemaphore released too many times
"""

import asyncio

from asyncio_impl import semaphore


class Server(semaphore.Server):
    async def serve(self, client: str, pause: float = 0.0) -> int:
        crowd = await super().serve(client, pause)
        self.room.release()  # must be once for each acquire: `with` does it
        return crowd


async def provoke(server: semaphore.Server) -> None:
    """Serve one client: this fails in every order."""
    await server.serve("client 0")


if __name__ == "__main__":
    asyncio.run(provoke(Server()))
