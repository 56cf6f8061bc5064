# ruff: noqa: E501  # a program on one line is easier to compare than a wrapped one
"""Bodies of a coroutine function `f(x, y, z)`: some stop its loop, and some do not."""

IMPORTS = """
import asyncio, contextlib, functools, io, os, queue, socket, subprocess, sqlite3, sys, threading, time
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
def in_thread(function):
    async def inner(*args): return await asyncio.to_thread(function, *args)
    return inner
@in_thread
def handed(): time.sleep(1)
def started(function):
    def inner(*args): threading.Thread(target=function, args=args).start()
    return inner
@started
def begun(): time.sleep(1)
def tried(function):
    def inner(*args): return function(*args)
    return inner
@tried
def wrapped(): time.sleep(1)
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
    "a lock of a file": "import fcntl; fcntl.flock(x, fcntl.LOCK_EX)",
    "a lock of a part of a file": "from fcntl import *; lockf(x, LOCK_SH, 1)",
    "a lock of a file with unknown flags": "import fcntl; fcntl.flock(x, y)",
    "a lock of a file that perhaps tries": "import fcntl; fcntl.flock(x, fcntl.LOCK_NB if y else 0)",
    "a child": "os.waitpid(x, os.WUNTRACED)",
    "sqlite": "sqlite3.connect('x').execute('select 1')",
    "an httpx client": "with httpx.Client() as c: c.get('http://x')",
    "its own loop": "asyncio.run_coroutine_threadsafe(g(), asyncio.get_running_loop()).result()",
    "call_soon": "asyncio.get_running_loop().call_soon(helper)",
    "call_later": "asyncio.get_running_loop().call_later(1, time.sleep, 1)",
    "a done callback": "t = asyncio.create_task(g()); t.add_done_callback(lambda t: time.sleep(1))",
    "a caught import": "try: import requests as r\n    except ImportError: r = None\n    r.get('x')",
    "a pool": "with cf.ThreadPoolExecutor() as pool: pool.map(print, [1])",
    "a process": "subprocess.Popen(['x']).communicate()",
    "a decorator that calls": "wrapped()",
    "an exit stack": "with contextlib.ExitStack() as stack: stack.enter_context(Slow())",
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
    "a decorator that takes a thread": "await handed()",
    "a decorator that starts a thread": "begun()",
    "select that polls": "import select; select.select([], [], [], 0)",
    "signals that are polled": "import signal; signal.sigtimedwait([], 0)",
    "connections that are polled": "from multiprocessing.connection import wait; wait([], timeout=0)",
    "flock that only tries": "import fcntl; fcntl.flock(x, fcntl.LOCK_EX | fcntl.LOCK_NB)",
    "lockf that only tries": "from fcntl import *; lockf(x, LOCK_NB | LOCK_SH, 1)",
    "flock that unlocks": "import fcntl; fcntl.flock(x, fcntl.LOCK_UN)",
    "a child that is polled": "os.waitpid(x, os.WNOHANG)",
    "any child that is polled": "os.wait3(options=os.WNOHANG | os.WUNTRACED)",
}  # fmt: skip


def module_of(body: str) -> str:
    """The source of a module whose coroutine function `f` has this body."""
    return (
        f"{IMPORTS}\nasync def g(): await asyncio.sleep(0)\n"
        f"async def f(x=None, y=None, z=None):\n    {body}\n"
    )
