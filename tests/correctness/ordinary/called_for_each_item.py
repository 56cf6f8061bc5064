"""What a function in C calls for each item runs Python, and others run in between.

`Broken...` is wrong in some order, `Holds...` in none: a call that is all in C is one
step.
"""

import enum
import itertools
import operator
from collections import deque
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial, reduce
from pathlib import PurePosixPath
from typing import NamedTuple


class Row:
    def __init__(self, number):
        self.number = number


@dataclass
class Point:
    number: int


class Mark(NamedTuple):
    number: int


class Keyed:
    def __init__(self, key):
        self.key = key


class Made:
    def __new__(cls, number):
        made = super().__new__(cls)
        made.number = number
        return made


class Counting(type):
    def __call__(cls, number):
        made = super().__call__()
        made.number = number
        return made


class Counted(metaclass=Counting):
    pass


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


class Twice:
    def __call__(self, number):
        return number * 2


def scaled(factor, number):
    return factor * number


@lru_cache
def squared(number):
    return number * number


def is_small(number):
    return number < 3


class Base:
    def __init__(self):
        self.raw = [1, 1]

    def load(self):
        self.raw[:] = [2, 2]


class BrokenByAClass(Base):
    def parse(self):
        a, b = map(Row, self.raw)
        assert a.number == b.number

    workers = (Base.load, parse)


class BrokenByADataclass(Base):
    def parse(self):
        points = list(map(Point, self.raw))
        assert points[0] == points[1]

    workers = (Base.load, parse)


class BrokenByANamedTuple(Base):
    def parse(self):
        assert len({*map(Mark, self.raw)}) == 1

    workers = (Base.load, parse)


class BrokenByNew(Base):
    def parse(self):
        first, second = tuple(map(Made, self.raw))
        assert first.number == second.number

    workers = (Base.load, parse)


class BrokenByAMetaclass(Base):
    def parse(self):
        first, second = [*map(Counted, self.raw)]
        assert first.number == second.number

    workers = (Base.load, parse)


class BrokenByAnEnum(Base):
    def parse(self):
        assert len(dict.fromkeys(map(Colour, self.raw))) == 1

    workers = (Base.load, parse)


class BrokenByAFraction(Base):
    def parse(self):
        assert sum(map(Fraction, self.raw)) in (2, 4)

    workers = (Base.load, parse)


class BrokenByAnObject(Base):
    def parse(self):
        assert sum(map(Twice(), self.raw)) in (4, 8)

    workers = (Base.load, parse)


class BrokenByAPartialFunction(Base):
    def parse(self):
        assert deque(map(partial(scaled, 3), self.raw)) in (
            deque([3, 3]),
            deque([6, 6]),
        )

    workers = (Base.load, parse)


class BrokenByACache(Base):
    def parse(self):
        assert len({*map(squared, self.raw)}) == 1

    workers = (Base.load, parse)


class BrokenByAFilter(Base):
    """The second 1 is gone when the filter comes to it."""

    def load(self):
        self.raw[:] = [5, 5]

    def parse(self):
        assert list(filter(partial(scaled, 1), self.raw)) in ([1, 1], [5, 5])

    workers = (load, parse)


class BrokenByTakewhile(Base):
    def parse(self):
        taken = list(itertools.takewhile(Twice(), self.raw))
        assert taken in ([1, 1], [2, 2])

    workers = (Base.load, parse)


class BrokenByStarmap(Base):
    def __init__(self):
        self.raw = [(1,), (1,)]

    def load(self):
        self.raw[:] = [(2,), (2,)]

    def parse(self):
        assert len({one.number for one in [*itertools.starmap(Row, self.raw)]}) == 1

    workers = (load, parse)


class Three:
    def __init__(self):
        self.raw = [1, 1, 1]

    def load(self):
        self.raw[:] = [2, 2, 2]


class BrokenByAccumulate(Three):
    def parse(self):
        assert list(itertools.accumulate(self.raw, lambda a, b: a + b))[-1] in (3, 6)

    workers = (Three.load, parse)


class BrokenByANamedAccumulate(Three):
    def parse(self):
        _, _, total = itertools.accumulate(self.raw, func=lambda a, b: a + b)
        assert total in (3, 6)

    workers = (Three.load, parse)


class HoldsByAccumulateInC(Three):
    def parse(self):
        assert list(itertools.accumulate(self.raw))[-1] in (3, 6)
        assert list(itertools.accumulate(self.raw, max))[-1] in (1, 2)

    workers = (Three.load, parse)


class BrokenByFilterfalse(Base):
    def load(self):
        self.raw[:] = [5, 5]

    def parse(self):
        found = list(itertools.filterfalse(lambda one: one > 8, self.raw))
        assert found in ([1, 1], [5, 5])

    workers = (load, parse)


class BrokenByGroupby(Base):
    """Two groups, where there is one before and one after."""

    def parse(self):
        groups = dict(itertools.groupby(self.raw, lambda one: one))
        assert len(groups) == 1

    workers = (Base.load, parse)


class BrokenByDropwhile(Base):
    def parse(self):
        left = list(itertools.dropwhile(lambda one: one == 1, self.raw))
        assert left in ([], [2, 2])

    workers = (Base.load, parse)


class BrokenByReduce(Three):
    def parse(self):
        assert reduce(partial(scaled), self.raw) in (1, 8)

    workers = (Three.load, parse)


class BrokenByAKey(Base):
    def __init__(self):
        self.raw = [3, 3]

    def load(self):
        self.raw[:] = [0, 1]

    def parse(self):
        assert min(self.raw, key=Fraction) in (3, 0)

    workers = (load, parse)


