"""C code calls special methods of the items, and another worker runs in between.

Each list has two equal items, [a, a].  The other worker replaces both by b.  If the
result is made of a and b, then C code read the two items in two steps.  `Holds...` has
items whose methods are in C.
"""

import math
from collections import Counter, deque
from types import SimpleNamespace


class Item:
    def __init__(self, number):
        self.number = number

    def __repr__(self):
        return str(self.number)

    def __format__(self, text):
        return f"{self.number:{text}}"

    def __bool__(self):
        return self.number != 2

    def __len__(self):
        return self.number

    def __index__(self):
        return self.number

    def __int__(self):
        return self.number

    def __float__(self):
        return float(self.number)

    def __abs__(self):
        return self.number

    def __radd__(self, other):
        return other + self.number

    def __lt__(self, other):
        return self.number < other.number

    def __hash__(self):
        return hash(self.number)

    def __eq__(self, other):
        return self.number == getattr(other, "number", other)


class Shown(Item):
    def __str__(self):
        if self.number:
            return f"item {self.number}"
        return "nothing"


class Base:
    def __init__(self):
        self.items = [Item(1), Item(1)]
        self.new = [Item(2), Item(2)]

    def replace(self):
        self.items[:] = self.new


class BrokenByStr(Base):
    def show(self):
        assert str(self.items) in ("[1, 1]", "[2, 2]")

    workers = (Base.replace, show)


class BrokenByRepr(Base):
    def show(self):
        assert repr((self.items, 0)) in ("([1, 1], 0)", "([2, 2], 0)")

    workers = (Base.replace, show)


class BrokenByAnFString(Base):
    def show(self):
        assert f"{self.items}" in ("[1, 1]", "[2, 2]")

    workers = (Base.replace, show)


class BrokenByAnFStringInNested(Base):
    def show(self):
        assert f"{self.items!r:>8}" in ("  [1, 1]", "  [2, 2]")

    workers = (Base.replace, show)


class BrokenByPercent(Base):
    def show(self):
        assert "%s of %s" % (self.items, 2) in ("[1, 1] of 2", "[2, 2] of 2")  # noqa: UP031

    workers = (Base.replace, show)


class BrokenByFormat(Base):
    def show(self):
        assert "{}".format(self.items) in ("[1, 1]", "[2, 2]")  # noqa: UP032

    workers = (Base.replace, show)


class BrokenByADict(Base):
    def __init__(self):
        self.items = {"a": Item(1), "b": Item(1)}

    def replace(self):
        self.items.update(a=Item(2), b=Item(2))

    def show(self):
        assert str(self.items) in ("{'a': 1, 'b': 1}", "{'a': 2, 'b': 2}")

    workers = (replace, show)


class BrokenByADeque(Base):
    """Its text is made of a copy, but between the two writes it is neither."""

    def __init__(self):
        self.items = deque([Item(1), Item(1)])
        self.new = [Item(2), Item(2)]

    def replace(self):
        self.items[1] = self.new[1]
        self.items[0] = self.new[0]

    def show(self):
        assert "[1, 2]" not in str(self.items)

    workers = (replace, show)


class BrokenByANamespace(Base):
    def __init__(self):
        self.items = SimpleNamespace(a=Item(1), b=Item(1))

    def replace(self):
        vars(self.items).update(a=Item(2), b=Item(2))

    def show(self):
        assert str(self.items) in ("namespace(a=1, b=1)", "namespace(a=2, b=2)")

    workers = (replace, show)


class BrokenBySum(Base):
    def show(self):
        assert sum(self.items) in (2, 4)

    workers = (Base.replace, show)


class BrokenByJoinedTexts(Base):
    def __init__(self):
        self.items, self.new = [Shown(1), Shown(1)], [Shown(0), Shown(0)]

    def show(self):
        assert ", ".join(map(str, self.items)) in ("item 1, item 1", "nothing, nothing")

    workers = (Base.replace, show)


class BrokenByMappedInts(Base):
    def show(self):
        first, second = map(int, self.items)
        assert first == second

    workers = (Base.replace, show)


class BrokenByMappedLengths(Base):
    def show(self):
        assert list(map(len, self.items)) in ([1, 1], [2, 2])

    workers = (Base.replace, show)


class BrokenByMappedFloats(Base):
    def show(self):
        assert [*map(float, self.items)] in ([1, 1], [2, 2])

    workers = (Base.replace, show)


class BrokenByMappedSizes(Base):
    def show(self):
        assert tuple(map(abs, self.items)) in ((1, 1), (2, 2))

    workers = (Base.replace, show)


