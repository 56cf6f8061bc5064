"""What blocks and has nothing simple in its place runs in a thread, as it did."""

import asyncio
import sys
from textwrap import dedent

import pytest

from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.port.mistakes.check import mistakes
from bench.shape.port.plan.plans import plan
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program
from bench.shape.state.shared import shared


def graph_of(text):
    return CallGraph(Program({"": from_text("jobs.py", dedent(text).lstrip("\n"))}))


def drafted(text):
    (draft,) = drafts(graph_of(text))
    return draft


def ran(draft, call):
    """What a coroutine function of a draft gives."""
    space = {"__name__": "draft"}
    exec(compile(draft, "draft", "exec"), space)
    return asyncio.run(asyncio.wait_for(eval(call, space), 20))


CALLS = [
    ("subprocess.run(['x'], check=True)", "subprocess.run, ['x'], check=True)"),
    ("subprocess.check_output(\n        ['x'])", "subprocess.check_output, \n"),
    ("os.system('x')", "os.system, 'x')"),
    ("input()", "input)"),
    ("urllib.request.urlopen(x, timeout=5)", "urllib.request.urlopen, x, timeout=5)"),
    ("smtplib.SMTP(*x)", "smtplib.SMTP, *x)"),
    ("fcntl.flock(x, fcntl.LOCK_EX)", "fcntl.flock, x, fcntl.LOCK_EX)"),
]


@pytest.mark.parametrize(("call", "becomes"), CALLS)
def test_a_call_that_blocks_is_made_in_a_thread(call, becomes):
    """Its arguments, what it gives and what it raises stay as they were."""
    draft = drafted(
        "import fcntl, os, smtplib, subprocess, urllib.request\n"
        f"def f(x):\n    return {call}\n"
    )

    assert f"    return await asyncio.to_thread({becomes}" in draft
    assert "# port:" not in draft
    compile(draft, "draft", "exec")


def test_a_call_whose_flags_make_it_return_at_once_stays():
    """It waits for nothing, so its function stays plain."""
    text = """\
import fcntl
def f(x):
    fcntl.flock(x, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.flock(x, fcntl.LOCK_UN)
"""
    assert text in drafted(text)


def test_what_follows_such_a_call_is_asked_of_what_it_gives():
    """`await f().x` would await the attribute."""
    draft = drafted(
        "import subprocess\ndef f():\n    return subprocess.run([]).stdout\n"
    )

    assert "return (await asyncio.to_thread(subprocess.run, [])).stdout" in draft


def test_the_plan_tells_what_needs_no_thread():
    """A thread for each wait is what asyncio was to save."""
    (one,) = plan(graph_of("import subprocess\ndef f(): subprocess.run(['x'])\n"))

    (edit,) = [e for f in one.functions for e in f.edits]
    assert "it blocks as before, in a thread; without one: process = await" in edit.do


def test_an_error_of_such_a_call_is_caught_by_its_own_name():
    """In a thread, `subprocess.run` raises what it raised."""
    never = "import threading; threading.Event().wait()"
    draft = drafted(f"""
        import subprocess
        def slow():
            try:
                ask = [{sys.executable!r}, "-S", "-c", {never!r}]
                subprocess.run(ask, timeout=0.01)
            except subprocess.TimeoutExpired:
                return "too slow"
    """)

    assert ran(draft, "slow()") == "too slow"


def test_each_wait_of_a_socket_has_a_thread_of_its_own():
    """Threads of a pool that wait for each other would fill it."""
    draft = drafted("""
        import socket
        import threading
        def serve(listening):
            connection, _ = listening.accept()
            with connection:
                while data := connection.recv(10):
                    connection.sendall(data.upper())
        def talk(address, word):
            with socket.create_connection(address) as connection:
                connection.sendall(word)
                return connection.recv(10)
        def many(count):
            with socket.create_server(("127.0.0.1", 0)) as listening:
                servers = [
                    threading.Thread(target=serve, args=(listening,))
                    for _ in range(count)
                ]
                for server in servers:
                    server.start()
                said = [talk(listening.getsockname(), b"a") for _ in range(count)]
                for server in servers:
                    server.join()
            return said
    """)

    assert "# port:" not in draft
    assert ran(draft, "many(40)") == [b"A"] * 40


def test_what_a_thread_of_its_own_raises_is_raised():
    """A refused connection is still one; a task that was cancelled is told nothing."""
    draft = drafted("""
        import socket
        def free():
            with socket.create_server(("127.0.0.1", 0)) as listening:
                return listening.getsockname()
        def refused():
            try:
                socket.create_connection(free())
            except ConnectionRefusedError:
                return "refused"
    """)

    assert ran(draft, "refused()") == "refused"


