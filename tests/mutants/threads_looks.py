"""Looks taken by code that is not the program's: getters, copies, comparisons."""

import contextlib
import copy
import functools
import itertools
import json
import os
import random
import threading
import types
import weakref
from collections import ChainMap, defaultdict
from dataclasses import asdict, dataclass
from operator import attrgetter, methodcaller


@dataclass
class Point:
    """Two fields that belong together."""

    x: int = 0
    y: int = 0


class ComparedHalfway:
    """A dataclass compares field by field, and one of them has moved.

    Symptom: AssertionError
    """

    def __init__(self):
        self.point, self.seen = Point(), []
        self.lock = threading.RLock()

    def move(self):
        self.point.x = 1
        self.point.y = 1

    def look(self):
        self.seen.append(self.point == Point(1, 0))

    def check(self):
        assert self.seen == [False]

    workers = (lambda self: self.move(), lambda self: self.look())


class ComparedHalfwayMended(ComparedHalfway):
    """Both hold the lock."""

    def move(self):
        with self.lock:
            super().move()

    def look(self):
        with self.lock:
            super().look()


class CopiedHalfway(ComparedHalfway):
    """A copy is made between the two writes.

    Symptom: AssertionError
    """

    def look(self):
        self.seen.append(copy.copy(self.point))

    def check(self):
        assert self.seen[0].x == self.seen[0].y


class CopiedHalfwayMended(ComparedHalfwayMended, CopiedHalfway):
    """Both hold the lock."""


class FieldsTakenHalfway(ComparedHalfway):
    """`asdict` reads one field after the other.

    Symptom: AssertionError
    """

    def look(self):
        self.seen.append(asdict(self.point))

    def check(self):
        assert self.seen != [{"x": 1, "y": 0}]


class FieldsTakenHalfwayMended(ComparedHalfwayMended, FieldsTakenHalfway):
    """Both hold the lock."""


class WrittenOutHalfway(ComparedHalfway):
    """What is within is another list, and it is half changed.

    Symptom: AssertionError
    """

    def __init__(self):
        super().__init__()
        self.place = [0, 0]
        self.state = {"at": self.place}

    def move(self):
        self.place[0] = 1
        self.place[1] = 1

    def look(self):
        self.seen.append(json.dumps(self.state))

    def check(self):
        assert self.seen != ['{"at": [1, 0]}']


class WrittenOutHalfwayMended(ComparedHalfwayMended, WrittenOutHalfway):
    """Both hold the lock."""


class AllAttributesHalfway(ComparedHalfway):
    """`vars` hands over every attribute, in the middle of a change.

    Symptom: AssertionError
    """

    def __init__(self):
        super().__init__()
        self.x = self.y = 0

    def move(self):
        self.x = 1
        self.y = 1

    def look(self):
        self.seen.append(dict(vars(self)))

    def check(self):
        assert self.seen[0]["x"] == self.seen[0]["y"]


class AllAttributesHalfwayMended(ComparedHalfwayMended, AllAttributesHalfway):
    """Both hold the lock."""


class LeastLoaded:
    """Two jobs go to the server that had the least to do.

    Symptom: AssertionError
    """

    def __init__(self):
        self.servers = [Point(), Point()]
        self.lock = threading.RLock()

    def dispatch(self):
        least = min(self.servers, key=attrgetter("x"))
        least.x += 1

    def check(self):
        assert [server.x for server in self.servers] == [1, 1]

    workers = (lambda self: self.dispatch(), lambda self: self.dispatch())


class LeastLoadedMended(LeastLoaded):
    """Choosing and giving are one step."""

    def dispatch(self):
        with self.lock:
            super().dispatch()


class TakenByACaller:
    """A method by its name: another has taken the last one.

    Symptom: IndexError
    """

    take_last = staticmethod(methodcaller("pop"))

    def __init__(self):
        self.lock = threading.RLock()
        self.items = ["only one"]

    def take(self):
        if self.items:
            self.take_last(self.items)

    workers = (lambda self: self.take(), lambda self: self.take())


