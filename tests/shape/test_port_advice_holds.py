"""What the plan and the comments of a draft advise is right where it is followed."""

import os
import subprocess
import sys
from textwrap import dedent

import pytest

from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.port.mistakes.check import mistakes
from bench.shape.port.mistakes.uncontended_locks import stopping_calls
from bench.shape.port.plan.plans import plan
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program
from bench.shape.state.shared import shared


def graph_of(text):
    return CallGraph(Program({"": from_text("jobs.py", dedent(text).lstrip("\n"))}))


def draft_of(text):
    (draft,) = drafts(graph_of(text))
    compile(draft, "draft", "exec")
    return draft


def comments(text):
    lines = (line.strip() for line in draft_of(text).splitlines())
    return [line for line in lines if line.startswith("# port: ")]


def rules(text):
    return [one.rule for one in mistakes(graph_of(text))]


COUNTED = """
import threading
lock, n = threading.Lock(), 0
def work():
    global n
    for _ in range(1000):
        with lock:
            n += 1
def main():
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
main()
"""


def test_a_lock_that_threads_take_after_the_port_is_kept():
    """The draft runs `work` in two threads: without its lock they lose counts."""
    (made,) = plan(graph_of(COUNTED))
    (work,) = [one for one in made.functions if one.function == "work"]

    assert "keep the lock" in work.why
    assert "take it out" not in work.why
    assert [one.do for one in made.state] == [
        "keep lock, of threads: threads run line 7 after the port too"
    ]


def test_a_function_that_stays_in_its_thread_leaves_nothing_to_decide():
    """It only takes a lock: a comment that asks for nothing would fail the check."""
    assert comments(COUNTED) == []


POOLED = """
import threading, time
class Line:
    def __init__(self):
        time.sleep(0.001)
        self.n = 1
    def greet(self):
        time.sleep(0.001)
class Pool:
    def __init__(self):
        self.guard, self.idle = threading.Lock(), []
    def get(self):
        with self.guard:
            self.idle.append(Line())
def work(pool):
    pool.get()
def main():
    pool = Pool()
    thread = threading.Thread(target=work, args=(pool,))
    thread.start()
    thread.join()
"""


def test_a_constructor_that_waits_under_a_lock_tells_of_the_lock():
    """Awaited under a lock of threads it would stop the loop for good."""
    said = " ".join(comments(POOLED))

    assert "self.guard is held here: make it an asyncio.Lock" in said
    assert "work becomes an async def; then write" in said


def test_a_constructor_that_calls_what_becomes_async_is_not_put_into_a_thread():
    """There its call would make a coroutine that nothing awaits."""
    text = """
    import socket
    class Client:
        def __init__(self, address):
            self.sock = socket.create_connection(address)
            {more}
        def say(self, text):
            self.sock.sendall(text)
    def main():
        client = Client(("127.0.0.1", 1))
        client.say(b"x")
    """
    alone = " ".join(comments(text.format(more="pass")))
    calls = " ".join(comments(text.format(more="self.say(b'hello')")))

    assert "write await asyncio.to_thread(Client, " in alone
    assert "asyncio.to_thread(Client, " not in calls
    assert "self.sock = await asyncio.to_thread(socket.create_connection, " in calls
    assert "as await self.say(b'hello')" in calls


def test_no_constructor_becomes_async():
    """`async def __init__` raises TypeError where an object is made."""
    draft = draft_of("""
    import threading
    class Turn:
        def __init__(self):
            self.lock = threading.Lock()
            self.lock.acquire()
        def wait(self):
            self.lock.acquire()
    def main():
        turn = Turn()
        thread = threading.Thread(target=turn.wait)
        thread.start()
        turn.lock.release()
        thread.join()
    """)

    assert "async def __init__" not in draft
    assert "as await self.lock.acquire(), with return self at its end" in draft


def test_a_lock_that_python_cannot_await_is_not_said_to_stay():
    """The draft takes it no more in `__len__`: the plan says so, and why."""
    text = """
    import threading, time
    class Table:
        def __init__(self):
            self.lock, self.rows = threading.Lock(), {}
        def load(self, key):
            with self.lock:
                time.sleep(0.001)
                self.rows[key] = 1
        def __len__(self):
            with self.lock:
                return len(self.rows)
    """
    (made,) = plan(graph_of(text))
    (length,) = [one for one in made.functions if one.function == "Table.__len__"]

    assert length.why.endswith("which therefore cannot await a lock")
    assert any("does not take self.lock here" in one for one in comments(text))


def test_what_runs_when_a_future_has_ended_may_ask_for_its_result():
    """The loop calls it in its own thread, and nothing in it waits."""
    assert not comments("""
    import time
    from concurrent.futures import ThreadPoolExecutor
    def slow(x):
        time.sleep(0.001)
        return x
    def main():
        found = []
        pool = ThreadPoolExecutor(2)
        def ended(future):
            found.append(future.result())
        future = pool.submit(slow, 1)
        future.add_done_callback(ended)
        print(future.result(), found)
        pool.shutdown()
    main()
    """)


def test_a_short_lock_stops_no_loop():
    """The report of a file says of it what --check says: nothing."""
    text = """
    import asyncio, threading
    lock, n = threading.Lock(), 0
    async def bump():
        global n
        with lock:
            n += 1
        await asyncio.sleep({awaited})
    """

    assert stopping_calls(graph_of(text.format(awaited=0))) == ()
    held = text.replace("        await", "            await").format(awaited=0)
    assert [one.call for one in stopping_calls(graph_of(held))] == [
        "with threading.Lock"
    ]


