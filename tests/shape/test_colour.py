"""How far async spreads, what stops a loop, and what is written under which lock."""

from textwrap import dedent

import pytest

from bench.errors import CannotRunError
from bench.shape.colour import spread, stops_the_loop
from bench.shape.reading.packages import find, modules
from bench.shape.reading.source import from_text
from bench.shape.resolution.evaluate import Types
from bench.shape.resolution.program import Program
from bench.shape.state.shared import shared


def source(text, name="test"):
    return from_text(name, dedent(text))


def chains(text):
    return {one.function: one.chain for one in spread({"": source(text)})}


def test_a_plain_function_that_only_makes_a_coroutine_keeps_its_colour():
    """Calling an `async def` runs nothing of it; only what awaits it waits."""
    text = """
        import asyncio, time

        async def fetch():
            ask()

        def ask():
            time.sleep(1)

        def begin():
            return fetch()

        def main():
            asyncio.run(begin())
    """

    assert chains(text) == {"ask": ("time.sleep",)}


def test_colour_spreads_to_every_caller_by_the_shortest_chain():
    """The chain says why: it is what a person would have to look up."""
    text = """
        import time

        class Store:
            def __init__(self): self.clock = Clock()
            def save(self): self.clock.tick()
            def size(self): return 0

        class Clock:
            def tick(self): time.sleep(1)

        def main():
            store = Store()
            store.size()
            store.save()

        def unrelated(): return Store
    """
    assert chains(text) == {
        "Store.save": ("Clock.tick", "time.sleep"),
        "Clock.tick": ("time.sleep",),
        "main": ("Store.save", "Clock.tick", "time.sleep"),
    }


def test_handing_a_function_over_is_not_calling_it():
    """A callback or a worker runs elsewhere: who hands it over need not wait."""
    text = """
        import threading, time
        def work(): time.sleep(1)
        def start():
            thread = threading.Thread(target=work)
            thread.start()
            return thread
        def stop(thread: threading.Thread): thread.join()
    """
    assert chains(text) == {
        "work": ("time.sleep",),
        "stop": ("threading.Thread.join",),
    }


def test_a_wrapper_that_getattr_makes_calls_the_method_of_that_name():
    """Nothing is known of the object within: the name of the method tells."""
    text = """
        import time

        class Connection:
            def fetch_message(self): time.sleep(1)

        class Guarded:
            def __init__(self, connection): self.__connection = connection

            def __getattr__(self, name):
                found = getattr(self.__connection, name)
                def outer(func):
                    def inner(*args):
                        return func(*args)
                    return inner
                return outer(found)

        class Result:
            def __init__(self, connection): self.connection = Guarded(connection)
            def attach(self): self.connection.fetch_message()
    """
    assert "Result.attach" in chains(text)


def test_recursion_ends():
    """Two functions that call each other are both forced, once."""
    text = """
        import time
        def ping(n): pong(n)
        def pong(n):
            ping(n)
            time.sleep(1)
    """
    assert set(chains(text)) == {"ping", "pong"}


@pytest.mark.parametrize(
    "call",
    [
        "lock.acquire(blocking=False)",
        "lock.acquire(False)",
        "jobs.get(block=False)",
        "jobs.get_nowait()",
        "open('x').read()",  # asyncio has nothing else for local files
    ],
)
def test_what_returns_at_once_forces_no_colour(call):
    """Only waiting must be awaited."""
    text = "import threading, queue\nlock = threading.Lock()\njobs = queue.Queue()\n"
    assert chains(f"{text}def f():\n    {call}\n") == {}


def test_a_name_means_what_its_own_function_made_of_it():
    """Another function's `one` may be anything: here a future, there a thread."""
    text = """
        import threading
        from concurrent.futures import ThreadPoolExecutor

        class Crew:
            def __init__(self, size):
                self.threads = [threading.Thread(target=print) for _ in range(size)]
            def close(self):
                for one in self.threads: one.join()

        def results(pool: ThreadPoolExecutor):
            made = [pool.submit(print) for _ in range(3)]
            return [one.result() for one in made]
    """
    assert chains(text) == {
        "Crew.close": ("threading.Thread.join",),
        "results": ("concurrent.futures.Future.result",),
    }


