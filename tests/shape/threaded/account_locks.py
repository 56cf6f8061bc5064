"""A lock for each account, made when it is first asked for."""

import threading
import time
from collections import defaultdict


class Accounts:
    def __init__(self):
        self.locks = defaultdict(threading.Lock)
        self.money = defaultdict(int)

    def deposit(self, name, amount):
        with self.locks[name]:
            had = self.money[name]
            time.sleep(0.002)
            self.money[name] = had + amount


def main():
    accounts = Accounts()
    threads = [
        threading.Thread(target=accounts.deposit, args=("ab"[n % 2], n))
        for n in range(6)
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print(dict(accounts.money))


if __name__ == "__main__":
    main()
