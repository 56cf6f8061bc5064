"""`map` calls a getter, such as `itemgetter`, in C: one step if no Python code runs.

`Broken...` is wrong in some order, `Holds...` in none.
"""

import itertools
from dataclasses import dataclass
from operator import attrgetter, itemgetter, methodcaller
from typing import NamedTuple


@dataclass
class Item:
    number: int


class Mark(NamedTuple):
    number: int


class Slotted:
    __slots__ = ("number",)

    def __init__(self, number):
        self.number = number


class Computed:
    def __init__(self, number):
        self.half = number / 2

    @property
    def number(self):
        return self.half * 2


class Base:
    """The order of the items changes, their sum does not."""

    kind = Item

    def __init__(self):
        self.items = [self.kind(1), self.kind(2)]
        self.rows = [["a", 1], ["b", 2]]
        self.words = ["a", "b"]

    def reverse(self):
        self.items.reverse()
        self.rows.reverse()
        self.words.reverse()

    def check(self):
        assert self.total == 3


class HoldsAttributes(Base):
    def work(self):
        self.total = sum(map(attrgetter("number"), self.items))

    workers = (work, Base.reverse)


class HoldsNamedTuples(HoldsAttributes):
    kind = Mark
    workers = (HoldsAttributes.work, Base.reverse)


class HoldsSlots(HoldsAttributes):
    kind = Slotted
    workers = (HoldsAttributes.work, Base.reverse)


class BrokenProperty(HoldsAttributes):
    kind = Computed
    workers = (HoldsAttributes.work, Base.reverse)


class HoldsItems(Base):
    def work(self):
        self.total = sum(map(itemgetter(1), self.rows))

    workers = (work, Base.reverse)


class HoldsPairs(Base):
    def work(self):
        self.total = sum(dict(map(itemgetter(0, 1), self.rows)).values())

    workers = (work, Base.reverse)


class HoldsGroups(Base):
    def work(self):
        groups = [*itertools.groupby(self.rows, itemgetter(1))]
        self.total = sum(number for number, _ in groups)

    workers = (work, Base.reverse)


class HoldsMethods(Base):
    def work(self):
        self.total = len({*map(methodcaller("upper"), self.words)}) + 1

    workers = (work, Base.reverse)


class HoldsValues(Base):
    def __init__(self):
        self.found = {"a": Item(1), "b": Item(2)}

    def change(self):
        self.found.update(a=Item(2), b=Item(1))

    def work(self):
        self.total = sum(map(attrgetter("number"), self.found.values()))

    workers = (work, change)


class BrokenGenerator(Base):
    """A generator runs Python before each item."""

    def work(self):
        self.total = sum(map(attrgetter("number"), (one for one in self.items)))

    workers = (work, Base.reverse)


class BrokenWrittenAttributes(Base):
    def move(self):
        self.items[0].number -= 1
        self.items[1].number += 1

    workers = (HoldsAttributes.work, move)


class BrokenWrittenSlots(BrokenWrittenAttributes):
    kind = Slotted
    workers = (HoldsAttributes.work, BrokenWrittenAttributes.move)


class BrokenWrittenItems(Base):
    def move(self):
        self.rows[0][1] -= 1
        self.rows[1][1] += 1

    workers = (HoldsItems.work, move)


class HoldsWholeExtension(Base):
    def __init__(self):
        super().__init__()
        self.out = []

    def work(self):
        self.out.extend(map(itemgetter(1), self.rows))

    def add(self):
        self.out.append(0)

    workers = (work, add)

    def check(self):
        assert self.out in ([0, 1, 2], [1, 2, 0])


class BrokenOwnItems(HoldsWholeExtension):
    class Row:
        def __getitem__(self, key):
            return key

    def __init__(self):
        super().__init__()
        self.rows = [self.Row(), self.Row()]

    workers = (HoldsWholeExtension.work, HoldsWholeExtension.add)

    def check(self):
        assert self.out in ([0, 1, 1], [1, 1, 0])
