"""Transfers between accounts, each with a lock of its own."""

import random
import threading
from dataclasses import dataclass, field
from time import sleep


@dataclass
class Account:
    name: str
    balance: int
    lock: threading.Lock = field(default_factory=threading.Lock)


class Bank:
    def __init__(self, names, money):
        self.accounts = {name: Account(name, money) for name in names}
        self.log = []
        self.log_lock = threading.Lock()

    def transfer(self, source, target, amount):
        first, second = sorted([source, target])
        with self.accounts[first].lock, self.accounts[second].lock:
            if self.accounts[source].balance < amount:
                return False
            self.accounts[source].balance -= amount
            sleep(0.0005)
            self.accounts[target].balance += amount
        with self.log_lock:
            self.log.append((source, target, amount))
        return True

    def total(self):
        return sum(account.balance for account in self.accounts.values())


def customer(bank, seed):
    draw = random.Random(seed)
    for _ in range(10):
        source, target = draw.sample(sorted(bank.accounts), 2)
        bank.transfer(source, target, draw.randint(1, 50))


def main():
    bank = Bank(["ann", "bob", "cat"], 100)
    customers = [threading.Thread(target=customer, args=(bank, n)) for n in range(4)]
    for one in customers:
        one.start()
    for one in customers:
        one.join()
    print(bank.total(), all(a.balance >= 0 for a in bank.accounts.values()))


main()
