"""The library or C code tests the truth of a value: it reads what the value contains.

`Broken...` is wrong in some order, `Holds...` in none.
"""

import asyncio
import itertools
import json
import threading
from functools import partial


class OfThreads:
    def __init__(self):
        self.changed = threading.Condition()
        self.items = []

    def forget(self):
        self.items.append(1)

    def put(self):
        with self.changed:
            self.items.append(1)
            self.changed.notify()


class OfTasks:
    def __init__(self):
        self.changed = asyncio.Condition()
        self.items = {}

    async def forget(self):
        self.items["key"] = 1

    def forget_in_a_thread(self):
        self.items["key"] = 1

    async def put(self):
        async with self.changed:
            self.items["key"] = 1
            self.changed.notify()


class BrokenByAForgottenNotice(OfThreads):
    def take(self):
        with self.changed:
            self.changed.wait_for(lambda: self.items)

    workers = (OfThreads.forget, take)


class HoldsWithANotice(OfThreads):
    def take(self):
        with self.changed:
            self.changed.wait_for(lambda: self.items)

    workers = (OfThreads.put, take)


class BrokenByAPredicateInC(OfThreads):
    def take(self):
        with self.changed:
            self.changed.wait_for(self.items.__len__)

    workers = (OfThreads.forget, take)


class HoldsByAPredicateInC(OfThreads):
    def take(self):
        with self.changed:
            self.changed.wait_for(self.items.__len__)

    workers = (OfThreads.put, take)


class BrokenByAnAttributeAsPredicate(OfThreads):
    def take(self):
        with self.changed:
            self.changed.wait_for(partial(getattr, self, "items"))

    workers = (OfThreads.forget, take)


class BrokenBetweenTasks(OfTasks):
    async def take(self):
        async with self.changed:
            await self.changed.wait_for(lambda: self.items)

    workers = (OfTasks.forget, take)


class HoldsBetweenTasks(OfTasks):
    async def take(self):
        async with self.changed:
            await self.changed.wait_for(lambda: self.items)

    workers = (OfTasks.put, take)


class BrokenByAPredicateInCBetweenTasks(OfTasks):
    async def take(self):
        async with self.changed:
            await self.changed.wait_for(self.items.__len__)

    workers = (OfTasks.forget, take)


class HoldsByAPredicateInCBetweenTasks(OfTasks):
    async def take(self):
        async with self.changed:
            await self.changed.wait_for(self.items.__len__)

    workers = (OfTasks.put, take)


class BrokenBesideAThread(OfTasks):
    async def take(self):
        async with self.changed:
            await self.changed.wait_for(lambda: self.items)

    workers = (OfTasks.forget_in_a_thread, take)


class Rows:
    def __init__(self):
        self.tags = []
        self.seen = None

    def tag(self):
        self.tags.append(1)

    async def tag_in_a_task(self):
        self.tags.append(1)

    def check(self):
        assert self.seen


class Tagged(Rows):
    def __init__(self):
        super().__init__()
        self.tags = [0]


class BrokenByFilter(Rows):
    def look(self):
        self.seen = list(filter(lambda _: self.tags, [7]))

    workers = (Rows.tag, look)


class HoldsByFilter(Tagged):
    def look(self):
        self.seen = list(filter(lambda _: self.tags, [7]))

    workers = (Rows.tag, look)


class BrokenByFilterInATask(Rows):
    async def look(self):
        self.seen = list(filter(lambda _: self.tags, [7]))

    workers = (Rows.tag_in_a_task, look)


class BrokenByTakewhile(Rows):
    def look(self):
        self.seen = [*itertools.takewhile(lambda _: self.tags, [7])]

    workers = (Rows.tag, look)


class BrokenByDropwhile(Rows):
    def look(self):
        self.seen = not [*itertools.dropwhile(lambda _: self.tags, [7])]

    workers = (Rows.tag, look)


class BrokenByFilterfalse(Rows):
    def look(self):
        self.seen = not [*itertools.filterfalse(lambda _: self.tags, [7])]

    workers = (Rows.tag, look)


class BrokenByFilterWithoutAFunction(Rows):
    def look(self):
        self.seen = list(filter(None, [self.tags]))

    workers = (Rows.tag, look)


class HoldsByFilterWithoutAFunction(Tagged):
    def look(self):
        self.seen = list(filter(None, [self.tags]))

    workers = (Rows.tag, look)