class BrokenAfterACallThatOthersWaitFor(Base):
    """The list is cleared after the first call has noted, before the next item."""

    def __init__(self):
        super().__init__()
        self.noted, self.out = [], None

    def note(self, number):
        self.noted.append(number)
        return number

    def parse(self):
        self.out = list(map(self.note, self.raw))

    def clear(self):
        if self.noted == [1]:
            self.raw.clear()

    def check(self):
        assert self.out == [1, 1]

    workers = (parse, clear)


class BrokenSharedFilter:
    """`zip` asks it twice for one pair, and the filter runs Python in between."""

    def __init__(self):
        self.numbers = filter(is_small, [1, 2, 1, 2])
        self.pairs = []

    def take(self):
        self.pairs.append(next(zip(self.numbers, self.numbers, strict=False)))

    workers = (take, take)

    def check(self):
        assert self.pairs == [(1, 2), (1, 2)]


class BrokenSharedMapOfAClass:
    def __init__(self):
        self.rows = map(Row, [1, 2, 1, 2])
        self.pairs = []

    def take(self):
        first, second = next(zip(self.rows, self.rows, strict=False))
        self.pairs.append((first.number, second.number))

    workers = (take, take)

    def check(self):
        assert self.pairs == [(1, 2), (1, 2)]


class BrokenByASpecialMethodOfADict:
    def __init__(self):
        self.found, self.log = {}, []

    def fill(self):
        list(map(self.found.__setitem__, ["k"], [1]))
        self.log.append("fill")

    def look(self):
        self.log.append("look")
        assert "k" in self.found

    workers = (fill, look)


class BrokenByAPartialMethodOfADict(BrokenByASpecialMethodOfADict):
    def fill(self):
        list(map(partial(self.found.setdefault, "k"), [1]))
        self.log.append("fill")

    workers = (fill, BrokenByASpecialMethodOfADict.look)


class HoldsInC(Base):
    """`len`, `str`, `int` of numbers and texts run no Python."""

    def parse(self):
        first, second = map(int, self.raw)
        assert first == second
        assert ",".join(map(str, self.raw)) in ("1,1", "2,2")
        assert list(map(partial(max, 0), self.raw)) in ([1, 1], [2, 2])

    workers = (Base.load, parse)


class HoldsAsAnArgument(Base):
    """`key` of a function of one's own is no key of a function in C."""

    def parse(self):
        assert Keyed(key=is_small).key is is_small

    workers = (Base.load, parse)


class BrokenTextsOfPaths:
    """`str` of a path is Python of the library."""

    def __init__(self):
        self.paths = [PurePosixPath("a"), PurePosixPath("b")]

    def read(self):
        assert len({*map(str, self.paths)}) == 2

    def reverse(self):
        self.paths.reverse()

    workers = (read, reverse)


class BrokenWholeFractions(BrokenTextsOfPaths):
    def __init__(self):
        self.paths = [Fraction(1), Fraction(2)]

    def read(self):
        assert sum(map(int, self.paths)) == 3

    workers = (read, BrokenTextsOfPaths.reverse)


class HoldsTextsOfNumbers(BrokenTextsOfPaths):
    def __init__(self):
        self.paths = [1, 2]

    workers = (BrokenTextsOfPaths.read, BrokenTextsOfPaths.reverse)


class HoldsIdsOfPaths(BrokenTextsOfPaths):
    def read(self):
        assert len({*map(id, self.paths)}) == 2

    workers = (read, BrokenTextsOfPaths.reverse)


class BrokenFilterOfFractions:
    """`filter` without a function asks each item whether it is true, in Python."""

    number = Fraction

    def __init__(self):
        self.numbers = [self.number(1), self.number(2), self.number(3)]
        self.found = []

    def read(self):
        self.found = list(filter(None, self.numbers))

    def write(self):
        self.numbers[0] = self.number(0)
        self.numbers[2] = self.number(0)

    def check(self):
        assert self.found != [1, 2]

    workers = (read, write)


class HoldsFilterOfNumbers(BrokenFilterOfFractions):
    number = int
    workers = (BrokenFilterOfFractions.read, BrokenFilterOfFractions.write)


class BrokenFilterfalseOfFractions(BrokenFilterOfFractions):
    def read(self):
        self.found = list(itertools.filterfalse(None, self.numbers))

    def check(self):
        assert self.found != [0]

    workers = (read, BrokenFilterOfFractions.write)


class BrokenFilterByTruth(BrokenFilterOfFractions):
    def read(self):
        self.found = [*filter(bool, self.numbers)]

    workers = (read, BrokenFilterOfFractions.write)


class BrokenSumsOfFractions(BrokenFilterOfFractions):
    """`accumulate` without a function adds, and fractions are added in Python."""

    def read(self):
        self.found = list(itertools.accumulate(self.numbers))

    def check(self):
        assert self.found != [1, 3, 3]

    workers = (read, BrokenFilterOfFractions.write)


class BrokenProductsOfFractions(BrokenSumsOfFractions):
    def read(self):
        self.found = list(itertools.accumulate(self.numbers, operator.mul))

    def check(self):
        assert self.found != [1, 2, 0]

    workers = (read, BrokenFilterOfFractions.write)


class HoldsSumsOfNumbers(BrokenSumsOfFractions):
    number = int
    workers = (BrokenSumsOfFractions.read, BrokenFilterOfFractions.write)


class HoldsProductsOfNumbers(BrokenProductsOfFractions):
    number = int
    workers = (BrokenProductsOfFractions.read, BrokenFilterOfFractions.write)
