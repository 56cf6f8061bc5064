"""zict: the weights that an LRU mapping adds up."""

from zict import LRU


class Weights:
    """Two threads fill a mapping that has room for both items."""

    def __init__(self):
        self.mapping = LRU(2, {})

    def first(self):
        self.mapping["a"] = 1

    def second(self):
        self.mapping["b"] = 2

    workers = (first, second)

    def check(self):
        assert len(self.mapping) == self.mapping.total_weight == 2
