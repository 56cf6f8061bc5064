"""Shared state in the plan of a port: each write beside the locks of its own line."""

import io

import pytest
from rich.console import Console

from bench.report.terminal.plan import plan as shown
from bench.shape.colour.graph import CallGraph
from bench.shape.port.plan.plans import plan
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program


def planned(body):
    """The plan of a class with two locks and a count, given its further methods."""
    head = """\
import threading, time
class A:
    def __init__(self):
        self.read, self.write = threading.Lock(), threading.Lock()
        self.n = 0
"""
    text = head + body
    (one,) = plan(CallGraph(Program({"": from_text("jobs.py", text)})))
    (state,) = one.state
    out = io.StringIO()
    Console(file=out, width=200).print(shown(one))
    (line,) = [x for x in out.getvalue().split("\n") if "A.n  written in" in x]
    return state, line.strip()


UP = """
    def up(self):
        with self.read: self.n += 1
"""


def test_a_write_without_the_lock_is_not_said_to_be_under_it():
    """A false all-clear: the reader would take a race for a guarded write."""
    state, line = planned(UP + "    def late(self): self.n += 1\n")

    assert state.lock == ""
    assert line == "A.n  written in line 8 under self.read; line 9 under no lock"
    assert "line 9: written under no lock, a race in threads" in state.do


def test_writes_under_different_locks_are_told_each_with_its_own():
    """Two locks, one at each write, exclude nothing."""
    other = "    def down(self):\n        with self.write: self.n -= 1\n"
    state, line = planned(UP + other)

    assert line == ("A.n  written in line 8 under self.read; line 10 under self.write")
    assert "no one lock is held at every write" in state.do


def test_what_may_be_a_lock_is_not_said_to_be_one():
    """A lock from an unread library is a question, not an answer."""
    other = "    def down(self, lock):\n        with lock: self.n -= 1\n"
    state, line = planned(UP + other)

    assert line == (
        "A.n  written in line 8 under self.read; line 10 under lock (unknown)"
    )
    assert "lock: not known to be a lock" in state.do


def test_a_kept_lock_is_asked_for_where_it_is_missing():
    """An asyncio lock held over an await guards only against those that take it."""
    state, _ = planned("""
    def up(self):
        with self.read:
            self.n += 1
            time.sleep(1)
    def late(self): self.n += 1
    """)

    assert "keep self.read as an asyncio lock" in state.do
    assert "line 11: written under no lock, a race in threads: take it there too" in (
        state.do
    )


@pytest.mark.parametrize("methods", [UP, UP + UP.replace("up", "down")])
def test_writes_under_one_lock_are_told_together(methods):
    """The usual case stays one short line."""
    state, line = planned(methods)

    assert (state.lock, state.apart) == ("self.read", ())
    assert line.endswith(", under self.read")


OLD = {
    "a test before the wait": (
        "if self.n == 0:\n            time.sleep(1)\n            self.n = 1",
        "line 7 reads it, line 8 awaits, line 9 writes",
    ),
    "a local name": (
        "old = self.n\n        time.sleep(1)\n        self.n = old + 1",
        "read it again after line 8, or hold one asyncio.Lock from line 7 to line 9",
    ),
    "a wait inside the sum": (
        "self.n += self.ask()",
        "line 7 reads it before its await: await into a variable",
    ),
}
NEW = {
    "a sum behind the wait": "time.sleep(1)\n        self.n += 1",
    "a sum before the wait": "self.n += 1\n        time.sleep(1)",
    "a call that changes it": "time.sleep(1)\n        self.n.append(1)",
    "what is awaited is written": "self.n = self.ask()",
    "what is awaited is put into it": "self.n[1] = self.ask()",
    "what is awaited is added to it": "self.n.append(self.ask())",
}
ASK = "    def ask(self):\n        time.sleep(1)\n        return 1\n"


@pytest.mark.parametrize(("lines", "said"), OLD.values(), ids=OLD)
def test_a_write_of_what_was_read_before_a_wait_is_told(lines, said):
    """Each of the three lines, and what to do: that it may be old says neither."""
    state, _ = planned(f"    def up(self):\n        {lines}\n{ASK}")

    assert said in state.do


@pytest.mark.parametrize("lines", NEW.values(), ids=NEW)
def test_a_write_that_reads_nothing_before_a_wait_is_not(lines):
    """Between two awaits no other task runs: there is nothing to do."""
    state, _ = planned(f"    def up(self):\n        {lines}\n{ASK}")

    assert state.do == "no lock needed: no await between reading and writing"
