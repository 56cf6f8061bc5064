"""Counter-example: an exception between acquire and release leaves the lock held.

`with` and `async with` always release the lock.  With separate calls of acquire and
release, the code needs try and finally.
Symptom: TimeoutError: teller 1 still waits for the lock, which teller 0 left held
"""

import time
from contextlib import suppress

from threaded import lock
from threaded.broken import must_end


class Account(lock.Account):
    def deposit(self, amount: int, pause: float = 0.0) -> int:
        self.guard.acquire()  # must be `with self.guard`
        balance = self.balance + amount
        if pause:
            time.sleep(pause)
        self.balance = balance
        self.guard.release()
        return balance


class Unreadable(int):
    """A balance that raises an exception when something is added."""

    def __add__(self, amount: int) -> int:
        raise ArithmeticError("the balance cannot be read")


def rescue(account: lock.Account) -> None:
    """Let the waiting teller run; does nothing if the lock is free."""
    if account.guard.locked():
        account.guard.release()


def provoke(account: lock.Account) -> None:
    """Let the first teller fail, and a second teller come."""
    account.balance = Unreadable(0)
    with suppress(ArithmeticError):
        account.deposit(1)
    account.balance = 0
    must_end(
        lambda: account.deposit(1),
        otherwise="teller 1 still waits for the lock, which teller 0 left held",
        rescue=lambda: rescue(account),
    )


if __name__ == "__main__":
    provoke(Account())
