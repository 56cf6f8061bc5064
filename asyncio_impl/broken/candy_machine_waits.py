"""Counter-example: a buyer at an empty tray waits instead of going away.

The buyer waits while it holds the lock, so no vendor can ever add a bar.
Symptom: TimeoutError: buyer 1 still waits for a bar, holding the lock
"""

import asyncio

from asyncio_impl import candy_machine
from asyncio_impl.broken import must_end


class CandyMachine(candy_machine.CandyMachine):
    async def take_bar(self) -> bool:
        return await self.bars.acquire()  # must not wait


def quiet(*words: object) -> None:
    """Log nothing."""


async def provoke(machine: candy_machine.CandyMachine) -> None:
    """Buy the five bars of the tray, and one more."""
    for _ in range(5):
        await machine.buy("buyer 1", quiet)
    await must_end(
        machine.buy("buyer 1", quiet),
        otherwise="buyer 1 still waits for a bar, holding the lock",
    )


if __name__ == "__main__":
    asyncio.run(provoke(CandyMachine()))
