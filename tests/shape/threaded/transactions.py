"""A store whose transactions hold its lock; two clients and an audit."""

import threading
import time
from contextlib import contextmanager


class Store:
    def __init__(self):
        self._lock = threading.Lock()
        self._data = {"a": 100, "b": 0}
        self.audits = 0

    @contextmanager
    def transaction(self):
        self._lock.acquire()
        try:
            draft = dict(self._data)
            yield draft
            self._data = draft
        finally:
            self._lock.release()

    @contextmanager
    def reading(self):
        with self._lock:
            yield self._data

    def total(self):
        with self.reading() as data:
            self.audits += 1
            return sum(data.values())


def move(store, amount, times):
    for _ in range(times):
        try:
            with store.transaction() as accounts:
                accounts["a"] -= amount
                time.sleep(0.001)
                if accounts["a"] < 0:
                    raise ValueError("too little")
                accounts["b"] += amount
        except ValueError:
            return


def audit(store, seen):
    for _ in range(3):
        seen.add(store.total())
        time.sleep(0.001)


def main():
    store, seen = Store(), set()
    crew = [
        threading.Thread(target=move, args=(store, 30, 2)),
        threading.Thread(target=move, args=(store, 50, 2)),
        threading.Thread(target=audit, args=(store, seen)),
    ]
    for t in crew:
        t.start()
    for t in crew:
        t.join()
    print(seen, store.total(), store.audits)


if __name__ == "__main__":
    main()
