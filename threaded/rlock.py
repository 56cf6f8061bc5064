"""A re-entrant lock lets its owner enter again: locked methods can call each other.

Run it: python -m threaded.rlock
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import RLock

from threaded import print_line

Log = Callable[..., object]


class Bank:
    """Two accounts; a transfer between them is seen as a whole or not at all."""

    def __init__(self) -> None:
        self.guard = RLock()
        self.accounts = [0, 0]

    def change(self, account: int, amount: int, pause: float = 0.0) -> None:
        """Add amount to one account, with a pause between the read and the write."""
        with self.guard:
            balance = self.accounts[account]
            if pause:
                time.sleep(pause)
            self.accounts[account] = balance + amount

    def transfer(self, amount: int, pause: float = 0.0) -> tuple[int, int]:
        """Move amount from the first account to the second; return both balances."""
        with self.guard:
            self.change(0, -amount, pause)  # enters the lock again
            self.change(1, amount, pause)
            return self.accounts[0], self.accounts[1]


def serve(
    bank: Bank,
    name: str,
    times: int,
    pause: float,
    log: Log,
) -> list[tuple[int, int]]:
    """Transfer 1 the given number of times; return both balances after each time."""
    balances: list[tuple[int, int]] = []
    for _ in range(times):
        balances.append(bank.transfer(1, pause))
        log(name, "made them", *balances[-1])
    return balances


def run(
    bank: Bank,
    count: int = 10,
    tellers: int = 2,
    pause: float = 0.0,
    log: Log = print_line,
) -> list[list[tuple[int, int]]]:
    """Divide count transfers among tellers; return the balances that each teller saw.

    Raises what a teller raised, after all tellers have ended.
    """
    if tellers < 1:
        raise ValueError(f"tellers must be at least 1, got {tellers}")
    shares = [len(range(n, count, tellers)) for n in range(tellers)]
    with ThreadPoolExecutor(tellers) as workers:
        tasks = [
            workers.submit(serve, bank, f"teller {n}", share, pause, log)
            for n, share in enumerate(shares)
        ]
    return [task.result() for task in tasks]


if __name__ == "__main__":
    run(Bank(), pause=0.1)
