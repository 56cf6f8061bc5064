"""Accounts as dataclasses with a lock each; a transfer takes both in one order."""

import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field


@dataclass(order=True)
class Account:
    number: int
    balance: int = field(default=0, compare=False)
    lock: threading.RLock = field(
        default_factory=threading.RLock, compare=False, repr=False
    )

    def withdraw(self, amount):
        with self.lock:
            if self.balance < amount:
                raise ValueError(f"account {self.number} has only {self.balance}")
            self.balance -= amount

    def deposit(self, amount):
        with self.lock:
            self.balance += amount


@contextlib.contextmanager
def holding(*accounts):
    with contextlib.ExitStack() as stack:
        for account in sorted(accounts):
            stack.enter_context(account.lock)
        yield


def transfer(source, target, amount):
    with holding(source, target):
        source.withdraw(amount)
        time.sleep(0.001)
        target.deposit(amount)


def main():
    ann, bob = Account(1, 100), Account(2, 100)
    refused = 0
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(transfer, ann, bob, 30) for _ in range(5)]
        futures += [pool.submit(transfer, bob, ann, 10) for _ in range(3)]
        for future in futures:
            try:
                future.result()
            except ValueError:
                refused += 1
    print(ann.balance + bob.balance, refused in (0, 1, 2))


if __name__ == "__main__":
    main()
