"""A re-entrant lock lets its owner enter again: locked methods can call each other.

Run it: python -m asyncio_impl.on_anyio.rlock
"""

from collections.abc import Callable

import anyio

from asyncio_impl.on_anyio.reentrant import RLock

Log = Callable[..., object]


class Bank:
    """Two accounts; a transfer between them is seen as a whole or not at all."""

    def __init__(self) -> None:
        self.guard = RLock()
        self.accounts = [0, 0]

    async def change(self, account: int, amount: int, pause: float = 0.0) -> None:
        """Add amount to one account, with a pause between the read and the write."""
        async with self.guard:
            balance = self.accounts[account]
            if pause:
                await anyio.sleep(pause)
            self.accounts[account] = balance + amount

    async def transfer(self, amount: int, pause: float = 0.0) -> tuple[int, int]:
        """Move amount from the first account to the second; return both balances."""
        async with self.guard:
            await self.change(0, -amount, pause)  # enters the lock again
            await self.change(1, amount, pause)
            return self.accounts[0], self.accounts[1]


async def serve(
    bank: Bank,
    name: str,
    times: int,
    pause: float,
    log: Log,
) -> list[tuple[int, int]]:
    """Transfer 1 the given number of times; return both balances after each time."""
    balances: list[tuple[int, int]] = []
    for _ in range(times):
        balances.append(await bank.transfer(1, pause))
        log(name, "made them", *balances[-1])
    return balances


async def run(
    bank: Bank,
    count: int = 10,
    tellers: int = 2,
    pause: float = 0.0,
    log: Log = print,
) -> list[list[tuple[int, int]]]:
    """Divide count transfers among tellers; return the balances that each teller saw.

    Raises an ExceptionGroup of what tellers raised; the other tellers are cancelled.
    """
    if tellers < 1:
        raise ValueError(f"tellers must be at least 1, got {tellers}")
    shares = [len(range(n, count, tellers)) for n in range(tellers)]
    async with anyio.create_task_group() as workers:
        tasks = [
            workers.create_task(serve(bank, f"teller {n}", share, pause, log))
            for n, share in enumerate(shares)
        ]
    return [task.return_value for task in tasks]


if __name__ == "__main__":
    anyio.run(run, Bank(), 10, 2, 0.1)
