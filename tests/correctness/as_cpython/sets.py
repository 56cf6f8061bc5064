"""Sets whose order follows addresses or a drawn number: the same in each run.

The first word of each class says what is true of it.  `order` is the end state that a
second process must see, too.
"""

import contextlib
import enum
import random
import threading
from dataclasses import dataclass


class Conn:
    def __init__(self, name):
        self.name = name


class Colour(enum.Enum):
    RED, GREEN, BLUE = "r", "g", "b"


@dataclass(frozen=True)
class Key:
    host: str
    port: int


class Objects:
    """Holds: objects of the program, made in the start."""

    def __init__(self):
        self.junk = [bytearray(random.randrange(1, 999)) for _ in range(99)]
        self.items = {Conn(n) for n in "abcdef"}
        del self.junk

    def names(self):
        self.order = [item.name for item in self.items]

    workers = (names,)

    def check(self):
        assert sorted(self.order) == list("abcdef")


class Popped(Objects):
    """Holds: taken one by one."""

    def names(self):
        self.order = []
        while self.items:
            self.order.append(self.items.pop().name)

    workers = (names,)


class MadeByWorkers:
    """Holds: made by several workers, and told apart by them."""

    def __init__(self):
        self.items, self.lock = set(), threading.Lock()

    def make(self, *names):
        with self.lock:
            self.items |= {Conn(name) for name in names}

    def one(self):
        self.make("a", "b")

    def two(self):
        self.make("c", "d")

    workers = (one, two)

    def check(self):
        self.order = [item.name for item in self.items]
        assert sorted(self.order) == list("abcd")


class Texts:
    """Holds: texts, in all ways to go through them."""

    def __init__(self):
        self.items = {"alpha", "beta", "gamma", "delta"}

    def walk(self):
        items = self.items
        first, *rest = items
        grown = []
        grown += items
        grown.extend(items)
        self.order = [
            list(items), tuple(items), [*items], [item + "" for item in items],
            ",".join(items), f"{items}", str(items), repr(frozenset(items)),
            sorted(items, key=len), list(zip(items, range(4), strict=True)),
            list(map(len, items)), dict.fromkeys(items), next(iter(items)),
            max(items, key=len), [first, *rest], grown, list(items | {"more"}),
        ]  # fmt: skip
        self.order.append(items.pop())

    workers = (walk,)


class MixedItems(Texts):
    """Holds: texts among numbers, None, members of enums, tuples and classes."""

    def __init__(self):
        self.items = {"a", 1, None, Colour.RED, Colour.GREEN, ("t", 2), Conn, b"b", len}

    def walk(self):
        self.order = [str(item) for item in self.items]

    workers = (walk,)


class Values(Texts):
    """Holds: values of the program with a hash of their texts."""

    def __init__(self):
        self.items = {Key("a", 1), Key("b", 1), Key("a", 2)}

    def walk(self):
        self.order = [(item.host, item.port) for item in self.items]

    workers = (walk,)


class Methods(Texts):
    """Holds: listeners, which are bound methods and functions."""

    def hear(self):
        return "hear"

    def walk(self):
        self.items = {self.hear, self.walk, Conn, len}
        self.order = [item.__name__ for item in self.items]

    workers = (walk,)


class GrownMeanwhile(Texts):
    """Broken: a set that grows while it is gone through."""

    def walk(self):
        for item in self.items:
            self.items.add(item + "!")

    workers = (walk,)


class Closures:
    """Refused: sets.py: closures of one function cannot be told apart."""

    def walk(self):
        self.order = [call() for call in {lambda n=n: n for n in range(3)}]

    workers = (walk,)


class Sentinels:
    """Refused: sets.py: nor can plain objects, even if the program catches it."""

    def walk(self):
        with contextlib.suppress(Exception):
            list({object(), object()})

    workers = (walk,)


class OneSentinel:
    """Holds: one item has an order."""

    def walk(self):
        (self.only,) = {object()}

    workers = (walk,)


class NothingGoesThrough:
    """Holds: a set that is only asked whether it has something."""

    def walk(self):
        items = {lambda: 1, lambda: 2}
        assert len(items) == 2
        assert walk_nothing not in items

    workers = (walk,)


def walk_nothing():
    pass