class TakenByACallerMended(TakenByACaller):
    """Looking and taking are one step."""

    def take(self):
        with self.lock:
            super().take()


class ShuffledMeanwhile:
    """The first card is another one a moment later.

    Symptom: AssertionError
    """

    def __init__(self):
        self.deck = [1, 2, 3, 4]
        self.lock = threading.RLock()

    def look(self):
        assert self.deck[0] == self.deck[0]

    def shuffle(self):
        random.Random(1).shuffle(self.deck)

    workers = (lambda self: self.look(), lambda self: self.shuffle())


class ShuffledMeanwhileMended(ShuffledMeanwhile):
    """Both hold the lock."""

    def look(self):
        with self.lock:
            super().look()

    def shuffle(self):
        with self.lock:
            super().shuffle()


class Label(str):
    """Text that counts its uses."""

    uses = 0


class CountedOnAText:
    """An attribute of a str can be lost as any other.

    Symptom: AssertionError
    """

    def __init__(self):
        self.label = Label("x")
        self.lock = threading.RLock()

    def use(self):
        self.label.uses += 1

    def check(self):
        assert self.label.uses == 2

    workers = (lambda self: self.use(), lambda self: self.use())


class CountedOnATextMended(CountedOnAText):
    """Counted under the lock."""

    def use(self):
        with self.lock:
            super().use()


class LookedThroughAMap(ComparedHalfway):
    """A ChainMap looks into the dicts behind it.

    Symptom: AssertionError
    """

    def __init__(self):
        super().__init__()
        self.base = {"x": 0, "y": 0}
        self.settings = ChainMap({}, self.base)

    def move(self):
        self.base["x"] = 1
        self.base["y"] = 1

    def look(self):
        self.seen = [self.settings["x"], self.settings["y"]]

    def check(self):
        assert self.seen[0] == self.seen[1]


class LookedThroughAMapMended(ComparedHalfwayMended, LookedThroughAMap):
    """Both hold the lock."""


class WrittenThroughAView(ComparedHalfway):
    """A memoryview writes what another reads.

    Symptom: AssertionError
    """

    def __init__(self):
        super().__init__()
        self.cells = bytearray(2)

    def move(self):
        view = memoryview(self.cells)
        view[0] = 1
        view[1] = 1

    def look(self):
        self.seen.append(bytes(self.cells))

    def check(self):
        assert self.seen != [b"\x01\x00"]


class WrittenThroughAViewMended(ComparedHalfwayMended, WrittenThroughAView):
    """Both hold the lock."""


class CopiedByKeyword(ComparedHalfway):
    """What is handed over by its keyword is looked at as well.

    Symptom: AssertionError
    """

    def look(self):
        self.seen.append(copy.copy(x=self.point))

    def check(self):
        assert self.seen[0].x == self.seen[0].y


class CopiedByKeywordMended(ComparedHalfwayMended, CopiedByKeyword):
    """Both hold the lock."""


class AskedForEachItem(ComparedHalfway):
    """A method is handed over, and called for each item: it is the list's.

    Symptom: AssertionError
    """

    def __init__(self):
        super().__init__()
        self.order = [2, 1]

    def move(self):
        self.order.append(0)
        self.order.remove(2)

    def look(self):
        self.seen = sorted([1, 2, 1], key=self.order.count)

    def check(self):
        assert self.seen == [1, 2, 1]


class AskedForEachItemMended(ComparedHalfwayMended, AskedForEachItem):
    """The number stays."""

    def move(self):
        with self.lock:
            self.order.append(0)


class KnownWeakly(ComparedHalfway):
    """Another class of the library keeps items, and both find that one is missing.

    Symptom: AssertionError
    """

    def __init__(self):
        super().__init__()
        self.known = weakref.WeakSet()

    def move(self):
        if self not in self.known:
            self.known.add(self)
            self.seen.append("new")

    look = move

    def check(self):
        assert self.seen == ["new"]


