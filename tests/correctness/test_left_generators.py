"""A generator that a loop leaves is closed where CPython closes it."""

import runpy

import pytest

from bench.correctness.api import explore
from tests.correctness.outcomes import SEARCHES

# Each is the body of a worker.  `items` is a generator that logs when it ends.
LEFT = {
    "break": """
        for item in self.items("a", 3):
            break
    """,
    "return": """
        self.first("a")
    """,
    "an exception": """
        try:
            for item in self.items("a", 3):
                raise ValueError(item)
        except ValueError:
            self.log.append("caught")
    """,
    "enumerate": """
        for number, item in enumerate(self.items("a", 3)):
            break
    """,
    "zip": """
        for pair in zip(range(2), self.items("a", 3)):
            pass
    """,
    "map": """
        for item in map(str, self.items("a", 3)):
            break
    """,
    "a filter behind enumerate": """
        for pair in enumerate(filter(None, self.items("a", 3))):
            break
    """,
    "islice": """
        for item in itertools.islice(self.items("a", 3), 2):
            self.log.append(item)
    """,
    "next": """
        generator = self.items("a", 3)
        self.log.append(next(generator))
        generator = None
    """,
    "next of a temporary": """
        self.log.append(next(self.items("a", 3)))
    """,
    "any": """
        self.log.append(any(item == 1 for item in self.items("a", 3)))
    """,
    "in": """
        self.log.append(1 in self.items("a", 3))
    """,
    "unpacking": """
        first, *rest = self.items("a", 3)
    """,
    "too many to unpack": """
        try:
            first, second = self.items("a", 3)
        except ValueError:
            self.log.append("caught")
    """,
    "a generator within one": """
        for item in self.outer("a"):
            break
    """,
    "yield from": """
        for item in self.delegating("a"):
            break
    """,
    "a variable of a generator": """
        for item in self.keeping("a"):
            break
    """,
    "a generator expression": """
        for item in (item + 1 for item in self.items("a", 3)):
            break
    """,
    "a lock held within": """
        for item in self.locked():
            break
        self.log.append(self.lock.acquire(blocking=False))
        self.lock.release()
    """,
    "a variable that is assigned again": """
        generator = self.items("a", 3)
        for item in generator:
            break
        self.log.append("left")
        generator = self.items("b", 1)
        for item in generator:
            self.log.append(item)
    """,
    "close": """
        generator = self.items("a", 3)
        next(generator)
        generator.close()
    """,
    "a loop that goes on with it": """
        generator = self.items("a", 3)
        for item in generator:
            break
        self.log.append("between")
        for item in generator:
            self.log.append(item)
    """,
    "kept in an attribute": """
        self.kept = self.items("a", 3)
        for item in self.kept:
            break
        self.log.append("kept")
        self.kept = None
    """,
    "in a list": """
        self.kept = [self.items("a", 3)]
        next(self.kept[0])
        self.kept = None
    """,
    "in a dict that is cleared": """
        kept = {"a": self.items("a", 3)}
        next(kept["a"])
        kept.clear()
    """,
    "in a list of iterators": """
        kept = [enumerate(self.items("a", 3))]
        next(kept[0])
        kept = None
    """,
    "an iterator behind an iterator": """
        self.kept = itertools.chain(self.items("a", 3), [1])
        next(self.kept)
        self.kept = None
    """,
    "a generator that holds a list of them": """
        for item in self.keeping_list("a"):
            break
    """,
}

SOURCE = """
import itertools
import threading


class Left:
    def __init__(self):
        self.log = []
        self.count = 0
        self.lock = threading.Lock()

    def items(self, name, count):
        try:
            for item in range(count):
                self.count += 0
                yield item
        finally:
            self.log.append(f"{name} ends")

    def outer(self, name):
        try:
            for item in self.items(name, 3):
                yield item
        finally:
            self.log.append("outer ends")

    def delegating(self, name):
        yield from self.items(name, 3)
        self.log.append("not reached")

    def keeping(self, name):
        within = self.items(name, 3)
        for item in within:
            yield item

    def keeping_list(self, name):
        within = [self.items(name, 3)]
        for item in within[0]:
            yield item

    def locked(self):
        with self.lock:
            yield 0

    def first(self, name):
        for item in self.items(name, 3):
            return item

    def run(self):
        BODY
        self.log.append("after")

    def other(self):
        self.count += 0

    workers = (run, other)

    def check(self):
        assert self.log == LOG, self.log
"""


def written(tmp_path, body, log):
    indented = body.strip("\n").removeprefix("        ")
    path = tmp_path / "left.py"
    path.write_text(SOURCE.replace("BODY", indented) + f"\n\nLOG = {log!r}\n")
    return path


@pytest.mark.sampled(3)
@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("body", LEFT.values(), ids=LEFT)
def test_a_generator_that_is_left_ends_where_cpython_ends_it(tmp_path, body, search):
    """Its `finally` may release a lock, join a thread, or write what others read."""
    really = runpy.run_path(str(written(tmp_path, body, [])))["Left"]()
    really.run()

    verdict = explore(
        written(tmp_path, body, really.log), search=search, jobs=1, limit_seconds=60
    )

    assert "after" in really.log
    assert (verdict.outcome, verdict.exhausted) == ("holds", True), verdict.reason


SHARED = """
class Shared:
    def __init__(self):
        self.taken = []
        self.source = LAZY

    def numbers(self):
        for number in range(4):
            value = self.taken
            yield number

    def take(self):
        for item in self.source:
            self.taken.append(item)
            break

    workers = (take, take)

    def check(self):
        assert len(self.taken) == 2
        assert self.taken in ALLOWED
"""


@pytest.mark.parametrize(
    ("lazy", "items"),
    [
        ("self.numbers()", [0, 1]),
        ("enumerate(self.numbers())", [(0, 0), (1, 1)]),
        ("map(str, self.numbers())", ["0", "1"]),
        ("zip(self.numbers(), 'abcd')", [(0, "a"), (1, "b")]),
    ],
)
def test_two_workers_that_share_what_is_lazy_are_seen_to_race(tmp_path, lazy, items):
    """What stands for the generator is one thing for both of them.

    A generator that runs raises a ValueError where another worker asks it for an item.
    """
    path = tmp_path / "shared.py"
    allowed = [items, items[::-1]]
    path.write_text(SHARED.replace("LAZY", lazy) + f"\n\nALLOWED = {allowed!r}\n")

    ends = {
        search: explore(
            path, search=search, jobs=1, limit_seconds=60, keep_going=True
        ).outcomes
        for search in ("dpor", "brute")
    }

    shown = {search: {one.state for one in found} for search, found in ends.items()}
    assert shown["dpor"] == shown["brute"]
    assert len(shown["dpor"]) > 1
