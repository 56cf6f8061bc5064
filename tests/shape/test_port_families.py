"""Methods that stand for each other become async together, or stay plain together."""

import asyncio
from textwrap import dedent

import pytest

from bench.shape.colour.graph import CallGraph
from bench.shape.port.colours import colours
from bench.shape.port.draft.drafts import drafts
from bench.shape.port.mistakes.check import mistakes
from bench.shape.port.plan.plans import plan
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program

WITHIN = 5  # seconds for what takes none


def graph_of(text):
    return CallGraph(Program({"": from_text("jobs.py", dedent(text).lstrip("\n"))}))


def draft_of(text):
    (draft,) = drafts(graph_of(text))
    compile(draft, "draft", "exec")
    return draft


def same(text):
    """What `main` gives; of the draft it must be the same, with nothing to decide."""
    text = dedent(text).lstrip("\n")
    draft = draft_of(text)
    assert "# port:" not in draft
    plain, ported = {"__name__": "plain"}, {"__name__": "draft"}
    exec(compile(text, "plain", "exec"), plain)
    exec(compile(draft, "draft", "exec"), ported)
    expected = plain["main"]()
    assert asyncio.run(asyncio.wait_for(ported["main"](), WITHIN)) == expected
    return expected


def async_of(text):
    found = colours(graph_of(text))
    return {key.rpartition(":")[2] for key in found.waits if found.is_async(key)}


FAMILIES = {
    "a base that waits nowhere": """
        import time
        class Step:
            def run(self, x):
                return self.handle(x) + 1
            def handle(self, x):
                raise NotImplementedError
        class Plain(Step):
            def handle(self, x):
                return x
        class Slow(Step):
            def handle(self, x):
                time.sleep(0)
                return x * 2
        def main():
            return [kind().run(3) for kind in (Plain, Slow)] + [Plain().handle(1)]
    """,
    "an override of an override": """
        import time
        class Base:
            def area(self):
                return 1
        class Slow(Base):
            def area(self):
                time.sleep(0)
                return 2
        class Kept(Slow):
            known = None
            def area(self):
                if self.known is None:
                    self.known = super().area()
                return self.known
        def main():
            return [shape.area() for shape in (Base(), Slow(), Kept())]
    """,
    "a mixin before its base": """
        import time
        class Base:
            def area(self):
                return 1
        class Slow(Base):
            def area(self):
                time.sleep(0)
                return 2
        class Loud:
            def area(self):
                return super().area() + 100
        class LoudBase(Loud, Base):
            pass
        def main():
            return LoudBase().area() + Slow().area()
    """,
    "two mixins, one behind the other": """
        import time
        class Reads:
            def load(self):
                time.sleep(0)
                return "read"
        class Counts:
            count = 0
            def load(self):
                self.count += 1
                return super().load()
        class Twice:
            def load(self):
                return super().load() + super().load()
        class Both(Twice, Counts, Reads):
            pass
        def main():
            both = Both()
            return both.load(), both.count
    """,
    "a protocol and what fits it": """
        import time
        from typing import Protocol
        class Sink(Protocol):
            def send(self, text: str) -> int: ...
        class ListSink:
            def __init__(self):
                self.items = []
            def send(self, text):
                self.items.append(text)
                return len(text)
        class SlowSink:
            def send(self, text):
                time.sleep(0)
                return 0
        def deliver(sink: Sink, texts):
            return [sink.send(text) for text in texts]
        def main():
            return deliver(ListSink(), ["a", "bc"]), deliver(SlowSink(), ["d"])
    """,
    "a lambda in the place of a method": """
        import time
        class Base:
            def area(self):
                time.sleep(0)
                return 1
            def twice(self):
                return self.area() * 2
        class Fixed(Base):
            area = lambda self: 3
        def main():
            return Base().twice(), Fixed().twice(), Fixed().area()
    """,
    "a class method and a static one": """
        import time
        class Base:
            @classmethod
            def make(cls):
                return cls()
            @staticmethod
            def scale(x):
                return x
            def __call__(self, x):
                return self.scale(x)
        class Slow(Base):
            @classmethod
            def make(cls):
                time.sleep(0)
                return super().make()
            @staticmethod
            def scale(x):
                time.sleep(0)
                return x * 10
        def main():
            return Base.make()(1), Slow.make()(2)
    """,
}


