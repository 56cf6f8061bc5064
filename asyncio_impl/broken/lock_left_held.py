"""Counter-example: an exception between acquire and release leaves the lock held.

`with` and `async with` always release the lock.  With separate calls of acquire and
release, the code needs try and finally.
Symptom: TimeoutError: teller 1 still waits for the lock, which teller 0 left held
"""

import asyncio
from contextlib import suppress

from asyncio_impl import lock
from asyncio_impl.broken import must_end


class Account(lock.Account):
    async def deposit(self, amount: int, pause: float = 0.0) -> int:
        await self.guard.acquire()  # must be `async with self.guard`
        balance = self.balance + amount
        if pause:
            await asyncio.sleep(pause)
        self.balance = balance
        self.guard.release()
        return balance


class Unreadable(int):
    """A balance that raises an exception when something is added."""

    def __add__(self, amount: int) -> int:
        raise ArithmeticError("the balance cannot be read")


async def provoke(account: lock.Account) -> None:
    """Let the first teller fail, and a second teller come."""
    account.balance = Unreadable(0)
    with suppress(ArithmeticError):
        await account.deposit(1)
    account.balance = 0
    await must_end(
        account.deposit(1),
        otherwise="teller 1 still waits for the lock, which teller 0 left held",
    )


if __name__ == "__main__":
    asyncio.run(provoke(Account()))
