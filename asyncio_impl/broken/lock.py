"""Counter-example: a teller does not take the lock.

Two tellers read the same balance, and the second write replaces the first one.
This needs an await between the read and the write.  With a pause of 0 there is no
await, and the deposit is correct even without the lock.
Symptom: AssertionError: 2 deposits of 1 made 1
"""

import asyncio

from asyncio_impl import lock


class Account(lock.Account):
    async def deposit(self, amount: int, pause: float = 0.0) -> int:
        balance = self.balance  # must hold the guard from here ...
        if pause:
            await asyncio.sleep(pause)
        self.balance = balance + amount  # ... to here
        return self.balance


async def provoke(account: lock.Account) -> None:
    """Let two tellers read the same balance, pause, and write."""
    await asyncio.gather(account.deposit(1, 1e-6), account.deposit(1, 1e-6))
    if account.balance != 2:
        raise AssertionError(f"2 deposits of 1 made {account.balance}")


if __name__ == "__main__":
    asyncio.run(provoke(Account()))
