"""SQLAlchemy: the cache of compiled statements, which evicts."""

from sqlalchemy.util import LRUCache


class Evictions:
    """Two threads fill a cache that has room for two items and already holds one."""

    def __init__(self):
        self.cache = LRUCache(capacity=1, threshold=1)
        self.cache["a"] = 0

    def first(self):
        self.cache["b"] = 1

    def second(self):
        self.cache["c"] = 2

    workers = (first, second)

    def check(self):
        # The cache may be too full for a while, because a thread that cannot get its
        # lock at once does not evict.
        assert 1 <= len(self.cache) <= 3
