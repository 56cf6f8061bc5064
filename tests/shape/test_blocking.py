# ruff: noqa: E501  # a program on one line is easier to compare than a wrapped one
"""What stops a loop, and what only looks like it: one small program a row."""

from textwrap import dedent

import pytest

from bench.shape.colour import not_followed, spread, stops_the_loop
from bench.shape.colour.graph import CallGraph
from bench.shape.reading.packages import find
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program
from bench.studies.blocking_programs import RUNS_ON, STOPS, module_of


def stops(body):
    return [
        one
        for one in stops_the_loop(from_text("test", module_of(body)))
        if one.function.startswith("f")
    ]


@pytest.mark.parametrize("body", STOPS.values(), ids=STOPS)
def test_a_call_that_stops_the_loop_is_found(body):
    """However it is spelled: a false all-clear costs an outage."""
    assert stops(body)


@pytest.mark.parametrize("body", RUNS_ON.values(), ids=RUNS_ON)
def test_a_call_that_does_not_stop_the_loop_is_not_named(body):
    """A false alarm costs trust."""
    assert stops(body) == []


def test_every_definition_of_a_name_is_read():
    """Overloads, both arms of an `if`, and the one that an import's failure makes."""
    text = """
        import time
        from typing import overload
        @overload
        async def get(x: int): ...
        @overload
        async def get(x: str): ...
        async def get(x): time.sleep(1)
        if time:
            async def pick(): pass
        else:
            async def pick(): time.sleep(1)
    """
    found = stops_the_loop(from_text("test", dedent(text)))

    assert [one.function for one in found] == ["get", "pick"]


def test_a_name_means_what_its_last_binding_says():
    """The same name in another function, or earlier in this one, says nothing."""
    text = """
        import queue, socket, threading
        def starter():
            t = threading.Thread(); t.join()
            s = socket.socket(); s.connect(1)
        async def one(t): return t.join(["a"])
        async def two(s: str): return s.connect("x")
        class Cache:
            def __init__(self): self.jobs = {}
            async def look(self): return self.jobs.get("k")
        class Worker:
            def __init__(self): self.jobs = queue.Queue()
            def run(self): self.jobs.get()
    """
    assert stops_the_loop(from_text("test", dedent(text))) == ()


def test_code_that_runs_on_import_is_read():
    """Module level, class bodies and defaults: before any loop, and named."""
    text = """
        import time
        time.sleep(1)
        class A:
            time.sleep(1)
        async def f(x=input()): pass
    """
    found = spread({"": from_text("test", dedent(text))})

    assert [(one.function, one.line) for one in found] == [
        ("<module>", 3),
        ("A (class body)", 5),
    ]
    assert all("import" in (one.obstacle or "") for one in found)


def test_a_helper_in_a_module_beside_the_file_is_followed(tmp_path):
    """The usual project: a file that imports its neighbours, also by re-export."""
    package = tmp_path / "shop"
    package.mkdir()
    (package / "__init__.py").write_text("from .db import query\n")
    (package / "db.py").write_text(
        "import time\nclass Base:\n    def go(self): time.sleep(1)\ndef query(): Base().go()\n"
    )
    (package / "app.py").write_text(
        "import shop\nfrom .db import *\nclass Sub(Base): pass\nasync def a(): shop.query()\nasync def b(s: Sub): s.go()\nasync def c(): query()\n"
    )

    found = stops_the_loop(find(str(package / "app.py")))

    assert [one.function for one in found] == ["a", "b", "c"]
    assert found[0].through == ("shop.db:query", "shop.db:Base.go")


def test_what_is_not_followed_is_listed():
    """A library that is not read, and a receiver of which nothing is known."""
    text = "import somelib\nclient = somelib.Client()\ndef f(x):\n    client.get(1)\n    x.run()\n    x.run()\n    x[0](1)\n    x.of()()\n"
    graph = CallGraph(Program({"": from_text("test", text)}))

    found = {one.call: (one.why, one.calls) for one in not_followed(graph)}

    assert found["somelib.Client.get"] == ("library", 1)
    assert found["x.run"] == ("unknown", 2)
    assert found["x[0]"] == found["x.of()"] == ("unknown", 1)


def test_entering_what_is_not_known_is_listed():
    """`with lock` may wait as `q.get()` may; silence would be a false all-clear."""
    text = """
import io, somelib, threading
kept = somelib.Client()
async def strict(lock, locks):
    with lock: pass
    with locks[0], lock: pass
    with kept: pass
    async with lock: pass
async def known(own: io.StringIO):
    with own, threading.Lock(): pass
"""
    graph = CallGraph(Program({"": from_text("test", text)}))

    found = {one.call: (one.why, one.lines) for one in not_followed(graph)}

    assert found == {
        "somelib.Client": ("library", (3,)),
        "with somelib.Client": ("library", (7,)),
        "with lock": ("unknown", (5, 6)),
        "with locks[0]": ("unknown", (6,)),
    }


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("with self.lock: self.n += 1", "lock"),
        ("with self.lock: time.sleep(1)", "waits"),
        ("with self.cond: self.cond.notify()", "waits"),  # asyncio's too needs its lock
        ("Slow()", "implicit"),
        ("self.plain()", "lock"),
    ],
)
def test_waiting_and_only_taking_a_lock_are_told_apart(body, reason):
    """A port drops a lock inside which nothing waits."""
    text = f"""
import threading, time
class Slow:
    def __init__(self): time.sleep(1)
class A:
    def __init__(self):
        self.lock, self.cond, self.n = threading.Lock(), threading.Condition(), 0
    def plain(self):
        with self.lock: self.n -= 1
    def wait(self):
        with self.cond: self.cond.wait()
    def work(self):
        {body}
"""
    (found,) = [
        one for one in spread({"": from_text("t", text)}) if one.function == "A.work"
    ]
    assert found.reason == reason
