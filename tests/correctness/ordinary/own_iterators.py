"""Loops over classes whose iterator reads a container that another worker changes.

`Broken...` is wrong in some order, `Holds...` in none.
"""

import itertools
from collections import ChainMap, OrderedDict, UserDict, UserList, deque
from collections.abc import Mapping, Sequence, Set
from weakref import WeakValueDictionary


class Box:
    """What the programs below loop over."""

    def __init__(self):
        self.kept = {"a": 1, "b": 2}

    def add(self):
        self.kept["c"] = 3

    def __iter__(self):
        return iter(self.kept)


class Base:
    """An iterator raises RuntimeError if the dict grows meanwhile."""

    kind = Box

    def __init__(self):
        self.box = self.kind()
        self.seen = []

    def add(self):
        self.box.add()


class BrokenFor(Base):
    def walk(self):
        for key in self.box:
            self.seen.append(key)

    workers = (Base.add, walk)


class ReversedBox(Box):
    def __iter__(self):
        return reversed(self.kept.items())


class BrokenReversed(BrokenFor):
    kind = ReversedBox


class ChainedBox(Box):
    def __iter__(self):
        return itertools.chain.from_iterable([self.kept.keys(), [1]])


class BrokenChained(BrokenFor):
    kind = ChainedBox


class DelegatingBox(Box):
    """One class's iterator is another's."""

    class Inner:
        def __init__(self, kept):
            self.kept = kept

        def __iter__(self):
            return iter(self.kept.values())

    def __iter__(self):
        return iter(self.Inner(self.kept))


class BrokenDelegated(BrokenFor):
    kind = DelegatingBox


class StepBox(Box):
    """An iterator of the program's own, which asks one of the library for each item."""

    class Steps:
        def __init__(self, kept):
            self.items = iter(kept)
            self.begun = 0

        def __iter__(self):
            self.begun += 1
            assert self.begun == 1, "a loop asks for its iterator once"
            return self

        def __next__(self):
            return next(self.items)

    def __iter__(self):
        return self.Steps(self.kept)


class BrokenSteps(BrokenFor):
    kind = StepBox


class HoldsCopy(BrokenFor):
    """The iterator walks a copy."""

    class kind(Box):  # noqa: N801
        def __iter__(self):
            return iter(list(self.kept))


class MappingBox(Mapping):
    def __init__(self):
        self.kept = {"a": 1, "b": 2}

    def add(self):
        self.kept["c"] = 3

    def __getitem__(self, key):
        return self.kept[key]

    def __iter__(self):
        return iter(self.kept)

    def __len__(self):
        return len(self.kept)


class BrokenMappingItems(Base):
    kind = MappingBox

    def walk(self):
        for key, value in self.box.items():
            self.seen.append((key, value))

    workers = (Base.add, walk)


class BrokenMappingValues(BrokenMappingItems):
    def walk(self):
        self.seen = [value * 2 for value in self.box.values()]

    workers = (Base.add, walk)


class SetBox(Set):
    def __init__(self):
        self.kept = {1, 2}

    def add(self):
        self.kept.add(3)

    def __contains__(self, item):
        return item in self.kept

    def __iter__(self):
        return iter(self.kept)

    def __len__(self):
        return len(self.kept)


class BrokenSet(BrokenFor):
    kind = SetBox


class SequenceBox(Sequence):
    """A loop over a sequence ends early if it shrinks, and raises nothing."""

    def __init__(self):
        self.kept = [1, 2, 3]

    def add(self):
        self.kept.pop()

    def __getitem__(self, index):
        return self.kept[index]

    def __len__(self):
        return len(self.kept)


class BrokenSequence(BrokenFor):
    kind = SequenceBox

    def check(self):
        assert len(self.seen) in (0, 3)


class UserBox(UserDict):
    def __init__(self):
        super().__init__(a=1, b=2)

    def add(self):
        self["c"] = 3


class BrokenUserDict(BrokenFor):
    kind = UserBox


class BrokenUserItems(BrokenMappingItems):
    kind = UserBox


class OrderedBox(OrderedDict):
    def __init__(self):
        super().__init__(a=1, b=2)

    def add(self):
        self.move_to_end("a")


class BrokenOrdered(BrokenMappingItems):
    kind = OrderedBox


class ListBox(UserList):
    def __init__(self):
        super().__init__([1, 2])

    def add(self):
        self.append(3)


class BrokenUserList(BrokenFor):
    kind = ListBox

    def check(self):
        assert self.seen == [1, 2]


class HoldsChainMap(BrokenFor):
    """It makes a dict of its keys first."""

    class kind(ChainMap):  # noqa: N801
        def __init__(self):
            super().__init__({"a": 1})

        def add(self):
            self["b"] = 1


class Thing:
    pass


THINGS = [Thing() for _ in range(3)]


class WeakBox(WeakValueDictionary):
    def __init__(self):
        super().__init__(a=THINGS[0], b=THINGS[1])

    def add(self):
        self["c"] = THINGS[2]


class BrokenWeakItems(BrokenMappingItems):
    kind = WeakBox


class BrokenWeakYield(Base):
    kind = WeakBox

    def over(self):
        yield from self.box.values()

    def walk(self):
        for value in self.over():
            self.seen.append(value)

    workers = (Base.add, walk)


class BrokenPopped:
    """Two workers take from one deque by iterators of their own."""

    def __init__(self):
        self.jobs = deque([1, 0])
        self.mine = []

    def first(self):
        for job in iter(self.jobs.popleft, 0):
            self.mine.append(job)

    def second(self):
        self.jobs.append(0)
        self.jobs.popleft()

    workers = (first, second)

    def check(self):
        assert self.mine == [1]


class BrokenMapped:
    """`map` takes the items only when it is asked for them."""

    def __init__(self):
        self.kept = {"a": 1, "b": 2}
        self.seen = []

    def take(self):
        for value in map(self.kept.pop, ["a", "b"]):
            self.seen.append(value)

    def look(self):
        self.left = len(self.kept)

    workers = (take, look)

    def check(self):
        assert self.left in (0, 2)
