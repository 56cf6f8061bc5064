"""Counter-example: a consumer takes from the end at which the producer puts.

The first integer is taken last, perhaps never: a stack is used instead of a queue.
Symptom: AssertionError: put 0 and then 1, took 1 and then 0
"""

import asyncio

from asyncio_impl import condition


class Basket(condition.Basket):
    async def take(self) -> int | None:
        async with self.not_empty:
            await self.not_empty.wait_for(lambda: self.integers)
            return self.integers.pop()  # must be popleft()


async def provoke(basket: condition.Basket) -> None:
    """Put two integers before the first one is taken."""
    await basket.put(0)
    await basket.put(1)
    first, second = await basket.take(), await basket.take()
    if (first, second) != (0, 1):
        raise AssertionError(f"put 0 and then 1, took {first} and then {second}")


if __name__ == "__main__":
    asyncio.run(provoke(Basket()))