REENTERED = """
    import threading, time
    class Store:
        def __init__(self):
            self.lock = threading.RLock()
            self.items = []
        def add(self, item):
            with self.lock:
                time.sleep(0)
                self.items.append(item)
        def fill(self, items):
            with self.lock:
                for item in items:
                    self.add(item)
            return self.items
        def try_add(self, item):
            if self.lock.acquire(blocking=False):
                try:
                    self.add(item)
                finally:
                    self.lock.release()
            return self.items
"""


def test_a_re_entrant_lock_may_be_taken_again_by_its_task():
    """asyncio.Lock would wait for ever."""
    draft = drafted(REENTERED)

    assert ran(draft, "Store().fill([1, 2])") == [1, 2]
    assert ran(draft, "Store().try_add(3)") == [3]


def test_a_re_entrant_lock_keeps_other_tasks_out():
    """It is a lock still; and only its holder may release it."""
    draft = drafted(REENTERED) + dedent("""
        async def both():
            store = Store()
            async with store.lock:
                task = asyncio.create_task(store.try_add(1))
                await asyncio.sleep(0)
                alone = not task.done() or task.result() == []
                await store.add(2)
            await task
            try:
                store.lock.release()
            except RuntimeError as error:
                return alone, store.items, str(error)
    """)

    alone, items, error = ran(draft, "both()")
    assert (alone, items, error) == (True, [2], "cannot release un-acquired lock")


def test_the_plan_names_the_lock_that_the_draft_brings():
    """The rule that asyncio has no re-entrant lock is kept by it: nothing to do."""
    (one,) = plan(graph_of(REENTERED))

    (lock,) = [p for p in one.primitives if p.threads == "threading.RLock"]
    assert lock.asyncio == "TaskRLock"
    assert "rlock" not in {d.rule.key for d in lock.deviations}


def test_the_lock_that_a_draft_brings_is_known_to_be_one():
    """What it guards is guarded, and taking it again is no mistake."""
    graph = graph_of(drafted(REENTERED))

    (items,) = [one for one in shared(graph.types, "") if one.name == "items"]
    assert items.guards == ("self.lock",)
    assert items.unguarded_lines == ()
    assert {one.rule for one in mistakes(graph)} == set()


def test_the_lock_of_a_condition_is_one_that_a_condition_takes():
    """asyncio.Condition releases its lock once, however often it was taken."""
    draft = drafted("""
        import threading
        class A:
            def __init__(self): self.ready = threading.Condition(threading.RLock())
            def wait(self):
                with self.ready: self.ready.wait()
    """)

    assert "asyncio.Condition(asyncio.Lock())" in draft


LOGGED = """
    import logging.handlers, queue, threading, time
    def main():
        log_queue, jobs = queue.Queue(-1), queue.Queue()
        listener = logging.handlers.QueueListener(log_queue)
        listener.start()
        time.sleep(0)
        jobs.put(1)
        listener.stop()
        return jobs.get()
"""


def test_a_queue_that_a_library_is_given_stays_one_of_threads():
    """A handler of logging puts into it from any thread, and awaits nothing."""
    draft = drafted(LOGGED)

    assert "log_queue, jobs = queue.Queue(-1), asyncio.Queue()" in draft
    assert "# port:" not in draft
    assert ran(draft, "main()") == 1


def test_what_else_uses_such_a_queue_is_told():
    """Its `get` gives no awaitable."""
    draft = drafted("""
        import mylib, queue, time
        class A:
            def __init__(self):
                self.jobs = queue.Queue()
                mylib.serve(self.jobs)
            def next(self):
                time.sleep(0)
                return self.jobs.get()
    """)

    assert "self.jobs = queue.Queue()" in draft
    assert (
        "# port: line 5 gives this primitive to mylib.serve, which needs one" in draft
    )
    assert "Do not await its methods in line 8 of the original" in draft


PIPES = {
    "for line in process.stdout:\n        print(line)": (
        "while line := await in_own_thread(process.stdout.readline):"
    ),
    "return process.stdout.read()": (
        "return await asyncio.to_thread(process.stdout.read)"
    ),
    "process.stdin.write('a')": "await asyncio.to_thread(process.stdin.write, 'a')",
    "return json.load(process.stdout)": (
        "await asyncio.to_thread(json.load, process.stdout)"
    ),
    "return [line for line in process.stdout]": "# port: ",
}


@pytest.mark.parametrize(("line", "becomes"), PIPES.items(), ids=PIPES)
def test_a_pipe_of_a_process_is_read_and_written_in_a_thread(line, becomes):
    """A process that says nothing would stop the loop."""
    text = (
        "import json, subprocess\ndef main(command):\n"
        f"    process = subprocess.Popen(command, stdout=-1, stdin=-1)\n    {line}\n"
    )
    (draft,) = drafts(CallGraph(Program({"": from_text("jobs.py", text)})))

    assert becomes in draft
