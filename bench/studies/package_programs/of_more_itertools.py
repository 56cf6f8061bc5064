"""more-itertools: one generator for two threads, bare and serialized."""

from more_itertools import serialize


def count_up():
    yield 0
    yield 1


class Bare:
    """Both threads ask the same generator for an item."""

    def __init__(self):
        self.numbers = count_up()
        self.seen = []

    def take(self):
        self.seen.append(next(self.numbers))

    workers = (take, take)

    def check(self):
        assert sorted(self.seen) == [0, 1]


class Serialized(Bare):
    """The same threads, through `serialize`."""

    def __init__(self):
        self.numbers = serialize(count_up())
        self.seen = []
