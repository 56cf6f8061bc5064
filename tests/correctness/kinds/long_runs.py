"""Workers with much to do between two scheduling points."""

import itertools
import threading


class SumsSquares:
    """One worker changes its own attribute very often, in loops that end."""

    def __init__(self):
        self.total = 0
        self.squares = 0

    def add(self, number):
        self.total += number * number
        self.squares += 1

    def work(self):
        for row in range(40):
            for column in range(25):
                for depth in range(20):
                    self.add(row + column + depth)

    workers = (work,)

    def check(self):
        assert self.squares == 20_000


class SumsWrongly(SumsSquares):
    """The same, and the sum at its end is wrong."""

    def check(self):
        assert self.squares == 20_001


class CountsDown:
    """A `while` loop of many iterations, which no other worker could end sooner."""

    def __init__(self):
        self.left = 20_000

    def work(self):
        while self.left:
            self.left -= 1

    workers = (work,)

    def check(self):
        assert self.left == 0


class CountsDownBesideOne(CountsDown):
    """Another worker has something else to do meanwhile."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def note(self):
        self.seen.append("noted")

    workers = (CountsDown.work, note)


class FillsATable:
    """Two workers fill the rows of one dict, each its own, and count under a lock."""

    def __init__(self):
        self.lock = threading.Lock()
        self.rows = {}
        self.ended = 0

    def fill(self, name):
        row = {}
        for number in range(4_000):
            row[number] = number * 2
        self.rows[name] = len(row)
        with self.lock:
            self.ended += 1

    def left(self):
        self.fill("left")

    def right(self):
        self.fill("right")

    workers = (left, right)

    def check(self):
        assert self.rows == {"left": 4_000, "right": 4_000}
        assert self.ended == 2


class FillsATableUnlocked(FillsATable):
    """The count of those that have ended is not guarded."""

    def fill(self, name):
        row = {}
        for number in range(4_000):
            row[number] = number * 2
        self.ended += 1
        self.rows[name] = len(row)

    def left(self):
        self.fill("left")

    def right(self):
        self.fill("right")

    workers = (left, right)


class NeverCountsDown(CountsDown):
    """It counts the wrong way, for ever."""

    def work(self):
        while self.left:
            self.left += 1

    workers = (work,)


class WaitsForALongOne:
    """One polls for the result that the other computes for long."""

    def __init__(self):
        self.result = None
        self.steps = 0

    def compute(self):
        for _ in range(15_000):
            self.steps += 1
        self.result = self.steps

    def poll(self):
        while self.result is None:
            pass
        self.got = self.result

    workers = (poll, compute)

    def check(self):
        assert self.got == 15_000


class TakesFromAnEndlessOne:
    """Numbers without an end, of which it takes some."""

    def __init__(self):
        self.total = 0

    def work(self):
        for number in itertools.count():
            if number == 10_000:
                return
            self.total += 1

    workers = (work,)

    def check(self):
        assert self.total == 10_000