class BrokenByFilterWithoutAFunctionInATask(Rows):
    async def look(self):
        self.seen = list(filter(None, [self.tags]))

    workers = (Rows.tag_in_a_task, look)


class BrokenByCompress(Rows):
    def look(self):
        self.seen = list(itertools.compress([7], [self.tags]))

    workers = (Rows.tag, look)


class HoldsByCompress(Tagged):
    def look(self):
        self.seen = list(itertools.compress([7], [self.tags]))

    workers = (Rows.tag, look)


class BrokenByAny(Rows):
    def look(self):
        self.seen = any(self.tags for _ in range(1))

    workers = (Rows.tag, look)


class HoldsByAny(Tagged):
    def look(self):
        self.seen = any(self.tags for _ in range(1))

    workers = (Rows.tag, look)


class BrokenByAllInATask(Rows):
    async def look(self):
        self.seen = all(self.tags for _ in range(1))

    workers = (Rows.tag_in_a_task, look)


class Pair:
    """Both lists are full or empty; a filter in C reads them in one step."""

    def __init__(self):
        self.rows = [[], []]
        self.found = 0

    def fill(self):
        self.rows[:] = [[1], [1]]

    def check(self):
        assert self.found in (0, 2)


class HoldsInOneStep(Pair):
    def look(self):
        self.found = len(list(filter(None, self.rows)))

    workers = (Pair.fill, look)


class BrokenBetweenTwoTests(Pair):
    def look(self):
        self.found = sum(1 for _ in filter(lambda row: row, self.rows))

    workers = (Pair.fill, look)


class ByName(Rows):
    def __init__(self):
        super().__init__()
        self.by_name = {"first": self.tags}


class TaggedByName(Tagged):
    def __init__(self):
        super().__init__()
        self.by_name = {"first": self.tags}


class BrokenByAnyOfAMethodInC(ByName):
    def look(self):
        self.seen = any(map(self.by_name.get, ["first"]))

    workers = (Rows.tag, look)


class HoldsByAnyOfAMethodInC(TaggedByName):
    def look(self):
        self.seen = any(map(self.by_name.get, ["first"]))

    workers = (Rows.tag, look)


class BrokenByFilterWithAMethodInC(ByName):
    def look(self):
        self.seen = list(filter(self.by_name.get, ["first"]))

    workers = (Rows.tag, look)


class HoldsByFilterWithAMethodInC(TaggedByName):
    def look(self):
        self.seen = list(filter(self.by_name.get, ["first"]))

    workers = (Rows.tag, look)


class BrokenByTakewhileWithAMethodInC(ByName):
    def look(self):
        for name in itertools.takewhile(self.by_name.__getitem__, ["first"]):
            self.seen = name

    workers = (Rows.tag, look)


class HoldsThroughManyRows:
    """A loop over a filter tests each row once, and not all rows at each step."""

    def __init__(self):
        self.rows = [[number] for number in range(8_000)]
        self.done = 0

    def look(self):
        found = 0
        for _ in filter(None, self.rows):
            found += 1
        self.done += found

    def end(self):
        self.done += 1

    workers = (look, end)

    def check(self):
        assert self.done in (1, 8_000, 8_001)


class Box:
    """Its special methods return a list, whose truth C code tests."""

    def __init__(self, tags):
        self.tags = tags

    def __eq__(self, other):
        return self.tags

    def __lt__(self, other):
        return self.tags

    def __contains__(self, item):
        return other_tags and self.tags

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return self.tags

    __hash__ = object.__hash__


other_tags = (0,)


class Boxed(Rows):
    def __init__(self):
        super().__init__()
        self.box = Box(self.tags)


class TaggedBox(Tagged):
    def __init__(self):
        super().__init__()
        self.box = Box(self.tags)


def is_suppressed(box):
    try:
        with box:
            {}["missing"]
    except KeyError:
        return False
    return True


class BrokenByExit(Boxed):
    def look(self):
        self.seen = is_suppressed(self.box)

    workers = (Rows.tag, look)


class HoldsByExit(TaggedBox):
    def look(self):
        self.seen = is_suppressed(self.box)

    workers = (Rows.tag, look)


class BrokenByContains(Boxed):
    def look(self):
        self.seen = 1 in self.box

    workers = (Rows.tag, look)


class HoldsByContains(TaggedBox):
    def look(self):
        self.seen = 1 in self.box

    workers = (Rows.tag, look)


