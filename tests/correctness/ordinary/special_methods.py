"""Classes that count, lock, delete or raise in their special methods: all of them hold.

The explorer must call none of these methods itself.
"""

import collections
import threading
from collections import OrderedDict, UserDict, defaultdict, deque

NAMES = (
    "__contains__", "__len__", "__iter__", "__getitem__", "__eq__", "__hash__",
    "__bool__", "__repr__", "__str__", "__format__", "__index__", "__reversed__",
    "__getattr__", "__class__", "keys", "values", "items", "get", "copy", "index",
)  # fmt: skip


def forbidden(name):
    def method(self, *args, **options):
        raise LookupError(f"the program never calls {name}")

    return method


def closed(*bases):
    """A class that raises in every special method that the program does not call."""
    names = {name: forbidden(name) for name in NAMES}
    names["__class__"] = property(forbidden("__class__"))
    names["__hash__"] = lambda self: 1
    return type("Closed", bases, names)


class Base:
    """Both workers change an attribute of an object that none of its methods allow."""

    bases = ()

    def __init__(self):
        self.thing = closed(*self.bases)()
        self.guard = threading.Lock()

    def work(self):
        with self.guard:
            self.thing.count = 1
            self.kept = self.thing

    workers = (work, work)


class HoldsObject(Base):
    pass


class HoldsDict(Base):
    bases = (dict,)


class HoldsOrdered(Base):
    bases = (OrderedDict,)


class HoldsDefault(Base):
    bases = (defaultdict,)


class HoldsUserDict(Base):
    bases = (UserDict,)


class HoldsList(Base):
    bases = (list,)


class HoldsDeque(Base):
    bases = (deque,)


class HoldsSet(Base):
    bases = (set,)


class HoldsText(Base):
    bases = (str,)


class HoldsNumber(Base):
    bases = (int,)


class HoldsException(Base):
    bases = (Exception,)


class HoldsInContainers(Base):
    """Such objects in containers, which are compared, copied, walked and printed."""

    def work(self):
        with self.guard:
            self.row = [self.thing, 1]
            self.table = {"thing": self.thing}
            for item in self.row:
                self.last = item
            first, second = self.row
            self.pair = first, second
            self.size = len(self.row) + len(self.table)
            self.text = f"{self.size} items"
            match self.row:
                case [_, 1]:
                    self.matched = True

    workers = (work, work)


class Hidden:
    """Its attributes are all its own."""

    def __init__(self):
        object.__setattr__(self, "asked", 0)

    def __getattribute__(self, name):
        if name == "asked":
            return object.__getattribute__(self, "asked")
        asked = object.__getattribute__(self, "asked")
        object.__setattr__(self, "asked", asked + 1)
        return len(name)


class HoldsHidden:
    """One worker asks for one attribute: once."""

    def __init__(self):
        self.hidden = Hidden()

    def ask(self):
        self.answer = self.hidden.abcd

    def rest(self):
        self.rested = True

    workers = (ask, rest)

    def check(self):
        assert (self.answer, self.hidden.asked) == (4, 1)


class Counting(dict):
    """A dict that counts what it is asked."""

    def __init__(self, *given, **named):
        super().__init__(*given, **named)
        self.calls = collections.Counter()

    def __contains__(self, key):
        self.calls["in"] += 1
        return super().__contains__(key)

    def __len__(self):
        self.calls["len"] += 1
        return super().__len__()

    def __iter__(self):
        self.calls["iter"] += 1
        return super().__iter__()

    def __getitem__(self, key):
        self.calls["[]"] += 1
        return super().__getitem__(key)

    def __setitem__(self, key, value):
        self.calls["[]="] += 1
        super().__setitem__(key, value)

    def pop(self, key, *default):
        self.calls["pop"] += 1
        return super().pop(key, *default)


class HoldsCounting:
    def __init__(self):
        self.kept = Counting(a=1)

    def use(self):
        self.kept["b"] = 2
        self.kept["a"] += 1
        self.found = "b" in self.kept, len(self.kept), self.kept.pop("b")
        for key in self.kept:
            self.key = key

    def rest(self):
        self.rested = True

    workers = (use, rest)

    def check(self):
        assert self.kept.calls == {
            "in": 1, "len": 1, "iter": 1, "[]": 1, "[]=": 2, "pop": 1,
        }  # fmt: skip


class Key:
    """A key that counts how often it is compared and hashed."""

    compared = hashed = 0

    def __init__(self, name):
        self.name = name

    def __eq__(self, other):
        Key.compared += 1
        return self.name == getattr(other, "name", other)

    def __hash__(self):
        Key.hashed += 1
        return hash(self.name)


class HoldsKeys:
    def __init__(self):
        Key.compared = Key.hashed = 0
        self.kept = {Key("a"): 1}

    def ask(self):
        self.kept["a"] = 2

    def rest(self):
        self.rested = True

    workers = (ask, rest)

    def check(self):
        assert (Key.compared, Key.hashed) == (1, 1)


class Locking(list):
    """A list whose methods all take one lock, which is not reentrant."""

    def __init__(self, *given):
        super().__init__(*given)
        self.guard = threading.Lock()


def locked(name):
    def method(self, *args):
        with self.guard:
            return getattr(list, name)(self, *args)

    return method


for _name in (
    "__contains__", "__len__", "__iter__", "__getitem__", "__setitem__", "__delitem__",
    "__eq__", "__iadd__", "append", "pop", "index", "sort", "reverse", "copy",
):  # fmt: skip
    setattr(Locking, _name, locked(_name))


class HoldsLocking:
    def __init__(self):
        self.items = Locking([3, 1])

    def change(self):
        self.items.append(2)
        self.items[0] = 0

    def look(self):
        self.seen = 1 in self.items, len(self.items)

    workers = (change, look)


class Emptying(dict):
    """To ask for a key deletes it."""

    def __contains__(self, key):
        found = super().__contains__(key)
        if found:
            super().__delitem__(key)
        return found


class HoldsEmptying:
    def __init__(self):
        self.kept = Emptying(a=1, b=1)

    def change(self):
        self.kept["b"] = 2

    def rest(self):
        self.rested = True

    workers = (change, rest)

    def check(self):
        assert dict.__len__(self.kept) == 2


class Meta(type):
    """A metaclass that hides what a class has."""

    def __getattribute__(cls, name):
        raise LookupError(f"the program never asks the class for {name}")

    def __eq__(cls, other):
        raise LookupError("the program never compares the class")

    __hash__ = type.__hash__


class HoldsMeta(Base):
    def __init__(self):
        self.thing = type.__call__(Meta("Made", (), {}))
        self.guard = threading.Lock()