def test_an_attribute_is_not_a_variable_of_its_name():
    """`self.s` is a session, and `s` beside it a socket: both stop the loop."""
    text = """
        import requests, socket
        class Client:
            def __init__(self): self.s = requests.Session()
            async def ask(self):
                s = socket.socket()
                s.recv(1)
                return self.s.get("/")
    """
    assert [one.call for one in stops_the_loop(source(text))] == [
        "socket.socket.recv",
        "requests.Session.get",
    ]


def test_a_put_waits_only_where_a_queue_can_be_full():
    """`put_nowait` does the same in asyncio, and the function keeps its colour."""
    text = """
        import queue
        endless, small = queue.Queue(), queue.Queue(maxsize=3)
        def hand_in(job): endless.put(job)
        def squeeze_in(job): small.put(job)
        def either(jobs: queue.Queue, job): jobs.put(job)
    """
    assert chains(text) == {
        "squeeze_in": ("queue.Queue.put",),
        "either": ("queue.Queue.put",),
    }


def test_a_connection_that_was_accepted_is_a_socket():
    """Where a server hands it on, its name is all that the next function has."""
    text = """
        import socket
        def lines(connection):
            yield from connection.makefile("r")
        def listen(port):
            with socket.create_server(("", port)) as server:
                connection, _ = server.accept()
                return list(lines(connection))
    """
    assert chains(text) == {
        "lines": ("socket.socket.makefile",),
        "listen": ("socket.socket.accept",),
    }


def test_what_python_itself_calls_is_an_obstacle():
    """`__init__` cannot be awaited: here a port needs more than a keyword."""
    text = """
        import time
        class Slow:
            def __init__(self): time.sleep(1)
            def __enter__(self): time.sleep(1)
            @property
            def size(self): time.sleep(1)
        def make(): return Slow()
    """
    found = {one.function: one.obstacle or "" for one in spread({"": source(text)})}

    assert "does not await" in found["Slow.__init__"]
    assert "__aenter__" in found["Slow.__enter__"]
    assert "property" in found["Slow.size"]
    assert found["make"] == ""


def test_colour_crosses_the_modules_of_a_package(tmp_path):
    """Through absolute and relative imports, and from calls that the user names."""
    package = tmp_path / "shop"
    (package / "db").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "db" / "__init__.py").write_text("from .pool import query\n")
    (package / "db" / "pool.py").write_text(
        "import driver\ndef query(): driver.ask()\n"
    )
    (package / "orders.py").write_text(
        "from .db import pool\nimport shop.db.pool as p\n"
        "def total(): return pool.query()\ndef count(): return p.query()\n"
    )
    (package / "bad.py").write_text("def f(:\n")

    sources, unread = modules(package)
    found = {one.function: one.chain for one in spread(sources, {"driver.ask"})}

    assert found == {
        "shop.db.pool:query": ("driver.ask",),
        "shop.orders:total": ("shop.db.pool:query", "driver.ask"),
        "shop.orders:count": ("shop.db.pool:query", "driver.ask"),
    }
    assert len(unread) == 1
    assert "bad.py" in unread[0]


@pytest.mark.parametrize(
    ("body", "call", "instead"),
    [
        ("time.sleep(1)", "time.sleep", "await asyncio.sleep"),
        ("requests.get(url)", "requests.get", "aiohttp"),
        ("urllib.request.urlopen(url)", "urllib.request.urlopen", "aiohttp"),
        ("subprocess.run(['x'])", "subprocess.run", "create_subprocess_exec"),
        ("s = socket.socket(); s.recv(1)", "socket.socket.recv", "loop.sock_recv"),
        ("open('x')", "open", "asyncio.to_thread"),
        ("pathlib.Path('x').read_text()", "pathlib.Path.read_text", "to_thread"),
        ("q = queue.Queue(); q.get()", "queue.Queue.get", "of an asyncio.Queue"),
        ("k = threading.Lock(); k.acquire()", "threading.Lock.acquire", "asyncio.Lock"),
        ("k = threading.Lock()\n    with k: pass", "with threading.Lock", "async with"),
        ("future = pool.submit(g); future.result()",
         "concurrent.futures.Future.result", "wrap_future"),
        ("t = threading.Thread(); t.join()", "threading.Thread.join", "await the task"),
        ("input('name? ')", "input", "to_thread"),
    ],
)  # fmt: skip
def test_a_call_that_stops_the_loop_is_named_with_what_to_await(body, call, instead):
    """Found where it stands, in a coroutine function."""
    imports = "import pathlib, queue, requests, socket, subprocess, threading, time\n"
    imports += "import urllib.request\n"

    found = stops_the_loop(source(f"{imports}async def f():\n    {body}\n"))

    assert [(one.function, one.call) for one in found] == [("f", call)]
    assert instead in found[0].instead


