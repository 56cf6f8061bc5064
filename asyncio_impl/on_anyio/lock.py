"""A lock keeps the reading and the writing of a balance together.

Run it: python -m asyncio_impl.on_anyio.lock
"""

from collections.abc import Callable

import anyio

Log = Callable[..., object]


class Account:
    """A balance to which several tellers add."""

    def __init__(self) -> None:
        self.guard = anyio.Lock()
        self.balance = 0

    async def deposit(self, amount: int, pause: float = 0.0) -> int:
        """Read the balance, pause, write it with amount added; return the sum."""
        async with self.guard:
            balance = self.balance
            if pause:
                await anyio.sleep(pause)
            self.balance = balance + amount
            return self.balance


async def serve(
    account: Account,
    name: str,
    times: int,
    pause: float,
    log: Log,
) -> list[int]:
    """Deposit 1 the given number of times; return the balance after each deposit."""
    balances: list[int] = []
    for _ in range(times):
        balances.append(await account.deposit(1, pause))
        log(name, "made it", balances[-1])
    return balances


async def run(
    account: Account,
    count: int = 10,
    tellers: int = 2,
    pause: float = 0.0,
    log: Log = print,
) -> list[list[int]]:
    """Divide count deposits among tellers; return the balances that each teller saw.

    Raises an ExceptionGroup of what tellers raised; the other tellers are cancelled.
    """
    if tellers < 1:
        raise ValueError(f"tellers must be at least 1, got {tellers}")
    shares = [len(range(n, count, tellers)) for n in range(tellers)]
    async with anyio.create_task_group() as workers:
        tasks = [
            workers.create_task(serve(account, f"teller {n}", share, pause, log))
            for n, share in enumerate(shares)
        ]
    return [task.return_value for task in tasks]


if __name__ == "__main__":
    anyio.run(run, Account(), 10, 2, 0.1)
