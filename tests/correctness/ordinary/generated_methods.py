"""The methods that `dataclass` generates take one field after the other."""

import copy
from dataclasses import dataclass, field, make_dataclass


@dataclass
class Node:
    value: int
    name: str = ""


@dataclass(order=True, unsafe_hash=True)
class Span:
    low: int = 0
    high: int = 0


@dataclass(slots=True)
class Slotted:
    low: int = 0
    high: int = 0


@dataclass(kw_only=True)
class Named:
    low: int = 0
    high: int = field(default=0, repr=False)


@dataclass
class Team:
    names: list = field(default_factory=list)
    best: "Team | None" = None


@dataclass(frozen=True)
class Fixed:
    value: int


Made = make_dataclass("Made", [("low", int, 0), ("high", int, 0)])


class Child(Node):
    def __init__(self, tree):
        tree.append(self)
        super().__init__(5)


class FixedChild(Fixed):
    def __init__(self, tree):
        tree.append(self)
        super().__init__(5)


class BrokenByAnEarlyEntry:
    """It is in the list before it has a value."""

    kind = Child

    def __init__(self):
        self.kids = []

    def add(self):
        self.kind(self.kids)

    def total(self):
        sum([kid.value for kid in self.kids])

    workers = (add, total)


class BrokenByAFrozenOne(BrokenByAnEarlyEntry):
    kind = FixedChild

    workers = (BrokenByAnEarlyEntry.add, BrokenByAnEarlyEntry.total)


class HoldsWhenEnteredLast:
    def __init__(self):
        self.kids = []

    def add(self):
        self.kids.append(Node(5))

    def total(self):
        sum([kid.value for kid in self.kids])

    workers = (add, total)


class Move:
    def __init__(self):
        self.span = Span()
        self.log = []

    def move(self):
        self.span.low = 1
        self.span.high = 1


class BrokenByBeginningAnew(Move):
    """`__init__` sets one field, then the other."""

    def begin(self):
        self.span.__init__(3, 3)

    def look(self):
        low, high = self.span.low, self.span.high
        assert low == high

    workers = (begin, look)


class BrokenByItsText(Move):
    def show(self):
        assert repr(self.span) != "Span(low=0, high=1)"

    workers = (Move.move, show)


class BrokenByAnFString(Move):
    def show(self):
        assert f"{self.span}" != "Span(low=0, high=1)"

    workers = (Move.move, show)


class BrokenByEquality(Move):
    def compare(self):
        assert self.span != Span(0, 1)

    workers = (Move.move, compare)


class BrokenByOrder(Move):
    """It is (0, 0), (1, 0) or (1, -1): neither is less than the first."""

    def move(self):
        self.span.low = 1
        self.span.high = -1

    def compare(self):
        assert not self.span < Span(0, 0)

    workers = (move, compare)


class BrokenByItsHash(Move):
    def count(self):
        assert hash(self.span) != hash(Span(0, 1))

    workers = (Move.move, count)


class BrokenBySlots(Move):
    def __init__(self):
        self.span = Slotted()

    def show(self):
        assert repr(self.span) != "Slotted(low=0, high=1)"

    workers = (Move.move, show)


class BrokenByAMadeOne(Move):
    def __init__(self):
        self.span = Made()

    def show(self):
        assert self.span != Made(0, 1)

    workers = (Move.move, show)


class BrokenByACopy(Move):
    """`deepcopy` copies the fields one by one."""

    def __init__(self):
        self.span = Team([1], Team([1]))

    def move(self):
        self.span.names.append(2)
        self.span.best.names.append(2)

    def show(self):
        copied = copy.deepcopy(self.span)
        assert copied.names == copied.best.names

    workers = (move, show)


class BrokenByItemsThatAreShown:
    """The list is read again after each text of an item."""

    def __init__(self):
        self.spans = [Span(1, 1), Span(1, 1)]
        self.new = [Span(2, 2), Span(2, 2)]

    def replace(self):
        self.spans[:] = self.new

    def show(self):
        text = str(self.spans)
        assert text.count("low=1") != 1

    workers = (replace, show)


class HoldsWithoutAField(Move):
    """`high` is not shown."""

    def __init__(self):
        self.span = Named()

    def show(self):
        assert repr(self.span) in ("Named(low=0)", "Named(low=1)")

    workers = (Move.move, show)


class HoldsShownByBoth:
    """One worker that shows an object is no reason to show dots to another."""

    def __init__(self):
        self.team = Team(["a"])
        self.team.best = Team(["b"])

    def rename(self):
        self.team.best.names[0] = "c"

    def show(self):
        assert "..." not in repr(self.team)

    workers = (show, show, rename)


class HoldsWithinItself:
    """What holds itself is shown as dots."""

    def __init__(self):
        self.team = Team(["a"])
        self.team.best = self.team

    def rename(self):
        self.team.names[0] = "c"

    def show(self):
        assert "best=..." in repr(self.team)

    workers = (show, rename)