def test_a_loop_is_stopped_through_a_plain_function_too():
    """The usual way to hide it: the coroutine calls a helper that waits."""
    text = """
        import time
        def helper(): nested()
        def nested(): time.sleep(1)
        async def serve(): helper()
    """
    (found,) = stops_the_loop(source(text))
    assert (found.line, found.through, found.call) == (
        5, ("helper", "nested"), "time.sleep",
    )  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        "await asyncio.sleep(1)",
        "await asyncio.to_thread(time.sleep, 1)",
        "q = asyncio.Queue(); await q.get()",
        "k = asyncio.Lock()\n    async with k: pass",
        "q = queue.Queue(); q.get_nowait()",
        "k = asyncio.Lock(); asyncio.create_task(k.acquire())",
        "def later(): time.sleep(1)\n    loop.run_in_executor(None, later)",
    ],
)
def test_what_does_not_stop_the_loop_is_not_named(body):
    """A false alarm costs more trust than a miss."""
    text = f"import asyncio, queue, time\nasync def f(loop):\n    {body}\n"
    assert stops_the_loop(source(text)) == ()


def test_a_write_is_guarded_by_the_lock_around_it():
    """`with`, acquire and release, both; `__init__` runs before it is shared."""
    text = """
        import threading
        total = 0
        guard = threading.Lock()
        class Till:
            def __init__(self):
                self.lock = threading.Lock()
                self.cash = []
                self.sold = 0
            def sell(self, coin):
                with self.lock:
                    self.cash.append(coin)
                    self.sold += 1
            def refund(self):
                self.lock.acquire()
                self.sold -= 1
                self.lock.release()
                self.cash[0] = None
        def count():
            global total
            if total:
                with guard:
                    total += 1
            total = 0
    """
    tree = source(text)

    found = {
        (one.owner, one.name): (one.guards, one.guarded_lines, one.unguarded_lines)
        for one in shared(Types(Program({"": tree})), "")
    }

    assert found == {
        ("Till", "cash"): (("self.lock",), (12,), (18,)),
        ("Till", "sold"): (("self.lock",), (13, 16), ()),
        ("", "total"): (("guard",), (23,), (24,)),
    }


@pytest.mark.parametrize("given", ["nowhere.py", "no.such.module", "a/b:c", "json/"])
def test_a_file_that_is_not_there_is_one_line(given):
    """Whatever is asked for: what is wrong and what to give."""
    with pytest.raises(CannotRunError, match="give") as caught:
        find(given)
    assert "\n" not in str(caught.value)


def test_a_module_is_found_without_being_imported():
    """Reading a file must not run it."""
    assert "class Thread" in find("threading:Thread").text
    assert "JSONDecoder" in find("json").text


def test_the_items_of_a_modules_variable_are_shared_without_declaring_it():
    """A chat server's table of clients: the first thing that a port must look at."""
    text = """
        import threading
        clients, lines, own = {}, [], []
        guard = threading.Lock()
        def join(name, socket):
            with guard:
                clients[name] = socket
            lines.append(name)
        def leave(name):
            del clients[name]
        def local():
            own = []
            own.append(1)
    """
    tree = source(text)

    found = {
        one.name: (one.guards, one.guarded_lines, one.unguarded_lines)
        for one in shared(Types(Program({"": tree})), "")
    }

    assert found == {
        "clients": (("guard",), (7,), (10,)),
        "lines": ((), (), (8,)),
    }


def test_a_decorator_that_registers_gives_each_function_back():
    """What one function waits for is not what another one of the same route does."""
    text = """
        import time
        routes = {}
        def route(name):
            def register(function):
                routes[name] = function
                return function
            return register
        @route("slow")
        def slow(): time.sleep(1)
        @route("fast")
        def fast(): return 1
        @route("other")
        def other(): return slow()
    """

    assert {*chains(text)} == {"slow", "other"}
