"""Workers that set attributes of functions that `functools` has wrapped.

`Broken...` is wrong in some order, `Holds...` in none.  Each run must begin with the
wrapped functions as the import has left them.
"""

import functools


@functools.cache
def load(key):
    return key


def plain():
    pass


part = functools.partial(plain)


@functools.singledispatch
def shown(value):
    return value


class Noting:
    """The note of an earlier run is not seen."""

    def work(self):
        self.before = getattr(self.noted(), "note", None)
        self.noted().note = "new"

    def look(self):
        self.seen = getattr(self.noted(), "note", None)

    workers = (work, look)

    def check(self):
        assert self.before is None


class Missing(Noting):
    """The one that looks may be the first, and sees no note."""

    def check(self):
        assert self.seen == "new"


class HoldsCache(Noting):
    def noted(self):
        return load


class BrokenCache(Missing):
    def noted(self):
        return load


class HoldsWithinCache(Noting):
    def noted(self):
        return load.__wrapped__


class BrokenWithinCache(Missing):
    def noted(self):
        return load.__wrapped__


class HoldsPartial(Noting):
    def noted(self):
        return part


class BrokenPartial(Missing):
    def noted(self):
        return part


class HoldsDispatcher(Noting):
    def noted(self):
        return shown


class BrokenDispatcher(Missing):
    def noted(self):
        return shown


@functools.cache
def count(key):
    count.calls += 1
    return key


count.calls = 0


class HoldsOneCall:
    def work(self):
        count("a")

    def look(self):
        self.seen = count.calls

    workers = (work, look)

    def check(self):
        assert count.calls == 1


class BrokenTwoCalls(HoldsOneCall):
    def other(self):
        count("b")

    workers = (HoldsOneCall.work, other)

    def check(self):
        assert count.calls == 2


class Store:
    @functools.lru_cache  # noqa: B019 - the matter
    def get(self, key):
        return key

    get.limit = 1


store = Store()


class BrokenOfMethod:
    """A bound method shows the attributes of the cache."""

    def work(self):
        Store.get.limit = 2

    def look(self):
        self.seen = store.get.limit

    workers = (work, look)

    def check(self):
        assert self.seen == 2


class HoldsOfMethod(BrokenOfMethod):
    def check(self):
        assert self.seen in (1, 2)


def counting():
    calls = 0

    @functools.cache
    def call(key, found=[]):  # noqa: B006 - the matter
        nonlocal calls
        calls += 1
        found.append(key)
        return calls, len(found)

    return call


called = counting()


class HoldsCaptured:
    """A variable that the cached function captures, and the default of an argument."""

    def work(self):
        self.result = called(1)

    def other(self):
        self.seen = called.cache_info()

    workers = (work, other)

    def check(self):
        assert self.result == (1, 1)


class BrokenCaptured(HoldsCaptured):
    def other(self):
        self.seen = called(2)

    workers = (HoldsCaptured.work, other)
