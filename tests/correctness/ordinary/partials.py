"""A call of a `partial` reads its dict of keyword arguments, which may change."""

import functools
import threading


def pair(first=0, second=0):
    return first, second


class Partial:
    def __init__(self):
        self.pair = functools.partial(pair, first=1, second=1)
        self.other = functools.partial(pair, first=1, second=1)
        self.lock = threading.Lock()
        self.got = None

    def call(self):
        self.got = self.pair()

    def change(self):
        self.pair.keywords["first"] = 2
        self.pair.keywords["second"] = 2

    def check(self):
        assert self.got in ((1, 1), (2, 2))


class BrokenChange(Partial):
    workers = (Partial.call, Partial.change)


class HoldsUnderALock(Partial):
    def call(self):
        with self.lock:
            super().call()

    def change(self):
        with self.lock:
            super().change()

    workers = (call, change)


class HoldsInOneStep(Partial):
    def change(self):
        self.pair.keywords.update(first=2, second=2)

    workers = (Partial.call, change)


class HoldsAnother(Partial):
    def change(self):
        self.other.keywords["first"] = 2

    workers = (Partial.call, change)


class Mapped(Partial):
    """C code calls the partial, once for each item."""

    def __init__(self):
        super().__init__()
        self.pair = functools.partial(pair, second=1)

    def call(self):
        self.got = [*map(self.pair, (1, 2))]

    def change(self):
        self.pair.keywords["second"] = 2

    def check(self):
        assert self.got in ([(1, 1), (2, 1)], [(1, 2), (2, 2)])


class BrokenMapped(Mapped):
    workers = (Mapped.call, Mapped.change)


class HoldsMapped(Mapped):
    def change(self):
        self.other.keywords["second"] = 2

    workers = (Mapped.call, change)


class Derived(Partial):
    """A partial of a partial copies the keyword arguments when it is made."""

    def call(self):
        self.got = functools.partial(self.pair, second=1)()

    def change(self):
        self.pair.keywords["first"] = 2

    def check(self):
        assert self.got == (1, 1)


class BrokenDerived(Derived):
    workers = (Derived.call, Derived.change)


class HoldsDerived(Derived):
    def __init__(self):
        super().__init__()
        self.pair, self.before = functools.partial(self.pair), self.pair

    def change(self):
        self.before.keywords["first"] = 2

    workers = (Derived.call, change)


class BrokenText(Partial):
    def call(self):
        self.got = repr(self.pair)

    def check(self):
        assert "first=1" in self.got

    workers = (call, Partial.change)
