"""Subclasses of `threading.local`: what is each thread's own, and what they share.

`Broken...` is wrong in some order, `Holds...` in none.
"""

import asyncio
import threading
from typing import ClassVar


class Own(threading.local):
    __slots__ = ("slot",)
    limit = 1
    found: ClassVar[list[int]] = []

    def __init__(self):
        self.number = 0

    @property
    def twice(self):
        return 2 * self.number


class Base:
    def __init__(self):
        Own.limit = 1
        Own.found.clear()
        self.own = Own()
        self.own.slot = 0
        self.last = 0

    def count(self):
        self.own.number += 1
        self.own.number += 1
        self.last = self.own.twice


class HoldsOwnNumber(Base):
    workers = (Base.count, Base.count, Base.count)

    def check(self):
        assert (self.last, self.own.number) == (4, 0)


class BrokenSlot(Base):
    """A slot belongs to the object, so the threads share it."""

    def add(self):
        self.own.slot += 1

    workers = (add, add)

    def check(self):
        assert self.own.slot == 2


class BrokenClassVariable(Base):
    """A thread that has no value of its own reads the variable of the class."""

    def raise_limit(self):
        Own.limit = 2

    def look(self):
        assert self.own.limit == self.own.limit

    workers = (raise_limit, look)


class HoldsOwnLimit(Base):
    """A value of its own hides the variable of the class."""

    def raise_limit(self):
        Own.limit = 2

    def look(self):
        self.own.limit = 1
        assert self.own.limit == self.own.limit

    workers = (raise_limit, look)


class BrokenListOfTheClass(Base):
    def note(self):
        if not self.own.found:
            self.own.found.append(1)

    workers = (note, note)

    def check(self):
        assert Own.found == [1]


class BrokenTasks(Base):
    """The tasks of one thread share its values."""

    async def count_later(self):
        number = self.own.number
        await asyncio.sleep(0)
        self.own.number = number + 1

    workers = (count_later, count_later)

    def check(self):
        assert self.own.number == 2


class HoldsTasksBesideThread(Base):
    """The thread has a value of its own."""

    async def count_at_once(self):
        self.own.number += 1

    workers = (count_at_once, count_at_once, Base.count)

    def check(self):
        assert self.own.number == 2
