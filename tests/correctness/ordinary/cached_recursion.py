"""A recursive function with a cache, as it is written everywhere, in two threads."""

from functools import lru_cache


@lru_cache(maxsize=None)  # noqa: UP033
def fibonacci(number):
    if number < 2:
        return number
    return fibonacci(number - 1) + fibonacci(number - 2)


@lru_cache
def paths(rows, columns):
    if not rows or not columns:
        return 1
    return paths(rows - 1, columns) + paths(rows, columns - 1)


class Base:
    def __init__(self):
        fibonacci.cache_clear()
        paths.cache_clear()
        self.found = []


class HoldsFibonacci(Base):
    def work(self):
        self.found.append(fibonacci(5))

    workers = (work, work)

    def check(self):
        assert self.found == [5, 5]


class HoldsTwoNumbers(HoldsFibonacci):
    def other(self):
        self.found.append(fibonacci(4))

    workers = (HoldsFibonacci.work, other)

    def check(self):
        assert sorted(self.found) == [3, 5]


class HoldsPaths(Base):
    def work(self):
        self.found.append(paths(2, 1))

    workers = (work, work)

    def check(self):
        assert self.found == [3, 3]


class BrokenCountOfEntries(Base):
    def work(self):
        fibonacci(3)

    def ask(self):
        self.found.append(fibonacci.cache_info().currsize)

    workers = (work, ask)

    def check(self):
        assert self.found in ([0], [4])
