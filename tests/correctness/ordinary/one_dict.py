"""Objects that share one dict of attributes, as a Borg does, and live for a moment.

`Broken...` is wrong in some order, `Holds...` in none.
"""

import threading
from typing import Any, ClassVar


class Borg:
    shared: ClassVar[dict[str, Any]] = {}

    def __new__(cls):
        self = super().__new__(cls)
        self.__dict__ = cls.shared
        return self


class Base:
    def __init__(self):
        Borg.shared.clear()
        Borg().number = 0

    def check(self):
        assert Borg().number == 2


class BrokenBorg(Base):
    def work(self):
        Borg().number += 1

    workers = (work, work)


class BrokenBorgKept(Base):
    def work(self):
        one = Borg()
        one.number += 1

    workers = (work, work)


class HoldsBorgLocked(Base):
    lock = threading.Lock()

    def work(self):
        with self.lock:
            Borg().number += 1

    workers = (work, work)


class Settings:
    def __init__(self, values):
        self.__dict__ = values


class BrokenValuesGiven:
    def __init__(self):
        self.values = {"number": 0}

    def work(self):
        Settings(self.values).number += 1

    workers = (work, work)

    def check(self):
        assert self.values["number"] == 2


class BrokenFirstAttribute:
    """The dict is empty when the first of them gets it."""

    def __init__(self):
        Borg.shared.clear()

    def work(self):
        borg = Borg()
        if not hasattr(borg, "names"):
            borg.names = []
        borg.names.append("x")

    workers = (work, work)

    def check(self):
        assert Borg().names == ["x", "x"]


class HoldsDictsOfTheirOwn:
    def __init__(self):
        self.seen = []

    def work(self):
        settings = Settings({"number": 0})
        settings.number += 1
        self.seen.append(settings.number)

    workers = (work, work)

    def check(self):
        assert self.seen == [1, 1]
