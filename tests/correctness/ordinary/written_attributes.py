"""Workers that write attributes of classes whose metaclass takes part in each write.

`Broken...` is wrong in some order, `Holds...` in none.  Each run must begin with the
attributes as the import has left them, and no code of the program may run in between.
"""


class Counting(type):
    writes = 0

    def __setattr__(cls, name, value):
        Counting.writes += 1
        super().__setattr__(name, value)

    def __delattr__(cls, name):
        Counting.writes += 1
        super().__delattr__(name)


class Counted(metaclass=Counting):
    debug = False


class HoldsOneWriteIsCounted:
    def work(self):
        Counted.debug = True

    def look(self):
        self.seen = Counted.debug

    workers = (work, look)

    def check(self):
        assert Counting.writes == 1


class BrokenTwoWritesAreCounted:
    def work(self):
        Counted.debug = True

    def other(self):
        Counted.level = 1

    workers = (work, other)

    def check(self):
        assert Counting.writes == 2


class Telling(type):
    listeners = []  # noqa: RUF012 - the matter

    def __setattr__(cls, name, value):
        super().__setattr__(name, value)
        for listener in Telling.listeners:
            listener(name)


class Told(metaclass=Telling):
    debug = False


told = []
Telling.listeners.append(told.append)


class HoldsEachIsTold:
    def work(self):
        Told.debug = True

    def other(self):
        Told.level = 1

    workers = (work, other)

    def check(self):
        assert sorted(told) == ["debug", "level"]


class BrokenOneIsTold(HoldsEachIsTold):
    def check(self):
        assert told[0] == "debug"


class ReadOnly(type):
    def __setattr__(cls, name, value):
        raise AttributeError("read only")

    def __delattr__(cls, name):
        raise AttributeError("read only")


class Constants(metaclass=ReadOnly):
    limit = 0


class HoldsReadOnly:
    def work(self):
        assert Constants.limit == 0
        assert not hasattr(Constants, "more")
        type.__setattr__(Constants, "limit", 1)
        type.__setattr__(Constants, "more", 1)

    def look(self):
        self.seen = Constants.limit

    workers = (work, look)

    def check(self):
        assert self.seen in (0, 1)


class BrokenReadOnly(HoldsReadOnly):
    def check(self):
        assert self.seen == 1


class Swallowing(type):
    """A write of an attribute is counted, and has no other effect."""

    def __setattr__(cls, name, value):
        type.__setattr__(cls, "writes", cls.writes + 1)


class Swallowed(metaclass=Swallowing):
    writes = 0


class HoldsSwallowed:
    def work(self):
        Swallowed.limit = 1

    def look(self):
        self.seen = Swallowed.writes

    workers = (work, look)

    def check(self):
        assert Swallowed.writes == 1


class BrokenSwallowed(HoldsSwallowed):
    workers = (HoldsSwallowed.work, HoldsSwallowed.work)

    def check(self):
        assert Swallowed.writes == 2
