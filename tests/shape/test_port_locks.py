"""Locks that are held where a port waits: each is asyncio's, wherever it is taken."""

import asyncio
from textwrap import dedent

import pytest

from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.port.mistakes.check import mistakes
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program

HEAD = """
import contextlib, threading, time
from contextlib import ExitStack
"""
TWO = """
    def both():
        shelf, seen = Shelf(), []
        crew = [threading.Thread(target=shelf.fill, args=(n, seen)) for n in (1, 2)]
        for t in crew: t.start()
        for t in crew: t.join()
        return seen
"""
WAYS = {  # of holding a lock over a wait
    "a context manager": """
        @contextlib.contextmanager
        def held(self):
            self.lock.acquire()
            try: yield
            finally: self.lock.release()
        def fill(self, n, seen):
            with self.held():
                seen.append(n); time.sleep(0.001); seen.append(n)
    """,
    "a context manager with with": """
        @contextlib.contextmanager
        def held(self):
            with self.lock: yield self
        def fill(self, n, seen):
            with self.held() as shelf:
                seen.append(n); time.sleep(0.001); seen.append(n)
    """,
    "a guard": """
        def __enter__(self):
            self.lock.acquire()
            return self
        def __exit__(self, *raised):
            self.lock.release()
        def fill(self, n, seen):
            with self:
                seen.append(n); time.sleep(0.001); seen.append(n)
    """,
    "begin and end": """
        def begin(self): self.lock.acquire()
        def end(self): self.lock.release()
        def fill(self, n, seen):
            self.begin()
            seen.append(n); time.sleep(0.001); seen.append(n)
            self.end()
    """,
    "a lock inside": """
        def wait(self):
            with self.inner: time.sleep(0.001)
        def peek(self):
            with self.inner: return 1
        def fill(self, n, seen):
            with self.lock:
                seen.append(n); self.peek(); self.wait(); seen.append(n)
    """,
    "an exit stack": """
        def fill(self, n, seen):
            with contextlib.ExitStack() as stack:
                stack.enter_context(self.lock)
                seen.append(n); time.sleep(0.001); seen.append(n)
    """,
    "a stack by its name": """
        def fill(self, n, seen):
            with ExitStack() as stack:
                for lock in (self.lock, self.inner):
                    stack.enter_context(lock)
                seen.append(n); time.sleep(0.001); seen.append(n)
    """,
    "acquire with a variable": """
        def fill(self, n, seen, patience=-1):
            if self.lock.acquire(True, patience):
                try: seen.append(n); time.sleep(0.001); seen.append(n)
                finally: self.lock.release()
    """,
    "acquire, blocking": """
        def take(self, blocking=True, timeout=-1):
            return self.lock.acquire(blocking, timeout)
        def fill(self, n, seen):
            self.take()
            try: seen.append(n); time.sleep(0.001); seen.append(n)
            finally: self.lock.release()
    """,
}  # fmt: skip


def drafted(text):
    (draft,) = drafts(CallGraph(Program({"": from_text("jobs.py", text)})))
    return draft


def ran(draft, call):
    space = {"__name__": "draft"}
    exec(compile(draft, "draft", "exec"), space)
    return asyncio.run(asyncio.wait_for(eval(call, space), 5))


def shelf_of(way):
    made = (
        "def __init__(self): self.lock, self.inner = threading.Lock(), threading.Lock()"
    )
    body = dedent(way).strip("\n").replace("\n", "\n    ")
    return f"{HEAD}class Shelf:\n    {made}\n    {body}\n{dedent(TWO)}"


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_lock_that_is_held_over_a_wait_is_asyncios(way):
    """One of threads would stop the loop, with it the task that has to release it."""
    draft = drafted(shelf_of(way))

    assert ran(draft, "both()") in ([1, 1, 2, 2], [2, 2, 1, 1])


def test_a_lock_that_no_wait_is_held_over_stays_as_it_was():
    """A context manager by itself waits for nothing."""
    draft = drafted(
        shelf_of("""
        @contextlib.contextmanager
        def held(self):
            with self.lock: yield
        def fill(self, n, seen):
            time.sleep(0)
            with self.held(): seen.append(n)
    """)
    )

    assert "threading.Lock()" in draft
    assert "with self.held()" in draft
    assert "async with" not in draft


def test_the_lock_of_another_object_is_that_of_its_class():
    """`account.lock` in a function and `self.lock` in a method become one class."""
    draft = drafted(
        HEAD
        + dedent("""
        class Account:
            def __init__(self): self.balance, self.lock = 0, threading.Lock()
            def add(self, n):
                with self.lock: self.balance += n
        def move(one: Account, other: Account):
            with one.lock:
                time.sleep(0)
                one.balance -= 1
            other.add(1)
            return one.balance, other.balance
        """)
    )

    assert draft.count("async with") == 2
    assert ran(draft, "move(Account(), Account())") == (-1, 1)


