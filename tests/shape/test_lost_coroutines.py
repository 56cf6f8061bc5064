"""Coroutines that nothing awaits, and async objects in plain statements."""

import pytest

from bench.shape.colour.graph import CallGraph
from bench.shape.port.mistakes.check import mistakes
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program

HEAD = """import asyncio, contextlib, functools, threading
class Client:
    async def __aenter__(self): return self
    async def __aexit__(self, *raised): pass
    async def ask(self, n=0): return [n]
    @contextlib.asynccontextmanager
    async def turn(self): yield self
async def work(n=0):
    await asyncio.sleep(n)
    return [n]
async def pages():
    yield 1
def alone(function):
    @functools.wraps(function)
    def run(*args): return asyncio.run(function(*args))
    return run
def again(function):
    async def attempt(*args): return await function(*args)
    return attempt
@alone
async def program(): pass
@again
async def tried(): return [1]
"""


def rules(body):
    text = f"{HEAD}async def f(done=None, client: Client = Client()):\n    {body}\n"
    graph = CallGraph(Program({"": from_text("jobs.py", text)}))
    return [(one.rule, one.is_note) for one in mistakes(graph) if one.function == "f"]


LOST = [
    ("never-awaited", "print(work()[0])"),
    ("never-awaited", "found = client.ask()\n    print(found[0])"),
    ("never-awaited", "found = work()\n    return found.copy"),
    ("never-awaited", "found = work()"),
    ("never-awaited", "slept = asyncio.sleep(1)"),
    ("never-awaited", "if work(): pass"),
    ("never-awaited", "while not work(): pass"),
    ("never-awaited", "return f'{work()}'"),
    ("never-awaited", "return work() + [1]"),
    ("never-awaited", "return [1] == work()"),
    ("never-awaited", "for n in work(): pass"),
    ("never-awaited", "return [n for n in work()]"),
    ("never-awaited", "found = []; found += work()"),
    ("never-awaited", "return len(work())"),
    ("never-awaited", "return tried()[0]"),
    ("never-awaited", "await asyncio.to_thread(work, 1)"),
    ("never-awaited", "threading.Thread(target=work).start()"),
    ("never-awaited", "asyncio.get_running_loop().call_soon(work)"),
    ("plain-with", "with client: pass"),
    ("plain-with", "with client.turn(): pass"),
    ("plain-for", "for n in pages(): pass"),
    ("plain-for", "return [n for n in pages()]"),
    ("plain-for", "return sorted(pages())"),
    ("not-called", "e = asyncio.Event(); await asyncio.wait_for(e.wait, 1)"),
    ("not-called", "jobs = [work, work]; await asyncio.gather(*jobs)"),
    ("no-tasks", "await asyncio.wait([work(), work()])"),
    ("no-tasks", "await asyncio.wait({work(n) for n in (1, 2)})"),
    ("no-tasks", "await asyncio.wait(5)"),
]


@pytest.mark.parametrize(("rule", "body"), LOST)
def test_what_is_lost_is_named(rule, body):
    """Each of these runs without an error message, or fails far from its cause."""
    assert (rule, False) in rules(body)


KEPT = [
    "found = work(); print((await found)[0])",
    "jobs = [work(n) for n in (1, 2)]; print(len(jobs)); await asyncio.gather(*jobs)",
    "task = asyncio.create_task(work()); task.add_done_callback(print); await task",
    "maybe = work() if done else None\n    if maybe: await maybe",
    "maybe = None\n    if done: maybe = work()\n    if maybe: await maybe",
    "late = work(); late.close()",
    "print((await work())[0], len(await client.ask()))",
    "async with client, client.turn() as turn: await turn.ask()",
    "async for n in pages(): print(n)",
    "return [n async for n in pages()]",
    "items = pages(); await anext(items); await items.aclose()",
    "program()",
    "await asyncio.wait({asyncio.create_task(work())}, timeout=5)",
    "await asyncio.wait([asyncio.ensure_future(work())])",
    "jobs = [work(), work()]; await asyncio.gather(*jobs)",
    "await asyncio.to_thread(print, 1)",
    "return work is done",
    "with contextlib.suppress(OSError): await work()",
]


@pytest.mark.parametrize("body", KEPT)
def test_what_is_awaited_in_the_end_is_not_named(body):
    """A coroutine may be kept, handed on and awaited later."""
    assert rules(body) == []


def test_a_coroutine_function_that_returns_a_coroutine_is_noted():
    """`await ask()` gives a coroutine then, which is seldom meant."""
    assert rules("return work()") == [("returns-coroutine", True)]


def test_a_wrapper_that_runs_a_coroutine_is_no_loop_inside_it():
    """`@alone async def main(): ...` starts its loop around the coroutine."""
    graph = CallGraph(Program({"": from_text("jobs.py", HEAD)}))

    assert mistakes(graph) == []


OWN_LOCK = """import asyncio
class RLock:
    def __init__(self): self.inner = asyncio.Lock()
    async def __aenter__(self): await self.inner.acquire()
    async def __aexit__(self, *raised): self.inner.release()
class Bank:
    def __init__(self): self.guard = RLock()
    async def change(self):
        async with self.guard: await asyncio.sleep(0)
    async def transfer(self):
        async with self.guard: await self.change()
"""


def test_a_lock_of_the_files_own_that_is_awaited_is_no_lock_of_threads():
    """What asyncio lacks is written by hand, and called as threads call theirs."""
    graph = CallGraph(Program({"": from_text("jobs.py", OWN_LOCK)}))

    assert mistakes(graph) == []