class KnownWeaklyMended(KnownWeakly):
    """They look and add in one."""

    def move(self):
        with self.lock:
            super().move()

    look = move


class PrintedToAnObject(ComparedHalfway):
    """`print` writes each value, and the end of the line, by a call of its own.

    Symptom: AssertionError
    """

    def write(self, text):
        self.seen.append(text)

    def move(self):
        print("moved", file=self)

    def look(self):
        print("looked", file=self)

    def check(self):
        assert "".join(self.seen) in ("moved\nlooked\n", "looked\nmoved\n")


class PrintedToAnObjectMended(ComparedHalfwayMended, PrintedToAnObject):
    """Both hold the lock."""


class EmptyWhileSorted(ComparedHalfway):
    """A list is empty while it is sorted, and its key function lets others go on.

    Symptom: AssertionError
    """

    def __init__(self):
        super().__init__()
        self.items = [2, 3, 1]

    def move(self):
        self.items.sort(key=lambda item: -item)

    def look(self):
        assert len(self.items) == 3

    def check(self):
        assert self.items == [3, 2, 1]


class EmptyWhileSortedMended(ComparedHalfwayMended, EmptyWhileSorted):
    """Both hold the lock."""


class ExtendedHalfway(ComparedHalfway):
    """What is extended by a generator grows item by item.

    Symptom: AssertionError
    """

    def move(self):
        self.seen.extend(item for item in "ab")

    def look(self):
        assert len(self.seen) != 1

    def check(self):
        assert self.seen == ["a", "b"]


class ExtendedHalfwayMended(ExtendedHalfway):
    """By a list it grows in one."""

    def move(self):
        self.seen.extend(list("ab"))


class DefaultMadeTwice(ComparedHalfway):
    """Both find that the key is missing, and both make its default.

    Symptom: AssertionError
    """

    def __init__(self):
        super().__init__()
        self.groups = defaultdict(lambda: [])

    def move(self):
        self.groups["all"].append(1)

    look = move

    def check(self):
        assert self.groups["all"] == [1, 1]


class DefaultMadeTwiceMended(DefaultMadeTwice):
    """`list` is no code that could be interrupted."""

    def __init__(self):
        super().__init__()
        self.groups = defaultdict(list)


class AddedToTheNames:
    """Whether an attribute is there already, and making it, are two steps.

    Symptom: AssertionError
    """

    def __init__(self):
        self.lock = threading.Lock()
        self.made = []

    def make(self):
        if "value" not in self.__dict__:
            self.made.append(True)
            self.value = 1

    workers = (make, make)

    def check(self):
        assert len(self.made) == 1


class AddedToTheNamesMended(AddedToTheNames):
    """Under a lock."""

    def make(self):
        with self.lock:
            super().make()

    workers = (make, make)


class TakenFromTheNames:
    """A cached property is forgotten by whoever finds it, perhaps twice.

    Symptom: AttributeError
    """

    @functools.cached_property
    def value(self):
        return 1

    def fill(self):
        assert self.value == 1

    def forget(self):
        if "value" in vars(self):
            del self.value

    workers = (fill, forget, forget)


class TakenFromTheNamesMended(TakenFromTheNames):
    """`pop` is one step."""

    def forget(self):
        vars(self).pop("value", None)

    workers = (TakenFromTheNames.fill, forget, forget)


class OneAttribute:
    def __init__(self):
        self.value = 0


class CopyOfOneAttribute:
    """A copy has what was there when it was made.

    Symptom: AssertionError
    """

    def __init__(self):
        self.one = OneAttribute()
        self.lock = threading.Lock()

    def change(self):
        self.one.value = 1

    def look(self):
        assert copy.copy(self.one).value == self.one.value

    workers = (look, change)


