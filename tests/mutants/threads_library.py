"""What the standard library does in Python takes many steps, like a program's own."""

import copy
import dataclasses
import logging
import threading
from collections import Counter, UserDict


class UpdatedTwice:
    """`Counter.update` reads a count and stores the sum.

    Symptom: AssertionError
    """

    def __init__(self):
        self.counts = Counter(words=0)
        self.lock = threading.Lock()

    def count(self):
        self.counts.update({"words": 1})

    workers = (count, count)

    def check(self):
        assert self.counts["words"] == 2


class UpdatedTwiceMended(UpdatedTwice):
    """One after the other."""

    def count(self):
        with self.lock:
            super().count()

    workers = (count, count)


class AddedInPlace(UpdatedTwice):
    """So does `+=`.

    Symptom: AssertionError
    """

    def count(self):
        self.counts += Counter(words=1)

    workers = (count, count)


class AddedInPlaceMended(UpdatedTwice):
    """What is counted item by item is counted in C, at once."""

    def count(self):
        self.counts.update(["words"])

    workers = (count, count)


class DefaultOfAUserDict:
    """`setdefault` of a `UserDict` is not one step, as a dict's is.

    Symptom: AssertionError
    """

    def __init__(self):
        self.groups = UserDict()

    def add(self):
        self.groups.setdefault("all", []).append(1)

    workers = (add, add)

    def check(self):
        assert len(self.groups["all"]) == 2


class DefaultOfAUserDictMended(DefaultOfAUserDict):
    """A dict."""

    def __init__(self):
        self.groups = {}


class CopiedWhileItChanges:
    """`deepcopy` goes over one list after the other.

    Symptom: AssertionError
    """

    def __init__(self):
        self.first, self.second = [0], [0]
        self.lock = threading.Lock()

    def change(self):
        self.first[0] = 1
        self.second[0] = 1

    def look(self):
        first, second = copy.deepcopy((self.first, self.second))
        assert first >= second

    workers = (change, look)


class CopiedWhileItChangesMended(CopiedWhileItChanges):
    """Not while it changes."""

    def change(self):
        with self.lock:
            super().change()

    def look(self):
        with self.lock:
            super().look()

    workers = (change, look)


@dataclasses.dataclass
class Point:
    x: int = 0
    y: int = 0


class FieldAfterField:
    """`asdict` reads one field after the other.

    Symptom: AssertionError
    """

    def __init__(self):
        self.point = Point()

    def move(self):
        self.point.x = 1
        self.point.y = 1

    def look(self):
        seen = dataclasses.asdict(self.point)
        assert seen["x"] >= seen["y"]

    workers = (move, look)


class FieldAfterFieldMended(FieldAfterField):
    """A point is replaced by another, and never changed."""

    def move(self):
        self.point = dataclasses.replace(self.point, x=1, y=1)

    workers = (move, FieldAfterField.look)


class Counting(logging.Handler):
    """Counts records; `handle` calls `emit` under the handler's lock."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def emit(self, record):
        self.count += 1


class EmittedWithoutTheLock:
    """A handler's `emit` is called by another than its `handle`.

    Symptom: AssertionError
    """

    def __init__(self):
        self.handler = Counting()

    def log(self):
        self.tell(logging.makeLogRecord({"msg": "hello"}))

    def tell(self, record):
        self.handler.emit(record)

    workers = (log, log)

    def check(self):
        assert self.handler.count == 2


class EmittedWithoutTheLockMended(EmittedWithoutTheLock):
    """`handle`."""

    def tell(self, record):
        self.handler.handle(record)


class SetUpTwice:
    """Whoever finds a logger without a handler adds one.

    Symptom: AssertionError
    """

    def __init__(self):
        self.lock = threading.Lock()
        logging.getLogger("set up once").handlers.clear()

    def log(self):
        logger = logging.getLogger("set up once")
        logger.propagate = False
        self.set_up(logger)

    def set_up(self, logger):
        if not logger.handlers:
            logger.addHandler(Counting())

    workers = (log, log)

    def check(self):
        assert len(logging.getLogger("set up once").handlers) == 1


class SetUpTwiceMended(SetUpTwice):
    """Under a lock."""

    def set_up(self, logger):
        with self.lock:
            super().set_up(logger)
