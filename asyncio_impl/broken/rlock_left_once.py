"""Counter-example: a lock is acquired twice and released once.

A re-entrant lock is free again after as many releases as there were acquires.
Symptom: TimeoutError: teller 1 still waits for the lock, which teller 0 left once
"""

import asyncio

from asyncio_impl import rlock
from asyncio_impl.broken import must_end


class Bank(rlock.Bank):
    async def transfer(self, amount: int, pause: float = 0.0) -> tuple[int, int]:
        await self.guard.acquire()  # must be released below, or be a `with`
        async with self.guard:
            await self.change(0, -amount, pause)
            await self.change(1, amount, pause)
            return self.accounts[0], self.accounts[1]


async def provoke(bank: rlock.Bank) -> None:
    """Let a second teller come after the first."""
    await bank.transfer(1)
    await must_end(
        asyncio.create_task(bank.transfer(1)),
        otherwise="teller 1 still waits for the lock, which teller 0 left once",
    )


if __name__ == "__main__":
    asyncio.run(provoke(Bank()))
