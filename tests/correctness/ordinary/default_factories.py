"""A missing key of a defaultdict: two workers may both call a factory in Python.

The first of two values is then lost.  `Broken...` is wrong in some order, `Holds...` in
none: a factory in C is part of one step.
"""

import enum
import operator
import queue
import threading
from collections import ChainMap, Counter, OrderedDict, UserDict, defaultdict, deque
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from types import SimpleNamespace


class Base:
    factory = list
    key = "key"

    def __init__(self):
        self.kept = defaultdict(self.factory)
        self.found = []

    def work(self):
        self.found.append(self.kept[self.key])

    def check(self):
        first, second = self.found
        assert first is second


@dataclass
class Numbers:
    number: int = 0


class Names(dict):
    def __init__(self):
        super().__init__()
        self.ended = False


class Plain:
    pass


class Slotted:
    __slots__ = ("number",)


class BrokenClass(Base):
    factory = Numbers
    workers = (Base.work, Base.work)


class BrokenDict(Base):
    factory = Names
    workers = (Base.work, Base.work)


class BrokenEvent(Base):
    factory = threading.Event
    workers = (Base.work, Base.work)


class BrokenCondition(Base):
    factory = threading.Condition
    workers = (Base.work, Base.work)


class BrokenSemaphore(Base):
    factory = threading.Semaphore
    workers = (Base.work, Base.work)


class BrokenQueue(Base):
    factory = queue.Queue
    workers = (Base.work, Base.work)


class BrokenFuture(Base):
    factory = Future
    workers = (Base.work, Base.work)


class BrokenCounter(Base):
    factory = Counter
    workers = (Base.work, Base.work)


class BrokenUserDict(Base):
    factory = UserDict
    workers = (Base.work, Base.work)


class BrokenChainMap(Base):
    factory = ChainMap
    workers = (Base.work, Base.work)


class BrokenPartial(Base):
    factory = staticmethod(partial(Counter, "ab"))
    workers = (Base.work, Base.work)


class BrokenFunction(Base):
    factory = staticmethod(lambda: [])
    workers = (Base.work, Base.work)


class HoldsLock(Base):
    factory = staticmethod(threading.Lock)
    workers = (Base.work, Base.work)


class HoldsSimpleQueue(Base):
    factory = queue.SimpleQueue
    workers = (Base.work, Base.work)


class HoldsDeque(Base):
    factory = deque
    workers = (Base.work, Base.work)


class HoldsOrdered(Base):
    factory = OrderedDict
    workers = (Base.work, Base.work)


class HoldsNamespace(Base):
    factory = SimpleNamespace
    workers = (Base.work, Base.work)


class HoldsPartial(Base):
    factory = staticmethod(partial(deque, maxlen=2))
    workers = (Base.work, Base.work)


class HoldsPlainClass(Base):
    factory = Plain
    workers = (Base.work, Base.work)


class HoldsSlots(Base):
    factory = Slotted
    workers = (Base.work, Base.work)


class Colour(enum.Enum):
    RED = 1


class Level(enum.IntEnum):
    LOW = 1


class BrokenEnumAsKey(Base):
    """A missing key is hashed twice, here by code of the library in Python."""

    key = Colour.RED
    workers = (Base.work, Base.work)


class BrokenEnumInKey(Base):
    key = (Colour.RED, 1)
    workers = (Base.work, Base.work)


class BrokenPathAsKey(Base):
    key = PurePosixPath("a")
    workers = (Base.work, Base.work)


class BrokenEnumAndFunction(Base):
    factory = staticmethod(lambda: [])
    key = Colour.RED
    workers = (Base.work, Base.work)


class HoldsNumberAsKey(Base):
    key = Level.LOW
    workers = (Base.work, Base.work)


class HoldsTupleAsKey(Base):
    key = (1, "a")
    workers = (Base.work, Base.work)


class HoldsKnownKey(Base):
    key = Colour.RED

    def __init__(self):
        super().__init__()
        self.kept[self.key] = []

    workers = (Base.work, Base.work)


class Tree(defaultdict):
    def __init__(self):
        super().__init__(Tree)
        self.ended = False


class BrokenTree:
    def __init__(self):
        self.tree = Tree()

    def add(self, word):
        node = self.tree
        for letter in word:
            node = node[letter]
        node.ended = True

    def one(self):
        self.add("ab")

    def two(self):
        self.add("ac")

    workers = (one, two)

    def check(self):
        assert sorted(self.tree["a"]) == ["b", "c"]


class HoldsOtherBranches(BrokenTree):
    def two(self):
        self.add("b")

    workers = (BrokenTree.one, two)

    def check(self):
        assert sorted(self.tree) == ["a", "b"]
        assert [*self.tree["a"]] == ["b"]


class BrokenByMethod(Base):
    factory = Numbers

    def work(self):
        self.found.append(self.kept.__getitem__(self.key))

    workers = (work, work)


class BrokenByFunction(Base):
    factory = Numbers

    def work(self):
        self.found.append(operator.getitem(self.kept, self.key))

    workers = (work, work)


class BrokenByMap(Base):
    factory = Numbers

    def work(self):
        [one] = map(self.kept.__getitem__, [self.key])
        self.found.append(one)

    workers = (work, work)


class BrokenByListOfMap(Base):
    factory = Numbers

    def work(self):
        self.found += list(map(self.kept.__getitem__, (self.key,)))

    workers = (work, work)


class HoldsListsByMethod(Base):
    def work(self):
        self.found.append(self.kept.__getitem__(self.key))

    workers = (work, work)


class HoldsListsByMap(Base):
    def work(self):
        self.found += list(map(self.kept.__getitem__, (self.key,)))

    workers = (work, work)


class HoldsKnownKeyByMethod(Base):
    factory = Numbers

    def __init__(self):
        super().__init__()
        self.kept[self.key] = Numbers()

    def work(self):
        self.found.append(self.kept.__getitem__(self.key))

    workers = (work, work)


class HoldsObjectsByMethod(HoldsListsByMethod):
    """No Python runs where an object without `__init__` is made."""

    factory = Plain
    workers = (HoldsListsByMethod.work, HoldsListsByMethod.work)
