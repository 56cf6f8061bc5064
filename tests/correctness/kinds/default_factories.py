"""Two workers ask a defaultdict for one missing key: a factory in Python runs between.

Each then has an item of its own, and the first one is lost.
"""

from collections import Counter, defaultdict, deque
from functools import partial


class Given:
    """Each puts one item into the value of the same key."""

    def __init__(self):
        self.values = self.make()

    def make(self):
        return defaultdict(deque)

    def ann(self):
        self.values["key"].append("ann")

    def bob(self):
        self.values["key"].append("bob")

    workers = (ann, bob)

    def check(self):
        assert len(self.values["key"]) == 2


class Row(list):
    """A class in C but for its name."""


class GivenARow(Given):
    def make(self):
        return defaultdict(Row)


class InitRow(list):
    def __init__(self):
        super().__init__()


class GivenARowWithInit(Given):
    def make(self):
        return defaultdict(InitRow)


class NewRow(list):
    def __new__(cls):
        return super().__new__(cls)


class GivenARowWithNew(Given):
    def make(self):
        return defaultdict(NewRow)


class Maker:
    def __call__(self):
        return []


class GivenByAnObject(Given):
    def make(self):
        return defaultdict(Maker())


class GivenByAPartial(Given):
    def make(self):
        return defaultdict(partial(lambda: []))


class GivenByAPartialOfC(Given):
    def make(self):
        return defaultdict(partial(list, ()))


class Tree(defaultdict):
    def __init__(self):
        super().__init__(Tree)


class Grown(Given):
    def make(self):
        return Tree()

    def ann(self):
        self.values["key"]["ann"] = 1

    def bob(self):
        self.values["key"]["bob"] = 1

    workers = (ann, bob)


class Counted(Grown):
    """`Counter.__init__` is in Python."""

    def make(self):
        return defaultdict(Counter)


class CountedBefore(Counted):
    def make(self):
        return defaultdict(Counter, key=Counter())
