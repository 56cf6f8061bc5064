"""Counter-example: a consumer waits without a check before the wait.

A notify wakes only the workers that wait at that moment.  So the consumer does not
notice an integer that was put before its wait.
Symptom: TimeoutError: consumer 0 still waits for not_empty, with 1 integer there
"""

import asyncio

from asyncio_impl import condition
from asyncio_impl.broken import must_end


class Basket(condition.Basket):
    async def take(self) -> int | None:
        async with self.not_empty:
            await self.not_empty.wait()  # must be wait_for, which checks first
            return self.integers.popleft()


async def provoke(basket: condition.Basket) -> None:
    """Put an integer before the consumer takes."""
    await basket.put(7)
    await must_end(
        basket.take(),
        otherwise="consumer 0 still waits for not_empty, with 1 integer there",
    )


if __name__ == "__main__":
    asyncio.run(provoke(Basket()))
