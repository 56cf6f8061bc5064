"""Counter-examples and module state with objects that must not be asked anything.

`Broken...` is wrong in some order, `Holds...` in none.
"""


class Silent:
    """It answers no question that the program does not ask."""

    def __init__(self):
        object.__setattr__(self, "count", 0)

    def __getattribute__(self, name):
        if name in ("count", "add"):
            return object.__getattribute__(self, name)
        raise LookupError(f"the program never asks for {name}")

    def __eq__(self, other):
        raise LookupError("the program never compares it")

    __hash__ = None

    def __repr__(self):
        raise LookupError("the program never shows it")

    def add(self):
        self.count += 1


SHARED = Silent()


class BrokenShown:
    """Two lost updates of an object that cannot be shown, in a trace."""

    def __init__(self):
        self.silent = Silent()
        self.row = [self.silent]

    def work(self):
        self.row[0].add()

    workers = (work, work)

    def check(self):
        assert self.silent.count == 2


class BrokenOfModule:
    """The same, kept by the module, which is restored before each run."""

    def __init__(self):
        self.before = SHARED.count

    def work(self):
        SHARED.count += 1

    workers = (work, work)

    def check(self):
        assert SHARED.count == self.before + 2


class HoldsOneWorker:
    def work(self):
        SHARED.add()

    def rest(self):
        self.rested = True

    workers = (work, rest)

    def check(self):
        assert SHARED.count == 1
