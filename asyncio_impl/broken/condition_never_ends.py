"""Counter-example: the producer puts no end mark after the last integer.

The producer has put its last integer and ended.  The consumers wait for another
integer, and a caller that joins the consumers waits for ever too.
Symptom: TimeoutError: consumer 0 still waits for not_empty
"""

import asyncio

from asyncio_impl import condition
from asyncio_impl.broken import must_end


class Basket(condition.Basket):
    async def put(self, integer: int | None) -> None:
        if integer is not None:  # must put the None as well
            await super().put(integer)


def quiet(*words: object) -> None:
    """Log nothing."""


async def provoke(basket: condition.Basket) -> None:
    """Produce one integer, and let a consumer take until the end mark."""
    await condition.produce(basket, 1, 0.0, quiet)
    await basket.put(None)
    await must_end(
        condition.consume(basket, "consumer 0", quiet),
        otherwise="consumer 0 still waits for not_empty",
    )


if __name__ == "__main__":
    asyncio.run(provoke(Basket()))
