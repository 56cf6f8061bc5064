"""Counter-example: a teller does not take the lock.

Two read the same balance, and the second to write wipes out what the first wrote.
It takes an await between the reading and the writing: with a pause of 0 there is
none, and the deposit is right without the lock.
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
    """Let two tellers take their time over the same balance."""
    await asyncio.gather(account.deposit(1, 1e-6), account.deposit(1, 1e-6))
    if account.balance != 2:
        raise AssertionError(f"2 deposits of 1 made {account.balance}")


if __name__ == "__main__":
    asyncio.run(provoke(Account()))