ENDED = {
    "task.cancel()\n    try:\n        await task": 0,
    "try:\n        await task": 0,
    "try:\n        await asyncio.sleep(1)": 1,
}


@pytest.mark.parametrize("body", ENDED)
def test_the_cancellation_of_a_task_that_is_awaited_may_end_there(body):
    """It is that of the other task, which was cancelled on purpose."""
    text = f"""
import asyncio
async def stop(task):
    {body}
    except asyncio.CancelledError:
        pass
"""

    assert rules(text).count("swallows-cancel") == ENDED[body]


def test_what_getattr_chooses_and_may_be_async_is_told():
    """A lock of threads round its call would be free before the coroutine runs."""
    said = comments("""
    import threading, time
    class Box:
        def __init__(self):
            self.lock, self.log = threading.Lock(), []
        def add(self):
            time.sleep(0.001)
            self.log.append(1)
        def __getattr__(self, name):
            chosen = getattr(self, name[5:])
            def call():
                with self.lock:
                    return chosen()
            return call
    def main():
        box = Box()
        thread = threading.Thread(target=box.safe_add)
        thread.start()
        thread.join()
    """)

    assert any(
        "is here. Box.add becomes async. If this call may run it" in one for one in said
    )


def test_an_async_test_of_a_class_that_awaits_none_is_a_mistake():
    """Such a test passes, whatever it does."""
    text = """
    import asyncio, unittest
    class Tests(unittest.{case}):
        async def {name}(self):
            await asyncio.sleep(0)
    """

    plain = text.format(case="TestCase", name="test_it")
    hook = text.format(case="IsolatedAsyncioTestCase", name="setUp")
    right = text.format(case="IsolatedAsyncioTestCase", name="test_it")
    assert [rules(one) for one in (plain, hook, right)] == [
        ["never-awaited"],
        ["never-awaited"],
        [],
    ]


def test_what_pytest_does_not_await_is_told():
    """A test and a fixture need a plugin, and a patched sleep is not called."""
    said = " ".join(
        comments("""
        import time, pytest
        from unittest import mock
        def load():
            time.sleep(0.001)
        @pytest.fixture
        def loaded():
            yield load()
        @mock.patch("time.sleep")
        def test_load(sleep):
            load()
        def helper():
            load()
        """)
    )

    assert said.count("@pytest_asyncio.fixture") == 1
    assert said.count("@pytest.mark.asyncio") == 1
    assert said.count('patch "asyncio.sleep" here') == 1


def test_what_a_signal_raises_in_the_loop_is_told():
    """No `except` in a task catches it, and `asyncio.run` ends."""
    said = comments("""
    import signal, threading, time
    def ring(number, frame):
        raise TimeoutError
    def work():
        time.sleep(1)
    def main():
        signal.signal(signal.SIGALRM, ring)
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    """)

    assert any("interrupts the loop itself" in one for one in said)


def test_a_value_that_a_generator_returns_is_told():
    """In an async generator `return total` is a SyntaxError."""
    said = comments("""
    import time
    def sums():
        total = 0
        while (number := (yield total)) is not None:
            time.sleep(0.001)
            total += number
        return total
    def outer():
        found = yield from sums()
        print(found)
    """)

    assert any("an async generator returns no value" in one for one in said)
    assert any("an async generator has no `yield from`" in one for one in said)


def test_the_fresh_context_of_what_starts_later_is_told():
    """A pool's jobs and threads that are started apart have those of their starter."""
    said = comments("""
    import contextvars, threading, time
    user = contextvars.ContextVar("user", default="none")
    class Job:
        def __init__(self):
            self.thread = threading.Thread(target=self.work)
        def work(self):
            time.sleep(0.001)
        def start(self):
            self.thread.start()
        def end(self):
            self.thread.join()
    """)

    assert any("a thread begins with no context variable set" in one for one in said)


def test_a_method_of_the_programs_own_is_no_write_to_what_holds_it():
    """What `add` writes is read where it stands, under the lock that it takes."""
    graph = graph_of("""
    import threading
    class Frontier:
        def __init__(self):
            self.seen, self.lock = [], threading.Lock()
        def add(self, item):
            with self.lock:
                self.seen.append(item)
    class Crawl:
        def __init__(self):
            self.frontier, self.pages = Frontier(), set()
        def go(self):
            self.frontier.add(1)
            self.pages.add(1)
    """)

    assert [one.name for one in shared(graph.types, "")] == ["seen", "pages"]


CHAINS = """
import sys
from bench.shape.colour.graph import CallGraph
from bench.shape.colour.spread import spread_of
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program
text = sys.stdin.read()
for one in spread_of(CallGraph(Program({"": from_text("jobs.py", text)}))):
    print(one.function, *one.chain)
"""
SERVED = """
import threading, time
class Service:
    def __enter__(self):
        self.ready = threading.Event()
        self.ready.wait()
    def __exit__(self, *raised):
        self.thread.join()
    def a(self): time.sleep(1)
    def b(self): self.ready.wait()
    def c(self): self.a(); self.b()
def main():
    with Service() as service:
        service.c()
"""


def test_why_a_function_waits_does_not_vary_with_the_hash_seed():
    """Of several chains of one length the same is named in each run."""
    found = {
        subprocess.run(
            [sys.executable, "-c", CHAINS],
            input=SERVED,
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            timeout=60,  # seconds
            check=True,
        ).stdout
        for seed in range(4)
    }

    assert len(found) == 1
