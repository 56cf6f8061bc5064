"""The usual mistakes of a port are named, and what is right is not."""

import pytest

from bench.shape.colour.graph import CallGraph
from bench.shape.port.mistakes.check import mistakes
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program

MISTAKES = {
    "plain-with": "lock = asyncio.Lock()\n    with lock: pass",
    "never-awaited": "work()",
    "relocked": "async with LOCK: await takes()",
    "unkept-task": "asyncio.create_task(work())",
    "not-called": "await asyncio.gather(work)",
    "lock-over-await": "with THREAD: await work()",
    "swallows-cancel": "try: await work()\n    except BaseException: pass",
    "no-timeout": "await LOCK.acquire(timeout=5)",
    "nested-loop": "asyncio.run(work())",
    "spins": "while not done: pass",
    "blocking-call": "time.sleep(1)",
    "awaits-blocking": "await time.sleep(1)",
    "needless-await": "e = asyncio.Event(); await e.set()",
}  # fmt: skip
MORE = [
    ("never-awaited", "asyncio.sleep(1)"),
    ("never-awaited", "q = asyncio.Queue(); q.get()"),
    ("no-timeout", "e = asyncio.Event(); await e.wait(5)"),
    ("no-timeout", "q = asyncio.Queue(); await q.get(timeout=1)"),
    ("not-called", "asyncio.create_task(work)"),
    ("not-called", "async with asyncio.TaskGroup() as g: g.create_task(work)"),
    ("plain-with", "s = asyncio.Semaphore(2)\n    with s: await work()"),
    ("relocked", "async with LOCK:\n        async with LOCK: pass"),
    ("swallows-cancel", "try: await work()\n    except: pass"),
    ("swallows-cancel", "try: await work()\n    except asyncio.CancelledError: pass"),
    ("spins", "while True: pass"),
    ("unkept-task", "asyncio.get_running_loop().create_task(work())"),
]
RIGHT = [
    "await work()",
    "task = asyncio.create_task(work()); await task",
    "async with asyncio.TaskGroup() as g: g.create_task(work())",
    "await asyncio.gather(work(), work())",
    "async with LOCK: await work()",
    "async with asyncio.timeout(5): await LOCK.acquire()",
    "with THREAD: done = 1",
    "try: await work()\n    except BaseException: raise",
    "try: await work()\n    except Exception: pass",
    "while not done: await work()",
    "e = asyncio.Event(); e.set(); await e.wait()",
    "await asyncio.wait_for(work(), 5)",
    "await asyncio.to_thread(time.sleep, 1)",
    "n = 3\n    while n: n -= 1",
    "c = work(); await c",
]


def found_in(body):
    text = f"""import asyncio, threading, time
LOCK, THREAD = asyncio.Lock(), threading.Lock()
async def work(): await asyncio.sleep(0)
async def takes():
    async with LOCK: pass
async def f(done=None):
    {body}
"""
    graph = CallGraph(Program({"": from_text("jobs.py", text)}))
    return [one for one in mistakes(graph) if one.function == "f"]


@pytest.mark.long
@pytest.mark.parametrize(("rule", "body"), [*MISTAKES.items(), *MORE])
def test_a_usual_mistake_is_named_with_its_line(rule, body):
    """Each is silent until it is too late: a hang, a lost task, a lost exception."""
    assert rule in {one.rule for one in found_in(body)}
    assert all(one.line > 6 and one.instead for one in found_in(body))


@pytest.mark.parametrize("body", RIGHT)
def test_what_is_right_is_not_named(body):
    """A check that cries wolf is switched off."""
    assert [
        one
        for one in found_in(body)
        if "THREAD" not in one.what and "threading.Lock" not in one.what
    ] == []
