"""Counter-example: a consumer waits without having looked.

A notify wakes the present waiters and is not kept for later ones: what was
put before the wait is not noticed.
Symptom: TimeoutError: consumer 0 still waits for not_empty, with 1 integer there
"""

import asyncio

from asyncio_impl import condition
from asyncio_impl.broken import must_end


class Basket(condition.Basket):
    async def take(self) -> int | None:
        async with self.not_empty:
            await self.not_empty.wait()  # must be wait_for, which looks first
            return self.integers.popleft()


async def provoke(basket: condition.Basket) -> None:
    """Put before the consumer comes."""
    await basket.put(7)
    await must_end(
        basket.take(),
        otherwise="consumer 0 still waits for not_empty, with 1 integer there",
    )


if __name__ == "__main__":
    asyncio.run(provoke(Basket()))
