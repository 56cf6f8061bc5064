# ruff: noqa: E501  # a program on one line is easier to compare than a wrapped one
"""What stops a loop, and what only looks like it: one small program a row."""

from textwrap import dedent

import pytest

from bench.shape.colour import not_followed, spread, stops_the_loop
from bench.shape.colour.graph import CallGraph
from bench.shape.reading.packages import find
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program

IMPORTS = """
import asyncio, functools, io, os, queue, socket, subprocess, sqlite3, sys, threading, time
import concurrent.futures as cf, multiprocessing as mp, urllib.request, zipfile, smtplib
import boto3, psycopg2, requests, httpx
from functools import partial
from pathlib import Path
from threading import *
from time import *
pause = time.sleep
class Slow:
    def __enter__(self): time.sleep(1)
    def __exit__(self, *args): pass
    @property
    def size(self): time.sleep(1)
    @size.setter
    def size(self, value): time.sleep(1)
    def __call__(self): time.sleep(1)
    def __getitem__(self, key): time.sleep(1)
class Runner(threading.Thread):
    def run(self): pass
def helper(): time.sleep(1)
"""
STOPS = {
    "a module under another name": "import time as t; t.sleep(1)",
    "a name of the module's": "pause(1)",
    "a star import": "sleep(1)",
    "a partial": "partial(time.sleep, 1)()",
    "a partial by name": "f = partial(time.sleep, 1); f()",
    "a lambda": "f = lambda: time.sleep(1); f()",
    "a lambda at once": "(lambda: helper())()",
    "map": "list(map(time.sleep, [1]))",
    "a key": "sorted([1], key=time.sleep)",
    "a comprehension": "return [time.sleep(x) for x in [1]]",
    "a function inside": "def inner(): time.sleep(1)\n    inner()",
    "with": "with Slow(): pass",
    "a property": "return Slow().size",
    "a property's setter": "slow = Slow()\n    slow.size = 3",
    "a call of an instance": "slow = Slow(); slow()",
    "an item": "slow = Slow(); slow[1]",
    "a subclass of Thread": "r = Runner(); r.start(); r.join()",
    "a lock of a star import": "lock = Lock(); lock.acquire()",
    "an optional parameter": "q: queue.Queue | None = queue.Queue(1); q.get()",
    "psycopg2": "con = psycopg2.connect('x'); cur = con.cursor(); cur.execute('x')",
    "boto3": "s3 = boto3.client('s3'); s3.get_object(Key='k')",
    "smtplib": "with smtplib.SMTP('h') as s: s.send_message(1)",
    "zipfile": "with zipfile.ZipFile('x') as z: z.extractall()",
    "os.walk": "for x in os.walk('/'): pass",
    "lines of a file": "with open('x') as f:\n        for line in f: pass",
    "a path": "(Path('x') / 'y').read_text()",
    "sqlite": "sqlite3.connect('x').execute('select 1')",
    "an httpx client": "with httpx.Client() as c: c.get('http://x')",
    "its own loop": "asyncio.run_coroutine_threadsafe(g(), asyncio.get_running_loop()).result()",
    "call_soon": "asyncio.get_running_loop().call_soon(helper)",
    "call_later": "asyncio.get_running_loop().call_later(1, time.sleep, 1)",
    "a done callback": "t = asyncio.create_task(g()); t.add_done_callback(lambda t: time.sleep(1))",
    "a caught import": "try: import requests as r\n    except ImportError: r = None\n    r.get('x')",
    "a pool": "with cf.ThreadPoolExecutor() as pool: pool.map(print, [1])",
    "a process": "subprocess.Popen(['x']).communicate()",
    "a queue of processes": "mp.Queue().get()",
}  # fmt: skip
RUNS_ON = {
    "an awaited sleep": "await asyncio.sleep(1)",
    "a thread": "await asyncio.to_thread(time.sleep, 1)",
    "a pool": "await asyncio.get_running_loop().run_in_executor(None, helper)",
    "a partial that is not called": "return partial(time.sleep, 1)",
    "a lambda that is handed on": "return lambda: time.sleep(1)",
    "a thread that is started": "threading.Thread(target=helper).start()",
    "a string": "t = ','; t.join(['a'])",
    "a dictionary": "q = {}; q.get('k')",
    "what was a queue": "q = queue.Queue(1)\n    q = {}\n    return q.get('k')",
    "an asyncio queue": "q = asyncio.Queue(); await q.get()",
    "a queue with room": "q = queue.Queue(); q.put(1)",
    "a simple queue": "q = queue.SimpleQueue(); q.put(1)",
    "without waiting": "lock = Lock(); lock.acquire(blocking=False)",
    "no time limit at all": "lock = Lock(); lock.acquire(timeout=0)",
    "get without waiting": "q = queue.Queue(); q.get(block=False)",
    "a future that is done": "f = cf.Future(); await asyncio.wrap_future(f); return f.result()",
    "bytes in memory": "io.BytesIO(b'x').read()",
    "a path that is only made": "Path('x') / 'y'",
    "a switched off branch": "if False: time.sleep(1)",
    "behind a return": "return 1\n    time.sleep(1)",
    "unknown": "x.get('k'); y.join(); z.acquire()",
    "a coroutine that is made": "c = g(); await c",
    "a generator that is not run": "def gen():\n        time.sleep(1)\n        yield 1\n    return gen()",
    "an event that is set": "e = threading.Event(); e.set()",
    "select that polls": "import select; select.select([], [], [], 0)",
}  # fmt: skip


def stops(body):
    text = f"{IMPORTS}\nasync def g(): await asyncio.sleep(0)\nasync def f(x=None, y=None, z=None):\n    {body}\n"
    return [
        one
        for one in stops_the_loop(from_text("test", text))
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
    text = "import somelib\nclient = somelib.Client()\ndef f(x):\n    client.get(1)\n    x.run()\n    x.run()\n"
    graph = CallGraph(Program({"": from_text("test", text)}))

    found = {one.call: (one.why, one.calls) for one in not_followed(graph)}

    assert found["somelib.Client.get"] == ("library", 1)
    assert found["x.run"] == ("unknown", 2)


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
