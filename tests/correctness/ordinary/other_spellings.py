"""A cell, or the descriptor of a slot, is another spelling of a variable or attribute.

Each program is wrong in one order of its two workers, and right in that which is tried
first.
"""


class Slotted:
    __slots__ = ("__hidden", "number")

    def hidden(self):
        return self.__hidden

    def hide(self, number):
        self.__hidden = number


class Plain:
    def __init__(self):
        self.value = 1

    @property
    def number(self):
        return self.value

    @number.setter
    def number(self, value):
        self.value = value


def counter():
    n = 0

    def add():
        nonlocal n
        n += 1
        return n

    return add


class Base:
    def __init__(self):
        self.add = counter()
        self.thing = Slotted()
        self.thing.number = 1

    def count(self):
        self.add()

    def write(self):
        self.thing.number = 2


class BrokenByAWrittenCell(Base):
    def reset(self):
        self.add.__closure__[0].cell_contents = 7

    workers = (Base.count, reset)

    def check(self):
        assert self.add() == 8


class BrokenByAReadCell(Base):
    def look(self):
        assert self.add.__closure__[0].cell_contents == 1

    workers = (Base.count, look)


class BrokenByACellInAVariable(Base):
    def look(self):
        (cell,) = self.add.__closure__
        assert cell.cell_contents == 1

    workers = (Base.count, look)


class BrokenByACellThatGetattrReads(Base):
    def look(self):
        assert getattr(self.add.__closure__[0], "cell_contents") == 1  # noqa: B009

    workers = (Base.count, look)


class BrokenByAnEmptiedCell(Base):
    def empty(self):
        del self.add.__closure__[0].cell_contents

    workers = (Base.count, empty)


class BrokenBySet(Base):
    def put(self):
        Slotted.number.__set__(self.thing, 2)

    def look(self):
        assert self.thing.number == 2

    workers = (put, look)


class BrokenByGet(Base):
    def look(self):
        assert Slotted.number.__get__(self.thing) == 2

    workers = (Base.write, look)


class BrokenByDelete(Base):
    def drop(self):
        Slotted.number.__delete__(self.thing)

    def look(self):
        assert not hasattr(self.thing, "number")

    workers = (drop, look)


class BrokenByAPrivateSlot(Base):
    def __init__(self):
        super().__init__()
        self.thing.hide(1)

    def put(self):
        Slotted._Slotted__hidden.__set__(self.thing, 2)

    def look(self):
        assert self.thing.hidden() == 2

    workers = (put, look)


class BrokenByAProperty(Base):
    def __init__(self):
        super().__init__()
        self.thing = Plain()

    def put(self):
        Plain.number.__set__(self.thing, 2)

    def look(self):
        assert Plain.number.__get__(self.thing) == 2

    workers = (put, look)


class HoldsForAnotherCell(Base):
    """It has the same name, and is another variable: no more is seen than there is."""

    def __init__(self):
        super().__init__()
        self.other = counter()

    def reset(self):
        self.other.__closure__[0].cell_contents = 7

    workers = (Base.count, reset)

    def check(self):
        assert (self.add(), self.other()) == (2, 8)
