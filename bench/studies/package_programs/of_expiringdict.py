"""expiringdict: writes that evict, and a lookup before a read."""

from expiringdict import ExpiringDict


class Evictions:
    """Two threads fill a dict that has one place."""

    def __init__(self):
        self.items = ExpiringDict(max_len=1, max_age_seconds=60)

    def first(self):
        self.items["a"] = 1

    def second(self):
        self.items["b"] = 2

    workers = (first, second)

    def check(self):
        assert len(self.items) == 1


class LookThenRead(Evictions):
    """One thread looks for a key and then reads it: these are two calls."""

    def first(self):
        self.items["a"] = 1
        if "a" in self.items:
            assert self.items["a"] == 1

    workers = (first, Evictions.second)
