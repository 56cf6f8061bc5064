"""What a weak reference finds depends on when another worker lets go.

`Broken...` is wrong in some order, `Holds...` in none.
"""

import weakref
from collections import deque


class Owner:
    def __init__(self):
        self.value = 1


class Base:
    def __init__(self):
        self.owner = Owner()
        self.reference = weakref.ref(self.owner)
        self.proxy = weakref.proxy(self.owner)
        self.owners = {"one": self.owner}
        self.known = weakref.WeakValueDictionary(one=self.owner)

    def drop(self):
        self.owners.clear()
        self.owner = None


class BrokenReference(Base):
    def look(self):
        if self.reference():
            self.seen = self.reference().value

    workers = (Base.drop, look)


class HoldsKept(Base):
    """A strong reference is taken first."""

    def look(self):
        owner = self.reference()
        if owner is not None:
            self.seen = owner.value

    workers = (Base.drop, look)


class BrokenProxy(Base):
    def look(self):
        self.seen = self.proxy.value

    workers = (Base.drop, look)


class BrokenKnown(Base):
    def look(self):
        if len(self.known):
            self.seen = self.known["one"].value

    workers = (Base.drop, look)


class BrokenByProxy(Base):
    """An update by the proxy and one of the object itself."""

    def one(self):
        self.proxy.value += 1

    def two(self):
        self.owner.value += 1

    workers = (one, two)

    def check(self):
        assert self.owner.value == 3


class BrokenItem(Base):
    def __init__(self):
        self.owners = [Owner()]
        self.reference = weakref.ref(self.owners[0])

    def drop(self):
        del self.owners[0]

    def look(self):
        self.seen = self.reference().value

    workers = (drop, look)


class BrokenFullDeque:
    """A full deque lets go of its first item when it gets another."""

    def __init__(self):
        self.kept = deque([Owner()], maxlen=1)
        self.reference = weakref.ref(self.kept[0])

    def add(self):
        self.kept.append(Owner())

    def look(self):
        if self.reference():
            self.seen = self.reference().value

    workers = (add, look)


class HoldsDequeWithoutLimit(BrokenFullDeque):
    """A deque without a limit keeps its items."""

    def __init__(self):
        self.kept = deque([Owner()])
        self.reference = weakref.ref(self.kept[0])