class BrokenByContainsInATask(Boxed):
    async def look(self):
        self.seen = 1 in self.box

    workers = (Rows.tag_in_a_task, look)


class BrokenByEqualityInAList(Boxed):
    def look(self):
        self.seen = [self.box].count(1)

    workers = (Rows.tag, look)


class HoldsByEqualityInAList(TaggedBox):
    def look(self):
        self.seen = [self.box].count(1)

    workers = (Rows.tag, look)


class BrokenByEqualityOfLists(Boxed):
    def look(self):
        self.seen = [self.box] == [1]

    workers = (Rows.tag, look)


class BrokenByOrder(Boxed):
    def look(self):
        other = Box(())
        self.seen = min(other, self.box) is self.box

    workers = (Rows.tag, look)


class HoldsByOrder(TaggedBox):
    def look(self):
        other = Box(())
        self.seen = min(other, self.box) is self.box

    workers = (Rows.tag, look)


def tags_of(rows):
    yield rows.tags


class BrokenByAnyOfAMap(Rows):
    def look(self):
        self.seen = any(map(lambda _: self.tags, [7]))  # noqa: C417

    workers = (Rows.tag, look)


class HoldsByAnyOfAMap(Tagged):
    def look(self):
        self.seen = any(map(lambda _: self.tags, [7]))  # noqa: C417

    workers = (Rows.tag, look)


class BrokenByAnyOfAMapInATask(Rows):
    async def look(self):
        self.seen = any(map(lambda _: self.tags, [7]))  # noqa: C417

    workers = (Rows.tag_in_a_task, look)


class BrokenByFilterOfAMap(Rows):
    def look(self):
        self.seen = list(filter(None, map(lambda _: self.tags, [7])))  # noqa: C417

    workers = (Rows.tag, look)


class BrokenByAnyOfAGenerator(Rows):
    def look(self):
        self.seen = any(tags_of(self))

    workers = (Rows.tag, look)


class HoldsByAnyOfAGenerator(Tagged):
    def look(self):
        self.seen = any(tags_of(self))

    workers = (Rows.tag, look)


class BrokenByCompressWithAGenerator(Rows):
    def look(self):
        self.seen = list(itertools.compress([7], tags_of(self)))

    workers = (Rows.tag, look)


class BrokenByAnyOfAnAttribute(Rows):
    def look(self):
        self.seen = any(map(partial(getattr, self), ["tags"]))

    workers = (Rows.tag, look)


class BrokenByLengthsOfAMap(Rows):
    def look(self):
        self.seen = sum(map(len, map(lambda _: self.tags, [7])))  # noqa: C417

    workers = (Rows.tag, look)


class BrokenByIn(Rows):
    def look(self):
        self.seen = [1] in map(lambda _: self.tags, [7])  # noqa: C417

    workers = (Rows.tag, look)


class BrokenByAKey(Rows):
    def look(self):
        self.seen = max([7, 0], key=lambda n: [0] if n else self.tags) == 0

    workers = (Rows.tag, look)


class HoldsByAKey(Tagged):
    def look(self):
        self.seen = max([7, 0], key=lambda n: [] if n else self.tags) == 0

    workers = (Rows.tag, look)


class BrokenByAnEarlierKey(Rows):
    """The sort compares the first key after the last key has been made."""

    def look(self):
        self.seen = sorted([0, 7], key=lambda n: [0] if n else self.tags) == [7, 0]

    workers = (Rows.tag, look)


class BrokenByAKeyInATask(Rows):
    async def look(self):
        self.seen = max([7, 0], key=lambda n: [0] if n else self.tags) == 0

    workers = (Rows.tag_in_a_task, look)


class BrokenByASentinel(Rows):
    def look(self):
        self.seen = not list(itertools.islice(iter(lambda: self.tags, [1]), 1))

    workers = (Rows.tag, look)


class BrokenByDumps(Rows):
    def look(self):
        self.seen = json.dumps(object(), default=lambda _: self.tags) == "[1]"

    workers = (Rows.tag, look)


class HoldsByDumps(Tagged):
    def look(self):
        self.seen = json.dumps(object(), default=lambda _: self.tags) != "[]"

    workers = (Rows.tag, look)


class HoldsByTestsInOneStep(Pair):
    """The lengths of both rows are read in one step of C code."""

    def look(self):
        self.found = sum(map(len, self.rows))

    workers = (Pair.fill, look)