@pytest.mark.parametrize("text", FAMILIES.values(), ids=FAMILIES)
def test_a_family_of_methods_has_one_colour(text):
    """A caller knows one of them, and awaits it or does not."""
    assert same(text)


def test_a_class_that_only_shares_a_name_is_no_family():
    """Nothing calls one in the place of the other."""
    text = """
        import time
        class Slow:
            def send(self, text):
                time.sleep(0)
        class Other:
            def send(self, text):
                return text
        def main():
            Slow().send("a")
            return Other().send("b")
    """

    assert "Other.send" not in async_of(text)


def test_a_protocol_with_other_arguments_is_not_fitted():
    """`send(self, address, text)` is no `send(self, text)`."""
    text = """
        import time
        from typing import Protocol
        class Sink(Protocol):
            def send(self, text): ...
        class Slow:
            def send(self, text):
                time.sleep(0)
        class Post:
            def send(self, address, text):
                return address
        def main(sink: Sink):
            sink.send("a")
            Slow().send("b")
            return Post().send("c", "d")
    """

    assert {"Slow.send", "Sink.send"} <= async_of(text)
    assert "Post.send" not in async_of(text)


CALLED = {
    "a server": (
        "http.server.BaseHTTPRequestHandler",
        "do_GET",
        "import http.server",
    ),
    "a stream server": (
        "socketserver.StreamRequestHandler",
        "handle",
        "import socketserver",
    ),
    "a log": ("logging.Handler", "emit", "import logging"),
    "a command line": ("cmd.Cmd", "do_wait", "import cmd"),
    "a parser": ("HTMLParser", "handle_data", "from html.parser import HTMLParser"),
}


@pytest.mark.parametrize(("base", "name", "line"), CALLED.values(), ids=CALLED)
def test_a_method_that_a_library_calls_stays_plain(base, name, line):
    """The library awaits nothing: as a coroutine function it would never run."""
    text = f"""
        {line}
        import time
        class Own({base}):
            def {name}(self, *given):
                time.sleep(0)
            def mine(self):
                time.sleep(0)
        def main(own: Own):
            own.mine()
    """

    assert async_of(text) == {"Own.mine", "main"}


def test_a_scenario_has_workers_of_one_colour():
    """A plain worker beside async ones would be run in a thread of its own."""
    text = """
        import queue
        class Scenario:
            def __init__(self):
                self.box, self.sent = queue.Queue(), 0
            def send(self):
                self.box.put(1)
            def count(self):
                self.sent += 1
            def take(self):
                self.box.get()
            def check(self):
                assert self.sent == 1
            workers = (send, count, take)
    """

    assert async_of(text) == {"Scenario.send", "Scenario.count", "Scenario.take"}


