"""A lock for each key, made by a defaultdict when it is first asked for."""

import threading
from collections import defaultdict


class Base:
    def __init__(self):
        self.locks = defaultdict(self.maker)
        self.stock = {"tea": 0}

    def add(self):
        with self.locks["tea"]:
            self.stock["tea"] += 1

    workers = (add, add)

    def check(self):
        assert self.stock["tea"] == 2


class HoldsLock(Base):
    """`threading.Lock` is C code, in which no other thread can run."""

    maker = staticmethod(threading.Lock)


class BrokenFunction(Base):
    """A function of Python's own makes two locks, as `threading.RLock` does."""

    maker = staticmethod(lambda: threading.Lock())
