# ruff: noqa: E501  # a program on one line is easier to compare than a wrapped one
"""Which lock guards a write: of programs that hold it, and that only seem to."""

import io
from textwrap import dedent, indent

import pytest
from rich.console import Console

from bench.report.terminal.porting import _guard
from bench.report.terminal.porting import states as state_table
from bench.shape.reading.source import from_text
from bench.shape.resolution.arguments import learn
from bench.shape.resolution.evaluate import Types
from bench.shape.resolution.program import Program
from bench.shape.state.shared import shared

MAKER = """
import threading
from collections import defaultdict
from contextlib import ExitStack, nullcontext
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
        self.shards = [threading.Lock() for _ in range(8)]
        self.by_key = defaultdict(threading.Lock)
        self.cash = []
        self.table = {}
        self.sold = 0

    def lock_of(self, key):
        return self.by_key[key]
"""


def states(body):
    """What shape says of each attribute that a method with this body writes."""
    text = MAKER + indent(
        f"\ndef work(self, other, done):\n{indent(dedent(body), '    ')}", "    "
    )
    return found_in(text)


def found_in(text):
    program = Program({"": from_text("test", dedent(text))})
    types = Types(program)
    learn(types)
    return {one.name: one for one in shared(types, "")}


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
    "an exit stack": "with ExitStack() as stack:\n    stack.enter_context(self.lock)\n    self.sold += 1",
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
    "behind an exit stack": "with ExitStack() as stack:\n    stack.enter_context(self.lock)\nself.sold += 1",
    "an exit stack, perhaps": "with ExitStack() as stack:\n    if done: stack.enter_context(self.lock)\n    self.sold += 1",
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


CHOSEN = {
    "of a list": ("with self.shards[other]: self.sold += 1", "self.shards[other]"),
    "of a dict": ("with self.by_key[other]: self.sold += 1", "self.by_key[other]"),
    "by a name": (
        "lock = self.shards[other]\nwith lock: self.sold += 1",
        "self.shards[other]",
    ),
    "by a method": ("with self.lock_of(1): self.sold += 1", "self.lock_of(1)"),
    "acquired": (
        "self.shards[other].acquire()\nself.sold += 1\nself.shards[other].release()",
        "self.shards[other]",
    ),
    "of two": (
        "with self.lock if done else self.other: self.sold += 1",
        "self.lock if done else self.other",
    ),
    "or none": (
        "with self.lock if done else nullcontext(): self.sold += 1",
        "self.lock if done else nullcontext()",
    ),
}


@pytest.mark.parametrize(("body", "name"), CHOSEN.values(), ids=CHOSEN)
def test_one_of_several_locks_is_no_clear_guard(body, name):
    """Two workers may be inside with a lock each, at `self.shards[0]` and `[1]`."""
    one = states(body)["sold"]

    assert (one.guards, one.unguarded_lines, one.unsure) == ((), (), ())
    assert _guard([one]) == f"not always the same lock: {name}"


def test_an_item_of_a_table_that_is_written_out_is_one_lock():
    """`self.by_key["red"]` is the same at every place."""
    one = states("with self.by_key['red']: self.sold += 1")["sold"]

    assert one.guards == ("self.by_key['red']",)


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


def test_a_lock_of_a_table_is_named_in_full():
    """A terminal that takes `[key]` for mark-up would name the table, not its lock."""
    console = Console(file=io.StringIO(), width=200)
    with_key = (
        "with self.table['red']: self.sold += 1\nwith self.locks[red]: self.cash = 1"
    )
    console.print(*state_table(list(states(with_key).values()), ()))

    assert "with self.locks[red], not" in console.file.getvalue()


HELD = {
    "a helper": "def up(self):\n        with self.lock: self._add()\n    def _add(self): self.n += 1",
    "called twice": "def up(self):\n        with self.lock: self._add()\n    def down(self):\n        with self.lock: self._add()\n    def _add(self): self.n += 1",
    "through another": "def up(self):\n        with self.lock: self._one()\n    def _one(self): self._add()\n    def _add(self): self.n += 1",
    "a decorator": "@locked\n    def up(self): self.n += 1",
    "awaited": "async def up(self):\n        with self.lock: await self._add()\n    async def _add(self): self.n += 1",
}  # fmt: skip
NOT_HELD = {
    "a public one": "def up(self):\n        with self.lock: self.add()\n    def add(self): self.n += 1",
    "called bare too": "def up(self):\n        with self.lock: self._add()\n    def down(self): self._add()\n    def _add(self): self.n += 1",
    "handed on too": "def up(self):\n        with self.lock: self._add()\n        return self._add\n    def _add(self): self.n += 1",
    "in a lambda": "def up(self):\n        with self.lock: self._add()\n        return lambda: self._add()\n    def _add(self): self.n += 1",
    "of another object": "def up(self, other: 'Tally'):\n        with self.lock: other._add()\n    def _add(self): self.n += 1",
    "released inside": "def up(self):\n        with self.lock: self._add()\n    def _add(self):\n        self.lock.release()\n        self.n += 1\n        self.lock.acquire()",
    "another lock": "def up(self):\n        with self.lock: self._add()\n    def down(self):\n        with self.other: self._add()\n    def _add(self): self.n += 1",
    "a coroutine for later": "async def up(self):\n        with self.lock: made = self._add()\n        await made\n    async def _add(self): self.n += 1",
    "a decorator that lets go": "@touched\n    def up(self): self.n += 1",
    "nothing calls it": "def _add(self): self.n += 1",
}  # fmt: skip
TALLY = """
import threading
def locked(method):
    def inner(self, *args):
        with self.lock: return method(self, *args)
    return inner
def touched(method):
    def inner(self, *args):
        with self.lock: pass
        return method(self, *args)
    return inner
class Tally:
    def __init__(self):
        self.lock, self.other, self.n = threading.Lock(), threading.Lock(), 0
    {body}
"""


@pytest.mark.parametrize("body", HELD.values(), ids=HELD)
def test_a_lock_that_every_caller_holds_guards(body):
    """A private helper is called under the lock; "without a guard" is a false alarm."""
    one = found_in(TALLY.replace("{body}", body))["n"]

    assert (one.guards, one.unguarded_lines) == (("self.lock",), ())


@pytest.mark.parametrize("body", NOT_HELD.values(), ids=NOT_HELD)
def test_a_lock_that_some_caller_does_not_hold_guards_nothing(body):
    """One way in without the lock is a race."""
    one = found_in(TALLY.replace("{body}", body))["n"]

    assert one.unguarded_lines
    assert one.guards == ()


def test_what_a_decorator_holds_besides_is_not_known():
    """`@synchronized(LOCK)` holds what it was given: the reader looks."""
    one = found_in("""
        import threading
        LOCK, seen = threading.Lock(), {}
        def synchronized(lock):
            def decorate(function):
                def inner(*args):
                    with lock: return function(*args)
                return inner
            return decorate
        @synchronized(LOCK)
        def note(key): seen[key] = 1
    """)["seen"]

    assert (one.unsure, one.unguarded_lines) == (("@synchronized(LOCK)",), ())