GIVEN = {
    "a partial of one that waits and of one that does not": """
        import functools, time
        def slow(x):
            time.sleep(0)
            return x
        def fast(x):
            return -x
        class Job:
            def __init__(self, action):
                self.action = action
            def run(self):
                return self.action()
        def make(action, *given):
            return Job(functools.partial(action, *given))
        def main():
            return make(slow, 1).run(), make(fast, 2).run()
    """,
    "a function of a library": """
        import time
        def slow(text):
            time.sleep(0)
            return text
        class Client:
            def __init__(self, send):
                self.send = send
            def ask(self, text):
                return self.send(text)
        def main():
            return Client(slow).ask("a"), Client(str.upper).ask("b")
    """,
    "a method of a list": """
        import time
        class Disk:
            def __init__(self):
                self.written = []
            def __call__(self, batch):
                time.sleep(0)
                self.written += batch
        class Writer:
            def __init__(self, sink):
                self.sink = sink
            def write(self, batch):
                self.sink(batch)
        def main():
            disk, items = Disk(), []
            Writer(disk).write([1])
            Writer(items.extend).write([2])
            return disk.written, items
    """,
    "by the beginning of its name": """
        import time
        class Commands:
            def do_wait(self, x):
                time.sleep(0)
                return "waited " + x
            def do_now(self, x):
                return "now " + x
            def run(self, verb, x):
                method = getattr(self, "do_" + verb, None)
                return "?" if method is None else method(x)
            def again(self, verb, x):
                return getattr(self, f"do_{verb}")(x)
            def third(self, verb, x):
                return getattr(self, "do_%s" % verb)(x)
        def main():
            own = Commands()
            return own.run("wait", "1"), own.run("no", "2"), own.again("now", "3")
    """,
}


@pytest.mark.parametrize("text", GIVEN.values(), ids=GIVEN)
def test_what_may_be_plain_or_async_is_awaited_where_it_is(text):
    """Which of them is called is known only at run time."""
    assert same(text)


def test_a_constructor_that_waits_is_told_with_the_line_to_write():
    """`__init__` cannot await; the plan says what stands in its place."""
    draft = draft_of("""
        import socket, time
        class Client:
            def __init__(self, address):
                self.socket = socket.create_connection(address)
                self.greeting = self.read().strip()
            def read(self):
                return self.socket.recv(10)
        def main(address):
            return Client(address).greeting
    """)
    lines = [line.strip() for line in draft.splitlines()]
    said = [line for line in lines if line.startswith("# port: ")]

    assert "socket.create_connection stops the loop" in said[0]
    assert "make the object by await Client(...).opened()" in said[0]
    assert "self.greeting = (await self.read()).strip()" in said[1]
    assert "await Client(address).opened()" in said[2]


def test_a_length_that_waits_is_told():
    """Python awaits nothing that `len` calls."""
    draft = draft_of("""
        import time
        class Box:
            def __len__(self):
                return self.count()
            def count(self):
                time.sleep(0)
                return 1
        def main():
            return len(Box())
    """)

    assert "code to a new async method of Box, and await the new method" in draft


def test_a_key_that_waits_is_told_with_pairs_in_its_place():
    """`sorted` would compare coroutines."""
    draft = draft_of("""
        import time
        def size(x):
            time.sleep(0)
            return x
        def main(items):
            first = min(items, key=lambda x: -size(x))
            return first, sorted(items, key=size)
    """)

    assert draft.count("# port: the function of `key=` becomes async") == 2


def test_the_plan_lists_files_that_plain_functions_of_the_loop_open():
    """They stop the loop as much as those that an async function opens itself."""
    (one,) = plan(
        graph_of("""
        import time
        def save(text):
            with open("x", "w") as file:
                file.write(text)
        def never(text):
            open("y")
        def main():
            time.sleep(0)
            save("a")
    """)
    )

    assert [call.function for call in one.remaining] == ["save", "save"]


CLOSING = """
    import contextlib, time
    class Log:
        closed = 0
        def close(self):
            time.sleep(0)
            self.closed += 1
    def main():
        log = Log()
        with contextlib.closing(log) as same:
            time.sleep(0)
        return same is log, log.closed
"""


def test_what_closing_calls_is_awaited():
    """`contextlib.closing` would make a coroutine and drop it."""
    assert same(CLOSING) == (True, 1)


def test_a_port_that_closes_without_awaiting_is_a_mistake():
    """Nothing is closed there."""
    text = draft_of(CLOSING).replace(
        "async with closed_at_end", "with contextlib.closing"
    )
    found = [(one.rule, one.what) for one in mistakes(graph_of(text))]

    assert [rule for rule, _ in found] == ["plain-with"]
    assert "it calls close() and does not await it" in found[0][1]
