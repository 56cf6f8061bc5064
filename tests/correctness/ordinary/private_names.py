"""A private name of a class has another spelling outside it, and is the same place.

Most programs have two orders in which no worker is interrupted.  They are right in the
order that is tried first, and wrong in the other order.
"""

import copy

_Bank__total = 0


class Bank:
    __count = 0
    __kinds = ("a", "b")

    def __init__(self):
        self.__n = 0

    def deposit(self):
        self.__n += 1

    def read(self):
        return self.__n

    def open(self):
        Bank.__count += 1

    def total(self):
        global __total
        __total += 1

    def __audit(self):
        return "old"

    def audited(self):
        return self.__audit()

    def kinds(self):
        return [f"kind {kind}" for kind in self.__kinds]


class __Hidden(Bank):
    def put(self):
        self.__m = 1


class _:  # noqa: N801
    """Its name is all underscores: nothing in it is another name."""

    def put(self):
        self.__n = 1


class Slotted:
    __slots__ = ("__n",)

    def __init__(self):
        self.__n = 0

    def deposit(self):
        self.__n += 1


class Base:
    make = Bank

    def __init__(self):
        global _Bank__total
        _Bank__total = 0
        Bank._Bank__count = 0
        self.bank = self.make()

    def deposit(self):
        self.bank.deposit()


class BrokenByAnAttribute(Base):
    def reset(self):
        self.bank._Bank__n = 0

    workers = (reset, Base.deposit)

    def check(self):
        assert self.bank.read() == 1


class BrokenBySetattr(Base):
    def reset(self):
        setattr(self.bank, "_Bank__n", 7)  # noqa: B010

    workers = (reset, Base.deposit)

    def check(self):
        assert self.bank.read() != 7


class BrokenByGetattr(Base):
    def look(self):
        assert getattr(self.bank, "_Bank__n") == 1  # noqa: B009

    workers = (Base.deposit, look)


class BrokenByHasattr(Base):
    def start(self):
        self.bank.__class__ = globals()["__Hidden"]
        self.bank.put()

    def look(self):
        assert hasattr(self.bank, "_Hidden__m")

    workers = (start, look)


class BrokenByVars(Base):
    def look(self):
        assert vars(self.bank) == {"_Bank__n": 1}

    workers = (Base.deposit, look)


class BrokenByVarsThatAreWritten(Base):
    def reset(self):
        vars(self.bank)["_Bank__n"] = 7

    workers = (reset, Base.deposit)

    def check(self):
        assert self.bank.read() != 7


class BrokenByAClassAttribute(Base):
    def begin(self):
        self.bank.open()

    def look(self):
        assert Bank._Bank__count == 1

    workers = (begin, look)


class BrokenBySlots(Base):
    make = Slotted

    def reset(self):
        self.bank._Slotted__n = 7

    workers = (reset, Base.deposit)

    def check(self):
        assert self.bank._Slotted__n != 7


class BrokenByACopy(Base):
    def look(self):
        assert copy.copy(self.bank).read() == 1

    workers = (Base.deposit, look)


class BrokenByAGlobal(Base):
    def count(self):
        self.bank.total()

    def look(self):
        assert _Bank__total == 1

    workers = (count, look)


class BrokenByAMethod(Base):
    def turn(self):
        Bank._Bank__audit = lambda self: "new"

    def look(self):
        assert self.bank.audited() == "new"

    workers = (turn, look)


class BrokenInANestedFunction(Base):
    def look(self):
        __seen = 0

        def __add():
            nonlocal __seen
            __seen += 1

        self.add, self.seen = __add, lambda: __seen

    def __init__(self):
        super().__init__()
        self.look()

    def twice(self):
        self.add()

    workers = (twice, twice)

    def check(self):
        assert self.seen() == 2


class BrokenUnmangled:
    """In a class of underscores, and outside all classes, names are as they stand."""

    def __init__(self):
        self.thing = _()

    def put(self):
        self.thing.put()

    def look(self):
        assert getattr(self.thing, "__n", None) == 1

    workers = (put, look)


class HoldsForTwoClasses:
    """The private names of a class and of its subclass are two."""

    class Child(Bank):
        def put(self):
            self.__n = 7

    def __init__(self):
        self.bank = self.Child()

    def deposit(self):
        self.bank.deposit()

    def put(self):
        self.bank.put()

    workers = (deposit, put)

    def check(self):
        assert vars(self.bank) == {"_Bank__n": 1, "_Child__n": 7}


class HoldsAsPythonCallsIt:
    """The names that definitions are called by are those of the source."""

    def __method(self, __first, *, __second=2):
        try:
            raise ValueError(__first)  # noqa: TRY301
        except ValueError as __error:
            match __error.args:
                case [__found, *__rest]:
                    return __found, __rest, __second

    class __Inner:
        __x: int = 3

        def get(self):
            return self.__x

    def work(self):
        def __local():
            return [__item + 1 for __item in (0, 1)]

        self.found = self.__method(4)
        self.names = (
            type(self).__dict__["_HoldsAsPythonCallsIt__method"].__name__,
            self.__Inner.__name__,
            __local.__name__,
            self.__Inner().get(),
            self.__Inner.__annotations__,
            __local(),
        )

    workers = (work, work)

    def check(self):
        assert self.found == (4, [], 2)
        assert self.names == (
            "__method",
            "__Inner",
            "__local",
            3,
            {"_Inner__x": int},
            [1, 2],
        )
