"""Calls of a function with a cache are independent if their arguments differ.

`Broken...` is wrong in some order, which was worked out by hand; `Holds...` in none.
"""

import functools
from functools import cache, lru_cache

made = []


@cache
def connect(name):
    made.append(name)
    return object()


@lru_cache
def parse(text, base=10):
    made.append((text, base))
    return int(text, base)


@lru_cache(maxsize=1)
def newest(number):
    made.append(number)
    return number


@functools.lru_cache(maxsize=2)
def newest_two(number):
    made.append(number)
    return number


class Base:
    def __init__(self):
        made.clear()
        for one in (connect, parse, newest, newest_two):
            one.cache_clear()
        self.found = []

    def connect_db(self):
        self.found.append(connect("db"))

    def connect_web(self):
        self.found.append(connect("web"))


class BrokenTwoConnections(Base):
    workers = (Base.connect_db, Base.connect_db)

    def check(self):
        first, second = self.found
        assert first is second


class HoldsComputedTwice(Base):
    """Both may miss, so that each computes; but no more than one is ever kept."""

    workers = (Base.connect_db, Base.connect_db)

    def check(self):
        assert made in (["db"], ["db", "db"])
        assert connect.cache_info().currsize == 1
        assert connect("db") in self.found


class HoldsOtherArguments(Base):
    workers = (Base.connect_db, Base.connect_web)

    def check(self):
        assert sorted(made) == ["db", "web"]


class BrokenClearedBetween(Base):
    def work(self):
        assert connect("db") is connect("db")

    def clear(self):
        connect.cache_clear()

    workers = (work, clear)


class HoldsClearedBefore(BrokenClearedBetween):
    def work(self):
        assert connect("db") is not None

    workers = (work, BrokenClearedBetween.clear)


class BrokenEmptyCache(Base):
    def ask(self):
        assert connect.cache_info().currsize == 0

    workers = (Base.connect_db, ask)


class BrokenCountOfMisses(Base):
    """Other arguments than those of the call, but the counts are of all calls."""

    def ask(self):
        connect("web")
        assert connect.cache_info().misses == 1

    workers = (Base.connect_db, ask)


class BrokenOneResultKept(Base):
    """A cache of one result forgets it when another is stored."""

    def one(self):
        newest(1)
        newest(1)

    def two(self):
        newest(2)

    workers = (one, two)

    def check(self):
        assert made.count(1) == 1


class BrokenTwoResultsKept(BrokenOneResultKept):
    """The cache is full only after both workers have stored a result."""

    def one(self):
        newest_two(1)
        newest_two(3)
        newest_two(1)

    def two(self):
        newest_two(2)

    workers = (one, two)


class HoldsTwoOfTwo(BrokenOneResultKept):
    def one(self):
        newest_two(1)
        newest_two(1)

    def two(self):
        newest_two(2)

    workers = (one, two)


class BrokenEqualNumbers(Base):
    """1 and 1.0 are the same argument if there are two arguments."""

    def one(self):
        parse("1", 10)

    def two(self):
        parse("1", 10.0 if parse.cache_info().currsize else 10)

    workers = (one, two)

    def check(self):
        assert len(made) == 1


class HoldsNamedArguments(Base):
    """`f(text="1")` and `f("1")` are computed for themselves."""

    def one(self):
        parse("1")

    def two(self):
        parse(text="1")

    workers = (one, two)

    def check(self):
        assert len(made) == 2


class Page:
    def __init__(self):
        self.reads = []

    @lru_cache  # noqa: B019
    def part(self, name):
        self.reads.append(name)
        return [name]


class BrokenMethod(Base):
    def __init__(self):
        super().__init__()
        self.page = Page()

    def head(self):
        self.found.append(self.page.part("head"))

    def body(self):
        self.found.append(self.page.part("body"))

    workers = (head, head)

    def check(self):
        assert self.page.reads == ["head"]


class HoldsOtherParts(BrokenMethod):
    workers = (BrokenMethod.head, BrokenMethod.body)

    def check(self):
        assert sorted(self.page.reads) == ["body", "head"]


class HoldsOtherPages(BrokenMethod):
    def other(self):
        self.found.append(Page().part("head"))

    workers = (BrokenMethod.head, other)

    def check(self):
        assert self.page.reads == ["head"]


class Name:
    """Equal to a text, so that it finds the text's result."""

    def __hash__(self):
        return hash("db")

    def __eq__(self, other):
        return other == "db"


class BrokenEqualName(Base):
    def named(self):
        self.found.append(connect(Name()))

    workers = (Base.connect_db, named)

    def check(self):
        first, second = self.found
        assert first is second


class BrokenNoMisses(Base):
    """A look-up counts as a miss before the function is called."""

    def ask(self):
        assert connect.cache_info().misses == 1

    workers = (Base.connect_db, ask)


class BrokenNoHits(Base):
    def ask(self):
        assert connect.cache_info().hits == 1

    workers = (Base.connect_db, ask)

    def __init__(self):
        super().__init__()
        connect("db")
