"""Programs that keep several values in one container, as people write them.

`Broken...` is wrong in some order, `Holds...` in none.
"""

import array
import collections
import enum
import threading


class BrokenBank:
    """Both customers find 100, and both take them."""

    def __init__(self):
        self.accounts = {"ann": 100, "bob": 0, "eve": 0}

    def move(self, to):
        if self.accounts["ann"] >= 100:
            self.accounts["ann"] -= 100
            self.accounts[to] += 100

    def to_bob(self):
        self.move("bob")

    def to_eve(self):
        self.move("eve")

    workers = (to_bob, to_eve)

    def check(self):
        assert sorted(self.accounts.values()) == [0, 0, 100]


class HoldsBank(BrokenBank):
    def __init__(self):
        super().__init__()
        self.guard = threading.Lock()

    def move(self, to):
        with self.guard:
            super().move(to)


class BrokenScore:
    """The second half of a pair is read before it is written."""

    def __init__(self):
        self.score = [0, 0]
        self.told = None

    def goal(self):
        self.score[0] = 1
        self.score[1] = 1

    def announce(self):
        self.told = self.score[1], self.score[0]

    workers = (goal, announce)

    def check(self):
        assert self.told in [(0, 0), (1, 1)]


class BrokenHistory(BrokenScore):
    def __init__(self):
        self.score = collections.deque([0, 0])
        self.told = None

    workers = (BrokenScore.goal, BrokenScore.announce)


class BrokenBuffer(BrokenScore):
    def __init__(self):
        self.score = bytearray(2)
        self.told = None

    def announce(self):
        whole = bytes(self.score)
        self.told = whole[0], self.score[1]

    workers = (BrokenScore.goal, announce)

    def check(self):
        assert self.told in [(0, 0), (1, 1)]


class BrokenSamples(BrokenScore):
    def __init__(self):
        self.score = array.array("i", [0, 0])
        self.told = None

    workers = (BrokenScore.goal, BrokenScore.announce)


class BrokenMatrix:
    """One row of a nested list, two columns."""

    def __init__(self):
        self.rows = [[1, 0], [0, 1]]

    def swap(self):
        row = self.rows[0]
        row[0], row[1] = row[1], row[0]

    workers = (swap, swap)

    def check(self):
        assert self.rows[0] == [1, 0]


class BrokenLastItem:
    """-1 is the index of the last item, which others know as 2."""

    def __init__(self):
        self.items = [0, 0, 5]
        self.seen = []

    def change(self):
        self.items[-1] = 6
        self.items[0] = 1

    def look(self):
        self.seen = [self.items[2]]

    workers = (change, look)

    def check(self):
        assert self.seen == [5] or self.items[0] == 0


class BrokenDeleted:
    """The deletion of the first item moves all others."""

    def __init__(self):
        self.queue = ["a", "b", "c"]
        self.second = None

    def drop(self):
        del self.queue[0]

    def look(self):
        self.second = self.queue[1]

    workers = (drop, look)

    def check(self):
        assert self.second == "b"


class Level(enum.IntEnum):
    LOW = 0
    HIGH = 1


class BrokenEnumKeys:
    """A member of an IntEnum is the index that it equals."""

    def __init__(self):
        self.counts = [0, 0]

    def by_name(self):
        self.counts[Level.HIGH] += 1

    def by_number(self):
        self.counts[1] += 1

    workers = (by_name, by_number)

    def check(self):
        assert self.counts[1] == 2


class Folded(str):
    """A key that equals every spelling of itself."""

    def __eq__(self, other):
        return str(self).lower() == str(other).lower()

    def __hash__(self):
        return hash(str(self).lower())


class BrokenFoldedKeys:
    def __init__(self):
        self.headers = {Folded("Age"): 0}

    def upper(self):
        self.headers[Folded("AGE")] += 1

    def lower(self):
        self.headers[Folded("age")] += 1

    workers = (upper, lower)

    def check(self):
        assert self.headers[Folded("Age")] == 2


class FoldingDict(dict):
    """All spellings of a key are one."""

    def __getitem__(self, key):
        return super().__getitem__(key.lower())

    def __setitem__(self, key, value):
        super().__setitem__(key.lower(), value)


class BrokenFoldingDict(BrokenFoldedKeys):
    def __init__(self):
        self.headers = FoldingDict(age=0)

    def upper(self):
        self.headers["AGE"] += 1

    def lower(self):
        self.headers["age"] += 1

    workers = (upper, lower)

    def check(self):
        assert self.headers["age"] == 2


class BrokenCache:
    """A missing key of a defaultdict is made by whoever reads it."""

    def __init__(self):
        self.rooms = collections.defaultdict(list)

    def enter(self):
        self.rooms["hall"].append(1)
        self.rooms["yard"].append(1)

    def count(self):
        self.seen = sorted(self.rooms)

    workers = (enter, count)

    def check(self):
        assert self.seen != ["hall"]


class HoldsOwnItems:
    """Each worker has an item of its own."""

    def __init__(self):
        self.counts = {"a": 0, "b": 0}

    def a(self):
        self.counts["a"] += 1
        self.counts["a"] += 1

    def b(self):
        self.counts["b"] += 1

    workers = (a, b)

    def check(self):
        assert self.counts == {"a": 2, "b": 1}


class BrokenReader:
    """Two numbers that belong together, read by two lines."""

    def __init__(self):
        self.stats = {"count": 0, "sum": 0}
        self.mean = None

    def add(self):
        self.stats["count"] += 1
        self.stats["sum"] += 10

    def read(self):
        total, count = self.stats.get("sum"), self.stats.get("count")
        self.mean = total / count if count else None

    workers = (add, read)

    def check(self):
        assert self.mean in (None, 10)
