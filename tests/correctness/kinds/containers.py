"""The first worker that inserts a new key decides the order of keys in a mapping."""

from collections import Counter, OrderedDict, UserDict, defaultdict
from collections.abc import MutableMapping
from types import SimpleNamespace


class Arrivals:
    """Two workers put a key each; the check wants one order."""

    make = dict

    def __init__(self):
        self.places = self.make()

    def ann(self):
        self.places["ann"] = 1

    def bob(self):
        self.places["bob"] = 1

    workers = (ann, bob)

    def check(self):
        assert list(self.places) == ["ann", "bob"]


class ArrivalsInAnyOrder(Arrivals):
    def check(self):
        assert sorted(self.places) == ["ann", "bob"]


class OrderedArrivals(Arrivals):
    make = OrderedDict


class CountedArrivals(Arrivals):
    make = Counter


class UserArrivals(Arrivals):
    make = UserDict


class DefaultArrivals(Arrivals):
    def make(self):
        return defaultdict(int)

    def ann(self):
        self.places["ann"] += 1

    def bob(self):
        self.places["bob"] += 1

    workers = (ann, bob)


class Register(MutableMapping):
    """A mapping of one's own over two lists."""

    def __init__(self):
        self.names, self.values_ = [], []

    def __getitem__(self, name):
        return self.values_[self.names.index(name)]

    def __setitem__(self, name, value):
        self.names.append(name)
        self.values_.append(value)

    def __delitem__(self, name):
        raise NotImplementedError

    def __iter__(self):
        return iter(self.names)

    def __len__(self):
        return len(self.names)


class OwnArrivals(Arrivals):
    make = Register


class Wrapper:
    """Hands on every attribute but its own two."""

    def __init__(self, inner):
        object.__setattr__(self, "inner", inner)

    def __getattribute__(self, name):
        return getattr(object.__getattribute__(self, "inner"), name)

    def __setattr__(self, name, value):
        setattr(object.__getattribute__(self, "inner"), name, value)


class Wrapped:
    """Two workers count through a wrapper."""

    def __init__(self):
        self.inner = SimpleNamespace(visits=0)
        self.wrapper = Wrapper(self.inner)

    def visit(self):
        self.wrapper.visits += 1

    workers = (visit, visit)

    def check(self):
        assert self.inner.visits == 2


class WrappedAndRead(Wrapped):
    """Here only one of them counts."""

    def look(self):
        assert self.wrapper.visits in (0, 1)

    workers = (Wrapped.visit, look)

    def check(self):
        assert self.inner.visits == 1
