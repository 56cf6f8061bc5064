"""Counter-example: a plain lock that its owner enters again.

A plain lock does not know its owner.  So an owner that requests the lock again waits
for its own release, which never comes.
Symptom: TimeoutError: teller 0 still waits for the lock that teller 0 holds
"""

import asyncio

from asyncio_impl import rlock
from asyncio_impl.broken import must_end


class Bank(rlock.Bank):
    def __init__(self) -> None:
        super().__init__()
        self.guard = asyncio.Lock()  # type: ignore[assignment]  # must be an RLock


async def provoke(bank: rlock.Bank) -> None:
    """Transfer: this fails in every order."""
    await must_end(
        bank.transfer(1),
        otherwise="teller 0 still waits for the lock that teller 0 holds",
    )


if __name__ == "__main__":
    asyncio.run(provoke(Bank()))
