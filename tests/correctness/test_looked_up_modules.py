"""Modules that a program looks up: in `sys.modules`, and those that are refused."""

import sys
from textwrap import dedent

import pytest

from bench.correctness import explore_all
from bench.errors import CannotRunError

LOOK_UP = {
    "item": """
        def load(name):
            __import__(name)
            return sys.modules[name]
    """,
    "get": """
        def load(name):
            return sys.modules.get(name)
    """,
    "through a name": """
        def load(name):
            known = sys.modules
            return known[name]
    """,
    "setdefault": """
        def load(name):
            return sys.modules.setdefault(name, None)
    """,
    "at import": """
        FOUND = {name: sys.modules[name] for name in ("queue", "threading")}

        def load(name):
            return FOUND[name]
    """,
    "lazily, as six does": """
        class Moved:
            def __init__(self, name):
                self.name = name
            def __getattr__(self, attribute):
                __import__(self.name)
                value = getattr(sys.modules[self.name], attribute)
                setattr(self, attribute, value)
                return value

        def load(name):
            return Moved(name)
    """,
}
USE = """
class Holds:
    def __init__(self):
        self.lock = load("threading").Lock()
        self.items = load("queue").Queue()
        self.total = 0
    def work(self):
        self.items.put(1)
        with self.lock:
            self.total += self.items.get(block=False)
    workers = (work, work)
    def check(self): assert self.total == 2

class Broken(Holds):
    def work(self):
        self.items.put(1)
        self.total += self.items.get(block=False)
    workers = (work, work)
"""


def verdicts(tmp_path, source, **options):
    path = tmp_path / "program.py"
    path.write_text(source, encoding="utf-8")
    return {
        verdict.scenario.rpartition(":")[2]: verdict.outcome
        for verdict in explore_all(path, jobs=1, limit_seconds=10, **options)
    }


@pytest.mark.parametrize("way", LOOK_UP)
def test_a_module_that_is_looked_up_is_the_model(way, tmp_path):
    """A real queue has real locks, which stop the explorer, or exclude no worker."""
    source = f"import queue, sys, threading\n{dedent(LOOK_UP[way])}\n{USE}"

    assert verdicts(tmp_path, source) == {"Holds": "holds", "Broken": "broken"}


def test_a_program_sees_and_changes_the_modules_as_they_are(tmp_path):
    """Only what is replaced differs: a fake of the program stays the program's."""
    source = """
import sys, types
import threading

class Holds:
    def __init__(self): self.seen = []
    def work(self):
        assert "threading" in sys.modules and "no_such_module" not in sys.modules
        assert sys.modules.get("no_such_module") is None
        assert sys.modules["threading"] is threading
        assert sys.modules[__name__].Holds is Holds
        self.seen.append(1)
    def fake(self):
        sys.modules["a_fake_one"] = fake = types.SimpleNamespace(answer=42)
        import a_fake_one
        assert a_fake_one is fake is sys.modules.pop("a_fake_one")
        self.seen.append(2)
    workers = (work, fake)
    def check(self):
        assert len(sys.modules) == len(list(sys.modules)) == len(sys.modules.copy())
"""
    before = dict(sys.modules)

    assert verdicts(tmp_path, source) == {"Holds": "holds"}
    assert {name: sys.modules[name] for name in before} == before


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("'made' not in sys.modules", "sys.modules['made'] = self"),
        ("sys.modules.get('made') is None", "sys.modules.setdefault('made', self)"),
        ("'made' not in list(sys.modules)", "sys.modules['made'] = 1"),
    ],
)
@pytest.mark.parametrize("search", ["dpor", "brute"])
def test_workers_that_meet_at_an_entry_are_seen(first, then, search, tmp_path):
    """A look and a later change are two steps: both workers may have looked."""
    source = f"""
import sys

class Broken:
    def __init__(self):
        sys.modules.pop("made", None)
        self.made = []
    def work(self):
        if {first}:
            {then}
            self.made.append(1)
    workers = (work, work)
    def check(self):
        sys.modules.pop("made", None)
        assert len(self.made) == 1
"""
    assert verdicts(tmp_path, source, search=search) == {"Broken": "broken"}


def test_one_method_of_the_modules_is_one_step(tmp_path):
    """As those of a dict are: one of two that pop an entry gets it."""
    source = """
import sys

class Holds:
    def __init__(self):
        sys.modules["made"] = self
        self.got = []
    def work(self):
        if sys.modules.pop("made", None) is not None:
            self.got.append(1)
    workers = (work, work)
    def check(self): assert self.got == [1]
"""
    assert verdicts(tmp_path, source) == {"Holds": "holds"}


def test_the_modules_attribute_of_other_objects_is_their_own(tmp_path):
    """Only `sys` has the modules of the process."""
    source = """
class Holds:
    def __init__(self): self.modules = []
    def work(self): self.modules.append(1)
    workers = (work, work)
    def check(self): assert self.modules == [1, 1]
"""
    assert verdicts(tmp_path, source) == {"Holds": "holds"}


def test_what_is_refused_may_be_named_in_annotations(tmp_path):
    """A library names trio's classes in what it does not use with asyncio."""
    source = """
import trio

class Stream:
    def __init__(self, stream: trio.abc.Stream, kind: trio.socket.SocketType = None):
        self.stream = stream

class Holds:
    def __init__(self): self.total = []
    def work(self):
        try:
            self.total.append(1)
        except (trio.Cancelled, trio.lowlevel.NoneSuch):
            raise
    workers = (work, work)
"""
    assert verdicts(tmp_path, source) == {"Holds": "holds"}


@pytest.mark.parametrize("use", ["trio.lowlevel.checkpoint()", "trio.run(print)"])
def test_the_use_of_what_is_named_is_refused(use, tmp_path):
    """By its full name."""
    source = f"""
import trio

class Refused:
    def work(self): {use}
    workers = (work, work)
"""
    with pytest.raises(CannotRunError, match=use.partition("(")[0]):
        verdicts(tmp_path, source)


def test_the_first_greenlet_of_each_thread_may_be_asked_for(tmp_path):
    """SQLAlchemy asks at its import; older libraries take it for the thread's id."""
    source = """
from greenlet import getcurrent, greenlet

MAIN = getcurrent()
CAN = hasattr(MAIN, "gr_context")

class Carrier(greenlet):
    pass

class Holds:
    def __init__(self): self.seen = []
    def work(self):
        mine = getcurrent()
        assert mine is getcurrent() and isinstance(mine, greenlet)
        self.seen.append(mine)
    workers = (work, work)
    def check(self): assert self.seen[0] is not self.seen[1]
"""
    assert verdicts(tmp_path, source) == {"Holds": "holds"}


def test_another_greenlet_is_refused(tmp_path):
    """It switches between workers by itself."""
    source = """
from greenlet import getcurrent, greenlet

class Carrier(greenlet):
    def __init__(self, work): greenlet.__init__(self, work, getcurrent())

class Refused:
    def work(self): Carrier(print).switch()
    workers = (work, work)
"""
    with pytest.raises(CannotRunError, match="Carrier"):
        verdicts(tmp_path, source)
