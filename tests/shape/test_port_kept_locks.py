"""All locks that `setdefault` puts into one dict get the same class."""

from textwrap import dedent

import pytest

from tests.shape.test_port_names import same

BUY = """
import collections, weakref
from contextlib import contextmanager
stock = {"apple": 10, "n": 0}
locks = {}
{given}
def buy(kind):
    {take}:
        have = stock[kind]
        time.sleep(0.001)
        stock[kind] = have - 1
{more}
threads = [threading.Thread(target=buy, args=("apple",)) for _ in range(3)]
for each in threads: each.start()
for each in threads: each.join()
print(stock)
"""
LOCK = "locks.setdefault(kind, threading.Lock())"
HOLD = """
@contextmanager
def hold(kind):
    lock = locks.setdefault(kind, threading.Lock())
    with lock:
        yield
"""
GIVES = "def lock_for(kind):\n    return locks.setdefault(kind, threading.RLock())"
KEEPS = """
class Locks:
    def __init__(self):
        self.guard, self.locks = threading.Lock(), {}
    def get(self, key):
        with self.guard:
            return self.locks.setdefault(key, threading.Lock())
kept = Locks()
"""
BUMP = """
def bump():
    mine = locks.setdefault("apple", threading.Lock())
    with mine:
        stock["n"] += 1
bump()
"""
USES = {
    "with the call": (f"with {LOCK}", "", ""),
    "with a name": (f"lock = {LOCK}\n    with lock", "", ""),
    "a name that is acquired": (
        f"lock = {LOCK}\n    lock.acquire()\n    try",
        "",
        "    finally:\n        lock.release()",
    ),
    "acquired in time": (
        f"lock = {LOCK}\n    if lock.acquire(timeout=9)",
        "",
        "        lock.release()",
    ),
    "a context manager": ("with hold(kind)", HOLD, ""),
    "what a function gives": ("lock = lock_for(kind)\n    with lock", GIVES, ""),
    "what a method gives": ("lock = kept.get(kind)\n    with lock", KEEPS, ""),
    "another name elsewhere": (f"lock = {LOCK}\n    with lock", "", BUMP),
    "a lock made before": (
        "new = threading.Lock()\n    lock = locks.setdefault(kind, new)\n    with lock",
        "",
        "",
    ),
    "an ordered dict": (
        f"lock = {LOCK}\n    with lock",
        "locks = collections.OrderedDict()",
        "",
    ),
    "a weak dict": (
        f"lock = {LOCK}\n    with lock",
        "locks = weakref.WeakValueDictionary()",
        "",
    ),
    "a dict in a dict": (
        "lock = locks.setdefault(0, {}).setdefault(kind, threading.Lock())\n"
        "    with lock",
        "",
        "",
    ),
    "a dict that is given": (f"lock = {LOCK}\n    with lock", "", ""),
}


@pytest.mark.parametrize("use", USES)
def test_a_lock_of_setdefault_is_awaited_where_it_is_held_over_a_wait(use, tmp_path):
    """No update is lost, and nothing takes a lock of threads in the loop."""
    take, given, more = USES[use]
    body = dedent(BUY).replace("{given}", given).replace("{take}", take)
    body = body.replace("{more}", more)
    if use == "a dict that is given":
        body = body.replace("def buy(kind)", "def buy(kind, table)")
        body = body.replace("locks.set", "table.set")
        body = body.replace('args=("apple",)', 'args=("apple", locks)')
    same(body, tmp_path)


def test_a_short_lock_of_setdefault_stays_one_of_threads(tmp_path):
    """Nothing waits while it is held."""
    body = """
        locks, seen = {}, []
        def note(kind):
            lock = locks.setdefault(kind, threading.Lock())
            with lock:
                seen.append(kind)
        def work():
            time.sleep(0)
            note("a")
        work()
        print(seen)
    """
    assert "threading.Lock()" in same(body, tmp_path)
