"""Counter-example: a teller does not take the lock.

Two tellers read the same balance, and the second write replaces the first one.
Symptom: AssertionError: 2 deposits of 1 made 1
"""

import time
from typing import Self

from threaded import lock
from threaded.broken import elsewhere


class Account(lock.Account):
    def deposit(self, amount: int, pause: float = 0.0) -> int:
        balance = self.balance  # must hold the guard from here ...
        if pause:
            time.sleep(pause)
        self.balance = balance + amount  # ... to here
        return self.balance


class Crossed(int):
    """A balance of 0 to which a second teller adds while the first one adds.

    If the first teller holds the lock, the second one does not add there.
    """

    def __new__(cls, account: lock.Account) -> Self:
        return super().__new__(cls, 0)

    def __init__(self, account: lock.Account) -> None:
        self.account = account
        self.crossed = False

    def __add__(self, amount: int) -> int:
        if not self.crossed and not self.account.guard.locked():
            self.crossed = True
            elsewhere(lambda: self.account.deposit(1))
        return int(self) + amount


def provoke(account: lock.Account) -> None:
    """Let a second teller make a deposit while the first one adds."""
    account.balance = balance = Crossed(account)
    account.deposit(1)
    if not balance.crossed:
        account.deposit(1)
    if account.balance != 2:
        raise AssertionError(f"2 deposits of 1 made {account.balance}")


if __name__ == "__main__":
    provoke(Account())
