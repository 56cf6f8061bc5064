# ruff: noqa: E501  # a program on one line is easier to compare than a wrapped one
"""Which lock guards a write: of programs that hold it, and that only seem to."""

from textwrap import dedent, indent

import pytest

from bench.report.terminal.porting import _guard
from bench.shape.reading.source import from_text
from bench.shape.resolution.evaluate import Types
from bench.shape.resolution.program import Program
from bench.shape.state.shared import shared

MAKER = """
import threading
from threading import Lock as Mutex
import heapq

def make_lock():
    return threading.Lock()

class Till:
    def __init__(self, given=None, typed: threading.Lock | None = None):
        self.lock = threading.Lock()
        self.other = threading.Lock()
        self.again = threading.RLock()
        self.aliased = Mutex()
        self.made = make_lock()
        self.given = given
        self.typed = typed
        self.not_empty = threading.Condition(self.lock)
        self.slots = threading.Semaphore(5)
        self.one = threading.BoundedSemaphore(1)
        self.cash = []
        self.table = {}
        self.sold = 0
"""


def states(body):
    """What shape says of each attribute that a method with this body writes."""
    text = MAKER + indent(
        f"\ndef work(self, other, done):\n{indent(dedent(body), '    ')}", "    "
    )
    return found_in(text)


def found_in(text):
    program = Program({"": from_text("test", dedent(text))})
    return {one.name: one for one in shared(Types(program), "")}


GUARDED = {
    "with": "with self.lock: self.sold += 1",
    "two items": "with open('x') as f, self.lock: self.sold += 1",
    "acquire": "self.lock.acquire()\nself.sold += 1\nself.lock.release()",
    "try finally": "self.lock.acquire()\ntry: self.sold += 1\nfinally: self.lock.release()",
    "acquire in try": "try:\n    self.lock.acquire()\n    self.sold += 1\nfinally: self.lock.release()",
    "tried": "if self.lock.acquire(False):\n    self.sold += 1\n    self.lock.release()",
    "tried or left": "if not self.lock.acquire(timeout=1): return\nself.sold += 1",
    "tried by name": "ok = self.lock.acquire(blocking=False)\nif ok: self.sold += 1",
    "released in one arm": "with self.lock:\n    if done: return\n    self.sold += 1",
    "in a loop": "with self.lock:\n    for _ in range(3): self.sold += 1",
    "alias": "lock = self.lock\nwith lock: self.sold += 1",
    "an RLock": "with self.again: self.sold += 1",
    "another name": "with self.aliased: self.sold += 1",
    "a factory": "with self.made: self.sold += 1",
    "by annotation": "with self.typed: self.sold += 1",
    "a condition": "with self.not_empty: self.sold += 1",
    "a semaphore of one": "with self.one: self.sold += 1",
    "through a match": "with self.lock:\n    match done:\n        case 1: self.sold += 1",
}  # fmt: skip


@pytest.mark.parametrize("body", GUARDED.values(), ids=GUARDED)
def test_a_write_inside_a_lock_is_guarded(body):
    """In every shape in which people take one."""
    (one,) = states(body).values()

    assert (one.name, one.unguarded_lines, one.unsure) == ("sold", (), ())
    assert one.guards


BARE = {
    "behind with": "with self.lock: pass\nself.sold += 1",
    "behind finally": "self.lock.acquire()\ntry: pass\nfinally: self.lock.release()\nself.sold += 1",
    "behind both arms": "self.lock.acquire()\nif done: self.lock.release()\nelse: self.lock.release()\nself.sold += 1",
    "behind one arm": "self.lock.acquire()\nif done: self.lock.release()\nself.sold += 1",
    "released inside": "with self.lock:\n    self.lock.release()\n    self.sold += 1\n    self.lock.acquire()",
    "a fresh lock": "with threading.Lock(): self.sold += 1",
    "a local lock": "lock = threading.Lock()\nwith lock: self.sold += 1",
    "a counter": "with self.slots: self.sold += 1",
    "a failed try": "self.lock.acquire(False)\nself.sold += 1",
    "a time limit": "self.lock.acquire(timeout=0.1)\nself.sold += 1",
    "the wrong arm": "if self.lock.acquire(False): pass\nelse: self.sold += 1",
    "a file": "with open('x'): self.sold += 1",
    "in a loop that lets go": "self.lock.acquire()\nfor _ in range(2):\n    self.sold += 1\n    self.lock.release()",
    "in a function inside": "with self.lock:\n    def later(): self.sold += 1\n    later()",
}  # fmt: skip