def test_a_lock_that_is_not_waited_for_is_tried_at_run_time():
    """`blocking` and `timeout` are known only then; -1 is no time limit."""
    draft = drafted(shelf_of(WAYS["acquire, blocking"])) + dedent("""
        async def asked():
            shelf = Shelf()
            first = await shelf.take()
            return first, await shelf.take(False), await shelf.take(timeout=0.001)
    """)

    assert ran(draft, "asked()") == (True, False, False)


def test_a_factory_of_locks_makes_those_of_asyncio():
    """`lock_factory=threading.Lock`: callers that give no other get this one."""
    draft = drafted(
        HEAD
        + dedent("""
        class Gate:
            def __init__(self, lock_factory=threading.Lock): self.lock = lock_factory()
            def close(self): self.lock.acquire()
            def open(self): self.lock.release()
        """)
    )

    assert "lock_factory=asyncio.Lock" in draft
    assert "await self.lock.acquire()" in draft


@pytest.mark.parametrize(
    "body",
    [
        "with self.held(): await asyncio.sleep(0)",
        "with self.guard():\n            if seen: await asyncio.sleep(0)",
    ],
)
def test_a_context_manager_that_holds_a_lock_over_an_await_is_named(body):
    """The lock is two functions away, and the loop stops all the same."""
    text = f"""
import asyncio, contextlib, threading
class Shelf:
    def __init__(self): self.lock = threading.Lock()
    @contextlib.contextmanager
    def held(self):
        with self.lock: yield
    @contextlib.contextmanager
    def guard(self):
        self.lock.acquire()
        try: yield
        finally: self.lock.release()
    async def fill(self, seen):
        {body}
    async def right(self):
        with self.held(): pass
        await asyncio.sleep(0)
"""
    found = mistakes(CallGraph(Program({"": from_text("jobs.py", text)})))

    (one,) = [one for one in found if one.rule == "lock-over-await"]
    assert (one.function, one.line) == ("Shelf.fill", 14 + body.count("\n"))


IDLE = """
import asyncio, threading
class Store:
    def __init__(self):
        self.lock, self.again, self.rows = threading.Lock(), threading.RLock(), []
    async def put(self, row):
        with self.lock:
            self.rows.append(row)
        if self.again.acquire():
            self.again.release()
        await asyncio.sleep(0)
"""
BUSY = {
    "held over an await": "    async def more(self):\n"
    "        with self.lock: await asyncio.sleep(0)\n",
    "taken in a thread": "    def plain(self):\n        with self.lock: pass\n"
    "    async def more(self): await asyncio.to_thread(self.plain)\n",
    "taken by what a thread calls": "    def plain(self):\n"
    "        with self.lock: pass\n"
    "    def outer(self): self.plain()\n"
    "    def start(self): threading.Thread(target=self.outer).start()\n",
    "taken for good": "    def take(self): self.lock.acquire()\n",
}


def names_lock(text):
    graph = CallGraph(Program({"": from_text("ajobs.py", text)}))
    found = [one for one in mistakes(graph) if not one.is_note]
    return [one.rule for one in found if "threading." in one.what and one.line == 7]


def test_a_lock_that_no_task_waits_for_stops_no_loop():
    """A plan says that it stays as it is: a check of the draft agrees."""
    graph = CallGraph(Program({"": from_text("ajobs.py", IDLE)}))

    assert mistakes(graph) == []


@pytest.mark.parametrize("more", BUSY.values(), ids=BUSY)
def test_a_lock_that_something_else_may_hold_stops_the_loop(more):
    """Held over an await or in a thread, it makes the loop wait."""
    assert names_lock(IDLE + more) == ["blocking-call"]


def test_what_blocks_under_a_lock_is_named_on_the_same_line():
    """Only the lock is free each time."""
    text = IDLE.replace("with self.lock:\n            ", "with self.lock: open('x'); ")
    graph = CallGraph(Program({"": from_text("ajobs.py", text)}))

    assert [one.what for one in mistakes(graph)] == ["open stops the loop"]


def test_locks_that_a_loop_takes_are_held_over_the_await_behind_it():
    """No block shows where they are held: the loop ends with all of them taken."""
    text = """
import asyncio, threading
class Account:
    def __init__(self): self.lock = threading.Lock()
async def freeze(accounts):
    for one in accounts:
        one.lock.acquire()
    await asyncio.sleep(0)
    for one in accounts:
        one.lock.release()
async def each(accounts):
    for one in accounts:
        one.lock.acquire()
        one.lock.release()
    await asyncio.sleep(0)
def main():
    accounts = [Account(), Account()]
    asyncio.run(freeze(accounts))
    asyncio.run(each(accounts))
"""
    found = mistakes(CallGraph(Program({"": from_text("jobs.py", text)})))

    (one,) = [one for one in found if one.rule == "lock-over-await"]
    assert (one.function, one.line) == ("freeze", 8)
