"""An object whose class has `__del__` dies where CPython lets it die."""

import runpy
import textwrap

import pytest

from bench.correctness.api import explore
from bench.correctness.programs.discovery import find_scenarios
from tests.correctness.dying_programs import DROPPED, DYING, HELD
from tests.correctness.holding_programs import IN_TASKS, IN_THREADS
from tests.correctness.outcomes import SEARCHES, end_states

ALL = {**DYING, **{f"within {name}": body for name, body in HELD.items()}}
SOURCE = """
import collections, contextlib, dataclasses, functools, weakref


class Handle:
    def __init__(self, pool):
        self.pool = pool
        self.used = 0
        pool.log.append("opened")

    def use(self):
        self.used += 1

    def __del__(self):
        self.pool.log.append(f"closed after {self.used}")


class Slotted:
    __slots__ = ("pool", "used", "__weakref__")
    __init__, use, __del__ = Handle.__init__, Handle.use, Handle.__del__


class Closed:
    __slots__ = ("pool", "used")
    __init__, use, __del__ = Handle.__init__, Handle.use, Handle.__del__


class Holder:
    def __init__(self, handle):
        self.handle = handle


class Slot:
    __slots__ = ("handle",)
    __init__ = Holder.__init__


@dataclasses.dataclass
class Record:
    parts: list


class Dying:
    def __init__(self):
        self.log = []
        self.count = 0
        self.handles = {}
        self.many = []
        self.first = Handle(self)

    def use_once(self):
        handle = Handle(self)
        handle.use()

    def fail(self):
        handle = Handle(self)
        handle.use()
        raise ValueError

    def take(self, handles):
        handles[0].use()

    def run(self):
        BODY
        self.count += 0
        self.log.append("after")

    def other(self):
        self.count += 0

    workers = (run, other)

    def check(self):
        self.later = None
        assert self.log == LOG, self.log
"""


def written(tmp_path, body, log):
    indented = body.strip("\n").removeprefix("        ")
    path = tmp_path / "dying.py"
    path.write_text(SOURCE.replace("BODY", indented) + f"\n\nLOG = {log!r}\n")
    return path


@pytest.mark.sampled(3)
@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("body", ALL.values(), ids=ALL)
def test_an_object_dies_where_cpython_lets_it_die(tmp_path, body, search):
    """A finalizer that gives something back is code of the program as any other."""
    really = runpy.run_path(str(written(tmp_path, body, [])))["Dying"]()
    really.run()
    really.later = None
    log = list(really.log)

    verdict = explore(
        written(tmp_path, body, log), search=search, jobs=1, limit_seconds=60
    )

    assert len(log) > 1
    assert (verdict.outcome, verdict.exhausted) == ("holds", True), verdict.failure


BESIDE = """
import collections, concurrent.futures, functools, queue, types, weakref

class Closing:
    def __init__(self, pool):
        self.pool = pool

    def __del__(self):
        self.pool.close()

class Holder:
    def __init__(self, handle):
        self.handle = handle

def closing(pool):
    try:
        yield
    finally:
        pool.close()

class Beside:
    def __init__(self):
        self.is_open, self.seen = True, None
        {make}

    def close(self, dead=None):
        self.is_open = False

    def drop(self):
        {drop}

    def look(self):
        self.seen = self.is_open

    def check(self):
        raise AssertionError(f"{{self.seen}} {{self.is_open}}")

    workers = (drop, look)
"""


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", DROPPED)
def test_another_worker_sees_what_a_dying_object_does(tmp_path, name, search):
    """The write is in no line of the program: only in what the line lets die."""
    make, drop = DROPPED[name]
    path = tmp_path / "beside.py"
    path.write_text(BESIDE.format(make=make, drop=drop))
    (program,) = find_scenarios(str(path))

    states = end_states(program, search, seconds=60)

    assert states == {"AssertionError: True False", "AssertionError: False False"}


HOLDING = """
import asyncio, concurrent.futures, threading

class H:
    def __init__(self, log):
        self.log = log

    def __del__(self):
        self.log.append("dead")

class Holding:
    def __init__(self):
        self.log, self.r = [], None
MAKE

    ASYNC def look(self):
        self.r = len(self.log)

    ASYNC def drop(self):
DROP

    def check(self):
        raise AssertionError(f"{self.r}")

    workers = (look, drop)
"""


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize(
    ("kind", "name"),
    [*(("async", one) for one in IN_TASKS), *(("", one) for one in IN_THREADS)],
)
def test_what_has_ended_holds_nothing(tmp_path, kind, name, search):
    """A task, a callback or a job of a pool lets go what it was given and returned."""
    make, drop, lengths = (IN_TASKS if kind else IN_THREADS)[name]
    source = HOLDING.replace("ASYNC ", "async " if kind else "")
    for mark, body in (("MAKE", make or "pass"), ("DROP", drop)):
        source = source.replace(mark, textwrap.indent(body, " " * 8))
    path = tmp_path / "holding.py"
    path.write_text(source)
    (program,) = (one for one in find_scenarios(str(path)) if "Holding" in one.name)

    states = end_states(program, search, seconds=60)

    assert {one.removeprefix("AssertionError: ") for one in states} == set(lengths)