class BrokenByBytes(Base):
    def show(self):
        assert bytes(self.items) in (b"\1\1", b"\2\2")

    workers = (Base.replace, show)


class BrokenByAFilterOfTruth(Base):
    def show(self):
        assert len(list(filter(None, self.items))) in (0, 2)

    workers = (Base.replace, show)


class BrokenByAny(Base):
    """Neither list has a true item after a false one."""

    def __init__(self):
        self.items, self.new = [Item(2), Item(2)], [Item(1), Item(2)]

    def replace(self):
        self.items.reverse()
        self.items[:] = [Item(2), Item(1)]

    def count(self):
        self.found = any(self.items)
        assert self.items[0] == 2

    workers = (replace, count)

    def check(self):
        assert not self.found


class BrokenByAPreciseSum(Base):
    def show(self):
        assert math.fsum(self.items) in (2, 4)

    workers = (Base.replace, show)


class BrokenByKeys(Base):
    def show(self):
        assert len(dict.fromkeys(self.items)) == 1

    workers = (Base.replace, show)


class BrokenByACounter(Base):
    def show(self):
        assert len(Counter(self.items)) == 1

    workers = (Base.replace, show)


class BrokenByASet(Base):
    def show(self):
        assert len(set(self.items)) == 1

    workers = (Base.replace, show)


class HoldsBySorting(Base):
    """`sorted` copies the list before it compares."""

    def show(self):
        first, second = sorted(self.items)
        assert first == second

    def replace(self):
        self.items[:] = self.new

    workers = (replace, show)


class BrokenByTheLeast(Base):
    """Neither list has 1 and 2."""

    def show(self):
        first, second = min(self.items), max(self.items)
        assert first == second

    workers = (Base.replace, show)


class BrokenByALookUp(Base):
    """Each list has a 1: it may be seen in neither place."""

    def __init__(self):
        self.items = [Item(2), Item(1)]

    def replace(self):
        self.items[:] = [Item(1), Item(2)]

    def show(self):
        assert Item(1) in self.items

    workers = (replace, show)


class BrokenByEqualLists(Base):
    """Neither list is [1, 2], but the first item may be read of one."""

    def __init__(self):
        self.items = [Item(1), Item(1)]
        self.wanted = [Item(1), Item(2)]
        self.new = [Item(2), Item(2)]

    def show(self):
        assert not self.items == self.wanted  # noqa: SIM201

    workers = (Base.replace, show)


class Tree:
    def __init__(self, *children):
        self.children = [*children]

    def __repr__(self):
        return f"T{self.children}"


class BrokenByATree:
    def __init__(self):
        self.tree = Tree(Tree(), Tree(Tree()))

    def replace(self):
        self.tree.children[:] = [Tree(Tree()), Tree()]

    def show(self):
        assert str(self.tree) in ("T[T[], T[T[]]]", "T[T[T[]], T[]]")

    workers = (replace, show)


class BrokenByAnAssignedMethod:
    class Item:
        def __init__(self, number):
            self.number = number

        __repr__ = lambda self: str(self.number)  # noqa: E731

    def __init__(self):
        self.items = [self.Item(1), self.Item(1)]

    def replace(self):
        self.items[:] = [self.Item(2), self.Item(2)]

    def show(self):
        assert f"{self.items}" in ("[1, 1]", "[2, 2]")

    workers = (replace, show)


class Mortal(Item):
    def __del__(self):
        pass


class BrokenByMortalItems(Base):
    """Nothing is kept alive that the program lets go, and it is read again."""

    def __init__(self):
        self.items = [Mortal(1), Mortal(1)]
        self.new = [Mortal(2), Mortal(2)]

    def show(self):
        assert str(self.items) in ("[1, 1]", "[2, 2]")

    workers = (Base.replace, show)


class HoldsWithNumbers(Base):
    def __init__(self):
        self.items, self.new = [1, 1], [2, 2]

    def show(self):
        assert f"{self.items}" in ("[1, 1]", "[2, 2]")
        assert sum(self.items) in (2, 4)
        assert bytes(self.items) in (b"\1\1", b"\2\2")

    workers = (Base.replace, show)


class HoldsWithOneItem(Base):
    """There is no other item to be read after the method."""

    def __init__(self):
        self.items, self.new = [Item(1)], [Item(2)]

    def show(self):
        assert str(self.items) in ("[1]", "[2]")

    workers = (Base.replace, show)