@pytest.mark.parametrize("body", BARE.values(), ids=BARE)
def test_a_write_that_no_lock_guards_is_told(body):
    """An all-clear that is false costs the reader a race."""
    one = states(body)["sold"]

    assert one.unguarded_lines
    assert not one.unsure


@pytest.mark.parametrize(
    "body", ["with self.given: self.sold += 1", "with other: self.sold += 1"]
)
def test_what_may_be_a_lock_is_neither_clear_nor_bare(body):
    """A parameter without a type: the file does not say what is entered."""
    one = states(body)["sold"]

    assert (one.guards, one.unguarded_lines) == ((), ())
    assert "not known to be a lock" in _guard([one])


def test_two_locks_do_not_guard_one_attribute():
    """Each write is in a lock, and still two workers write at once."""
    one = states("with self.lock: self.sold += 1\nwith self.other: self.sold -= 1")[
        "sold"
    ]

    assert one.different
    assert _guard([one]) == "by different locks: self.lock, self.other"


def test_a_condition_made_on_a_lock_is_that_lock():
    """The usual form of a bounded buffer: two conditions, one lock."""
    one = states("with self.lock: self.sold += 1\nwith self.not_empty: self.sold -= 1")[
        "sold"
    ]

    assert (one.guards, one.different) == (("self.lock",), False)


WRITES = {
    "a tuple": ("self.sold, self.cash = 1, []", {"sold", "cash"}),
    "with as": ("with open('x') as self.file: pass", {"file"}),
    "a loop variable": ("for self.sold in range(3): pass", {"sold"}),
    "an item": ("self.table['x'] = 1", {"table"}),
    "a part": ("self.table['x'].name = 1", {"table"}),
    "deleted": ("del self.table['x']", {"table"}),
    "a method": ("self.cash.append(1)", {"cash"}),
    "heappush": ("heapq.heappush(self.cash, 1)", {"cash"}),
    "setattr": ("setattr(self, 'sold', 2)", {"sold"}),
    "an alias": ("cash = self.cash\ncash.append(1)", {"cash"}),
    "a closure": ("def inner():\n    self.sold += 1\nreturn inner", {"sold"}),
    "the class": ("Till.count = 1", {"count"}),
    "type(self)": ("type(self).count = 1", {"count"}),
    "its class": ("self.__class__.count = 1", {"count"}),
    "another of the class": ("till = Till()\ntill.sold = 1", {"sold"}),
    "nothing": ("x = self.sold\ncash = []\ncash.append(x)", set()),
    "a primitive": ("self.lock.acquire()\nself.lock.release()", set()),
}


@pytest.mark.parametrize(("body", "names"), WRITES.values(), ids=WRITES)
def test_a_write_is_seen_however_it_is_written(body, names):
    """What is not seen cannot be told to be bare."""
    assert set(states(body)) == names


def test_a_subclass_writes_what_its_base_guards():
    """The lock and the attribute are the base's; the write is found under its name."""
    found = found_in("""
        import threading
        class Base:
            def __init__(self):
                self.lock = threading.Lock()
                self.n = 0
            def up(self):
                with self.lock: self.n += 1
        class Sub(Base):
            def down(self): self.n -= 1
    """)

    assert (found["n"].owner, found["n"].unguarded_lines) == ("Base", (10,))
