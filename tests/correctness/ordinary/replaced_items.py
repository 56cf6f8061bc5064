"""Items that a worker replaces by new objects, which may get the memory of the old.

A new object must not get the name of a deleted one in a schedule.  Two runs differ in
which objects get the same memory, so a saved schedule would fit only some runs.
`Broken...` is wrong in some order, `Holds...` in none.
"""

from collections import deque


class Item:
    def __init__(self, n):
        self.n = n

    def __repr__(self):
        return str(self.n)


class Items:
    def __init__(self):
        self.items = [Item(1), Item(1)]

    def replace(self):
        self.items[0] = Item(2)
        self.items[1] = Item(2)


class BrokenTexts(Items):
    """The text may be made between the two."""

    def show(self):
        assert f"{self.items}" in ("[1, 1]", "[2, 2]")

    workers = (Items.replace, show)


class HoldsTexts(Items):
    """The second is not replaced before the first."""

    def show(self):
        assert f"{self.items}" in ("[1, 1]", "[2, 1]", "[1, 2]", "[2, 2]")

    workers = (Items.replace, show)


class BrokenDeque(Items):
    """The same of a deque."""

    def __init__(self):
        self.items = deque([Item(1), Item(1)])

    def show(self):
        assert str(self.items) in ("deque([1, 1])", "deque([2, 2])")

    workers = (Items.replace, show)


class BrokenDict:
    """The same of a dict, whose items are replaced one by one."""

    def __init__(self):
        self.items = {"a": Item(1), "b": Item(1)}

    def replace(self):
        self.items["a"] = Item(2)
        self.items["b"] = Item(2)

    def total(self):
        assert sum(one.n for one in self.items.values()) != 3

    workers = (replace, total)


class BrokenAttribute:
    """The same of attributes."""

    def __init__(self):
        self.left = Item(1)
        self.right = Item(1)

    def replace(self):
        self.left = Item(2)
        self.right = Item(2)

    def compare(self):
        assert self.left.n == self.right.n

    workers = (replace, compare)
