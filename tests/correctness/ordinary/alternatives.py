"""Patterns that read their subject one after the other, with another worker between.

CPython reads all attributes of one class pattern in one step.  For each alternative,
and for each pattern within another pattern, it reads the attributes again, in a step of
its own.  `Broken...` is wrong in some order, `Holds...` in none.
"""

import asyncio
import enum
import threading
from dataclasses import dataclass, field
from typing import NamedTuple


class State(enum.Enum):
    NEW = 1
    READY = 2
    DONE = 3


@dataclass
class Job:
    state: State = State.NEW
    tries: int = 0
    parts: list = field(default_factory=list)


@dataclass(slots=True)
class Point:
    x: int
    y: int


class Move(NamedTuple):
    start: Point
    end: Point


class BrokenAlternatives:
    """It is NEW for the first alternative and READY for the second: neither."""

    def __init__(self):
        self.job = Job()
        self.open = None

    def get_ready(self):
        self.job.state = State.READY

    def look(self):
        match self.job:
            case Job(state=State.READY) | Job(state=State.NEW):
                self.open = True
            case _:
                self.open = False

    workers = (get_ready, look)

    def check(self):
        assert self.open


class HoldsAlternatives(BrokenAlternatives):
    """What was read once is the same for both."""

    def look(self):
        match self.job.state:
            case State.READY | State.NEW:
                self.open = True
            case _:
                self.open = False

    workers = (BrokenAlternatives.get_ready, look)


class HoldsGuardedAlternatives(BrokenAlternatives):
    def __init__(self):
        super().__init__()
        self.guard = threading.Lock()

    def get_ready(self):
        with self.guard:
            super().get_ready()

    def look(self):
        with self.guard:
            super().look()

    workers = (get_ready, look)


class HoldsNewObject(BrokenAlternatives):
    """The worker publishes another object, and changes none."""

    def get_ready(self):
        self.job = Job(State.READY)

    workers = (get_ready, BrokenAlternatives.look)


class BrokenSlots:
    """The alternatives read a slot, by its position."""

    def __init__(self):
        self.at = Point(0, 0)
        self.side = None

    def walk(self):
        self.at.x = 1

    def look(self):
        match self.at:
            case Point(1, _) | Point(0, _):
                self.side = "on the path"
            case _:
                self.side = "nowhere"

    workers = (walk, look)

    def check(self):
        assert self.side == "on the path"


class HoldsOnePattern:
    """One pattern reads both attributes in one step, before `y` is set or after."""

    def __init__(self):
        self.at = Point(1, 1)
        self.seen = None

    def walk(self):
        self.at.x = 2
        self.at.y = 2

    def look(self):
        match self.at:
            case Point(x=x, y=y):
                self.seen = x, y

    workers = (walk, look)

    def check(self):
        assert self.seen in ((1, 1), (2, 1), (2, 2))


class BrokenTwoReads(HoldsOnePattern):
    """Two expressions are two reads: an old `x`, and a `y` that was set after it."""

    def look(self):
        self.seen = self.at.x, self.at.y

    workers = (HoldsOnePattern.walk, look)


class BrokenWithin:
    """The inner patterns read after the outer one, each by itself."""

    def __init__(self):
        self.move = Move(Point(0, 0), Point(0, 0))
        self.seen = None

    def shift(self):
        self.move.start.x = 5
        self.move.end.x = 5

    def look(self):
        match self.move:
            case Move(start=Point(x=start), end=Point(x=end)):
                self.seen = start, end

    workers = (shift, look)

    def check(self):
        assert self.seen in ((0, 0), (5, 0), (5, 5))


class BrokenWithinSequence:
    """A point of the list is looked at after the list."""

    def __init__(self):
        self.path = [Point(0, 0), Point(1, 1)]
        self.seen = None

    def shift(self):
        self.path[0].x = 5
        self.path[1].x = 6

    def look(self):
        match self.path:
            case [Point(x=first), Point(x=last)]:
                self.seen = first, last

    workers = (shift, look)

    def check(self):
        assert self.seen in ((0, 1), (5, 1), (5, 6))


class BrokenMapping:
    """Neither alternative finds its key, though one of them is always there."""

    def __init__(self):
        self.message = {"old": 1}
        self.read = None

    def rename(self):
        self.message["new"] = 1
        del self.message["old"]

    def look(self):
        match self.message:
            case {"new": number} | {"old": number}:
                self.read = number
            case _:
                self.read = None

    workers = (rename, look)

    def check(self):
        assert self.read == 1


class HoldsMapping(BrokenMapping):
    """In the other order of alternatives the new key is there once the old is gone."""

    def look(self):
        match self.message:
            case {"old": number} | {"new": number}:
                self.read = number
            case _:
                self.read = None

    workers = (BrokenMapping.rename, look)


class BrokenLateAttribute:
    """The attribute is set for the first time between the alternatives."""

    def __init__(self):
        self.job = Job()
        self.kind = None

    def mark(self):
        self.job.error = "lost"

    def look(self):
        match self.job:
            case Job(error=_) | Job(tries=1):
                self.kind = "failed"
            case Job(error=_):
                self.kind = "failed late"
            case _:
                self.kind = "fine"

    workers = (mark, look)

    def check(self):
        assert self.kind != "failed late"


class HoldsTasks(BrokenAlternatives):
    """A task is not interrupted within a `match`."""

    async def get_ready(self):
        await asyncio.sleep(0)
        self.job.state = State.READY

    async def look(self):
        await asyncio.sleep(0)
        BrokenAlternatives.look(self)

    workers = (get_ready, look)


class BrokenDepth:
    """Alternatives within a pattern read the inner object anew."""

    def __init__(self):
        self.move = Move(Point(0, 0), Point(9, 9))
        self.seen = None

    def shift(self):
        self.move.end.x = 8

    def look(self):
        match self.move:
            case Move(end=Point(x=8) | Point(x=9) as end):
                self.seen = end
            case _:
                self.seen = None

    workers = (shift, look)

    def check(self):
        assert self.seen is self.move.end
