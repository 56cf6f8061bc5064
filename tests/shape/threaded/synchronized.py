"""A decorator that locks, a cache per thread, a counter shared by a class."""

import functools
import threading
import time


def synchronized(method):
    @functools.wraps(method)
    def locked(self, *args, **kwargs):
        with self._lock:
            return method(self, *args, **kwargs)

    return locked


class Inventory:
    made = 0
    _made_lock = threading.Lock()

    def __init__(self):
        with Inventory._made_lock:
            Inventory.made += 1
        self._lock = threading.RLock()
        self._local = threading.local()
        self.stock = {}

    @synchronized
    def add(self, name, count=1):
        known = self.stock.get(name, 0)
        time.sleep(0.001)
        self.stock[name] = known + count

    @synchronized
    def restock(self, names):
        for name in names:
            self.add(name, 10)

    def visits(self):
        self._local.count = getattr(self._local, "count", 0) + 1
        return self._local.count


def clerk(inventory, name, seen):
    for _ in range(3):
        inventory.add(name)
        inventory.visits()
    seen.append(inventory.visits())


def main():
    inventory, seen = Inventory(), []
    Inventory()
    clerks = [threading.Thread(target=clerk, args=(inventory, n, seen)) for n in "aab"]
    [c.start() for c in clerks]
    [c.join() for c in clerks]
    inventory.restock(["a", "c"])
    print(sorted(inventory.stock.items()), seen, Inventory.made)


if __name__ == "__main__":
    main()
