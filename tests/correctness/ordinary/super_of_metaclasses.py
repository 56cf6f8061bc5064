"""Methods of `type` access attributes of a class, also through `super()`.

In some order, each broken program loses an update, deletes an attribute twice, or reads
too early.  Its twin has a lock or waits.
"""

import threading
import types


class Counting(type):
    count = 0

    def add(cls):
        super().__setattr__("count", cls.count + 1)

    def peek(cls):
        return super().__getattribute__("count")

    def forget(cls):
        if "count" in cls.__dict__:
            super().__delattr__("count")


class Space(types.ModuleType):
    def add(self):
        super().__setattr__("count", self.count + 1)


class Base:
    def __init__(self):
        self.lock = threading.Lock()

        class Counted(metaclass=Counting):
            count = 0

        self.kind = Counted
        self.space = Space("space")
        self.space.count = 0

    def locked(self):
        with self.lock:
            self.work()

    def check(self):
        assert self.kind.count + self.space.count == 2


class Sets(Base):
    def work(self):
        self.kind.add()


class Reads(Base):
    """The reader must come after the writer."""

    def __init__(self):
        super().__init__()
        self.done = threading.Event()

    def write(self):
        self.kind.count = 2
        self.done.set()

    def look(self):
        self.seen = self.kind.peek()

    def wait(self):
        self.done.wait()
        self.look()

    def check(self):
        assert self.seen == 2


class ReadsByType(Reads):
    def look(self):
        self.seen = type.__getattribute__(self.kind, "count")


class SetsInAModule(Base):
    def work(self):
        self.space.add()


class Deletes(Base):
    def work(self):
        self.kind.forget()

    def check(self):
        assert "count" not in vars(self.kind)


class DeletesByType(Base):
    def work(self):
        if "count" in vars(self.kind):
            type.__delattr__(self.kind, "count")

    def check(self):
        assert "count" not in vars(self.kind)


class BrokenSets(Sets):
    workers = (Sets.work, Sets.work)


class HoldsSets(Sets):
    workers = (Base.locked, Base.locked)


class BrokenReads(Reads):
    workers = (Reads.write, Reads.look)


class HoldsReads(Reads):
    workers = (Reads.write, Reads.wait)


class BrokenReadsByType(ReadsByType):
    workers = (Reads.write, ReadsByType.look)


class HoldsReadsByType(ReadsByType):
    workers = (Reads.write, Reads.wait)


class BrokenSetsInAModule(SetsInAModule):
    workers = (SetsInAModule.work, SetsInAModule.work)


class HoldsSetsInAModule(SetsInAModule):
    workers = (Base.locked, Base.locked)


class BrokenDeletes(Deletes):
    workers = (Deletes.work, Deletes.work)


class HoldsDeletes(Deletes):
    workers = (Base.locked, Base.locked)


class BrokenDeletesByType(DeletesByType):
    workers = (DeletesByType.work, DeletesByType.work)


class HoldsDeletesByType(DeletesByType):
    workers = (Base.locked, Base.locked)
