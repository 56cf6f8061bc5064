"""Counter-example: the producer puts no end mark after the last integer.

The producer has put its last integer and ended; the consumers wait for more.
Symptom: TimeoutError: consumer 0 still waits for an integer
"""

import asyncio

from asyncio_impl import bounded_queue
from asyncio_impl.broken import must_end


class Belt(bounded_queue.Belt):
    async def close(self) -> None:
        pass  # must put a None


async def provoke(belt: bounded_queue.Belt) -> None:
    """Close the belt, and then take."""
    await belt.close()
    await must_end(
        belt.take(),
        otherwise="consumer 0 still waits for an integer",
    )


if __name__ == "__main__":
    asyncio.run(provoke(Belt()))
