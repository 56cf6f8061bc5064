"""A container takes items from code of Python one by one, or keeps an iterator.

`Broken...` is wrong in some order, `Holds...` in none.
"""

import io
import itertools
from collections import Counter, OrderedDict, deque


def same(item):
    return item


def pair(key):
    return key, 1


class Base:
    """Two items are to stand side by side."""

    def __init__(self):
        self.out = []

    def add(self):
        self.out.append("x")

    def check(self):
        assert "".join(self.out) in ("abx", "xab")


class BrokenExtendByMap(Base):
    def work(self):
        self.out.extend(map(same, "ab"))

    workers = (work, Base.add)


class BrokenExtendByFilter(Base):
    def work(self):
        self.out.extend(filter(lambda item: True, "ab"))

    workers = (work, Base.add)


class BrokenExtendByZip(Base):
    def work(self):
        self.out.extend(map("".join, zip(item for item in "ab")))

    workers = (work, Base.add)


class BrokenExtendByChain(Base):
    def work(self):
        self.out.extend(itertools.chain(map(same, "a"), map(same, "b")))

    workers = (work, Base.add)


class BrokenExtendByCalls(Base):
    def work(self):
        rest = iter("ab-")
        self.out.extend(iter(lambda: next(rest), "-"))

    workers = (work, Base.add)


class BrokenExtendOfDeque(Base):
    def __init__(self):
        self.out = deque()

    def work(self):
        self.out.extend(map(same, "ab"))

    workers = (work, Base.add)


class BrokenPlusGenerator(Base):
    def work(self):
        self.out += (item for item in "ab")

    workers = (work, Base.add)


class BrokenPlusMap(Base):
    def work(self):
        self.out += map(same, "ab")

    workers = (work, Base.add)


class HoldsMapInC(Base):
    def work(self):
        self.out.extend(map(str.lower, "AB"))
        self.out += map(str.lower, "")

    workers = (work, Base.add)


class HoldsListFirst(Base):
    def work(self):
        self.out.extend([*map(same, "ab")])
        self.out += tuple(map(same, ""))

    workers = (work, Base.add)


class Sized:
    """Two keys come together."""

    kind = dict

    def __init__(self):
        self.kept = self.kind()

    def look(self):
        self.size = len(self.kept)

    def check(self):
        assert self.size in (0, 2)


class BrokenUpdateByMap(Sized):
    def work(self):
        self.kept.update(map(pair, "ab"))

    workers = (work, Sized.look)


class BrokenUpdateOfSet(Sized):
    kind = set

    def work(self):
        self.kept.update(map(same, "ab"))

    workers = (work, Sized.look)


class BrokenUpdateOfCounter(Sized):
    kind = Counter

    def work(self):
        self.kept.update(key for key in "ab")

    workers = (work, Sized.look)


class HoldsUpdateOfCounter(Sized):
    """Each item is counted in one step."""

    kind = Counter

    def work(self):
        self.kept.update(map(same, "aa"))

    workers = (work, work)

    def check(self):
        assert self.kept["a"] == 4


class BrokenOrEqual(Sized):
    def work(self):
        self.kept |= map(pair, "ab")

    workers = (work, Sized.look)


class BrokenOrEqualInOrder(Sized):
    kind = OrderedDict

    def work(self):
        self.kept |= ((key, 1) for key in "ab")

    workers = (work, Sized.look)


class HoldsUpdateByDict(Sized):
    def work(self):
        self.kept.update(dict(map(pair, "ab")))

    workers = (work, Sized.look)


class BrokenWritelines:
    def __init__(self):
        self.file = io.StringIO()

    def work(self):
        self.file.writelines(map(same, "ab"))

    def add(self):
        self.file.write("x")

    workers = (work, add)

    def check(self):
        assert self.file.getvalue() in ("abx", "xab")


class HoldsTrampoline:
    """A generator that a container is given to keep stays what it is."""

    def __init__(self):
        self.ready = deque()
        self.all = []
        self.names = {}
        self.out = []

    def steps(self):
        got = yield "started"
        self.out.append(got)

    def work(self):
        task = self.steps()
        next(task)
        self.ready.append(task)
        self.all.insert(0, task)
        assert task in self.ready
        assert any(one is task for one in [*self.all])
        assert self.names.setdefault(id(task), task) is task

    workers = (work, work)

    def check(self):
        while self.ready:
            try:
                self.ready.popleft().send("sent")
            except StopIteration:
                continue
        assert self.out == ["sent", "sent"]
