"""cachetools: a decorated function, without and with the lock that its docs require."""

import threading

from cachetools import LRUCache, cached


class Unlocked:
    """Two threads fill a cache that has one place."""

    def __init__(self):
        self.cache = LRUCache(maxsize=1)
        self.double = cached(self.cache)(lambda number: 2 * number)
        self.double(0)

    def first(self):
        assert self.double(1) == 2

    def second(self):
        assert self.double(2) == 4

    workers = (first, second)

    def check(self):
        assert self.cache.currsize == len(self.cache) == 1


class Locked(Unlocked):
    """The same, with `lock=`."""

    def __init__(self):
        self.cache = LRUCache(maxsize=1)
        lock = threading.Lock()
        self.double = cached(self.cache, lock=lock)(lambda number: 2 * number)
        self.double(0)
