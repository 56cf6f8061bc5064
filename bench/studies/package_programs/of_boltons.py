"""boltons: an LRU cache that evicts."""

from boltons.cacheutils import LRU


class Evictions:
    """Two threads fill a cache that has one place."""

    def __init__(self):
        self.cache = LRU(max_size=1)
        self.cache["a"] = 0

    def first(self):
        self.cache["b"] = 1

    def second(self):
        self.cache["c"] = 2

    workers = (first, second)

    def check(self):
        assert len(self.cache) == 1