class CopyOfOneAttributeMended(CopyOfOneAttribute):
    """Not while it changes."""

    def change(self):
        with self.lock:
            super().change()

    def look(self):
        with self.lock:
            super().look()

    workers = (look, change)


class NamedInAText:
    """A text names an item of an item.

    Symptom: AssertionError
    """

    def __init__(self):
        self.rows = [[0]]

    def change(self):
        self.rows[0][0] = 1

    def look(self):
        assert self.told() == self.told()

    def told(self):
        return f"{self.rows[0][0]}"

    workers = (change, look)


class NamedInATextMended(NamedInAText):
    """Told once."""

    def look(self):
        assert self.told() in ("0", "1")

    workers = (NamedInAText.change, look)


class SharedGeneratorExpression:
    """Two threads take from one generator; it cannot be run by both.

    Symptom: ValueError
    """

    def __init__(self):
        self.lock = threading.Lock()
        self.numbers = (number for number in range(2))

    def take(self):
        next(self.numbers)

    workers = (take, take)


class SharedGeneratorExpressionMended(SharedGeneratorExpression):
    """One at a time."""

    def take(self):
        with self.lock:
            next(self.numbers)

    workers = (take, take)


class LooksThroughAProxy:
    """A read-only view shows what others write.

    Symptom: AssertionError
    """

    def __init__(self):
        self.settings = {"size": 0}
        self.shown = types.MappingProxyType(self.settings)

    def change(self):
        self.settings["size"] = 1

    def look(self):
        assert self.shown["size"] == self.again()

    def again(self):
        return self.shown["size"]

    workers = (change, look)


class LooksThroughAProxyMended(LooksThroughAProxy):
    """A copy to show."""

    def __init__(self):
        super().__init__()
        self.shown = types.MappingProxyType(dict(self.settings))


class LooksAtTheBarrier:
    """Whether a barrier is broken may change after the look.

    Symptom: BrokenBarrierError
    """

    def __init__(self):
        self.barrier = threading.Barrier(1)

    def give_up(self):
        self.barrier.abort()

    def meet(self):
        if not self.barrier.broken:
            self.barrier.wait()

    workers = (give_up, meet)


class LooksAtTheBarrierMended(LooksAtTheBarrier):
    """It asks for forgiveness."""

    def meet(self):
        with contextlib.suppress(threading.BrokenBarrierError):
            self.barrier.wait()

    workers = (LooksAtTheBarrier.give_up, meet)


class CountedInTheEnvironment:
    """`os.getenv` looks into what others set.

    Symptom: AssertionError
    """

    def __init__(self):
        self.lock = threading.Lock()
        os.environ["COUNTED_IN_TESTS"] = "0"

    def add(self):
        seen = os.getenv("COUNTED_IN_TESTS")
        os.environ["COUNTED_IN_TESTS"] = str(int(seen) + 1)

    def check(self):
        assert os.environ["COUNTED_IN_TESTS"] == "2"

    workers = (add, add)


class CountedInTheEnvironmentMended(CountedInTheEnvironment):
    """One at a time."""

    def add(self):
        with self.lock:
            super().add()

    workers = (add, add)


class TeeOfTheSame:
    """Two branches of a tee take from one generator.

    Symptom: RuntimeError
    """

    def __init__(self):
        self.count, self.lock = 0, threading.Lock()
        self.branches = list(itertools.tee(self.numbers()))
        self.taken = []

    def numbers(self):
        while self.count < 2:
            self.count += 1
            yield self.count

    def take(self):
        branch = self.branches.pop()
        self.taken.append(list(branch))

    workers = (take, take)


class TeeOfTheSameMended(TeeOfTheSame):
    """One at a time; the second finds what the first has taken."""

    def take(self):
        with self.lock:
            super().take()

    def check(self):
        assert self.taken == [[1, 2], [1, 2]]

    workers = (take, take)
