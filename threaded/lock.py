"""A lock keeps the reading and the writing of a balance together.

Run it: python -m threaded.lock
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from threaded import print_line

Log = Callable[..., object]


class Account:
    """A balance to which several tellers add."""

    def __init__(self) -> None:
        self.guard = threading.Lock()
        self.balance = 0

    def deposit(self, amount: int, pause: float = 0.0) -> int:
        """Read the balance, pause, write it with amount added; return the sum."""
        with self.guard:
            balance = self.balance
            if pause:
                time.sleep(pause)
            self.balance = balance + amount
            return self.balance


def serve(
    account: Account,
    name: str,
    times: int,
    pause: float,
    log: Log,
) -> list[int]:
    """Deposit 1 the given number of times; return the balance after each deposit."""
    balances: list[int] = []
    for _ in range(times):
        balances.append(account.deposit(1, pause))
        log(name, "made it", balances[-1])
    return balances


def run(
    account: Account,
    count: int = 10,
    tellers: int = 2,
    pause: float = 0.0,
    log: Log = print_line,
) -> list[list[int]]:
    """Divide count deposits among tellers; return the balances that each teller saw.

    Raises what a teller raised, after all tellers have ended.
    """
    if tellers < 1:
        raise ValueError(f"tellers must be at least 1, got {tellers}")
    shares = [len(range(n, count, tellers)) for n in range(tellers)]
    with ThreadPoolExecutor(tellers) as workers:
        tasks = [
            workers.submit(serve, account, f"teller {n}", share, pause, log)
            for n, share in enumerate(shares)
        ]
    return [task.result() for task in tasks]


if __name__ == "__main__":
    run(Account(), pause=0.1)
