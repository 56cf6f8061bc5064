"""Counter-example: no end mark says that there are no more.

The producer has put its last integer and is gone; the consumers wait for another,
and a caller that joins the consumers waits as long.
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
    """Ignore what is logged."""


async def provoke(basket: condition.Basket) -> None:
    """Produce one integer, and let a consumer take until there are no more."""
    await condition.produce(basket, 1, 0.0, quiet)
    await basket.put(None)
    await must_end(
        condition.consume(basket, "consumer 0", quiet),
        otherwise="consumer 0 still waits for not_empty",
    )


if __name__ == "__main__":
    asyncio.run(provoke(Basket()))
