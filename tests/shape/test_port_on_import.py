"""What a module's own code does when it is imported, and what `with` enters alone."""

from textwrap import dedent

from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.port.mistakes.check import mistakes
from bench.shape.port.support.catalogue import SUPPORT
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program


def drafted(text):
    source = from_text("jobs.py", dedent(text).lstrip("\n"))
    (draft,) = drafts(CallGraph(Program({"": source})))
    compile(draft, "draft", "exec")
    return draft


def test_a_thread_of_a_module_that_is_imported_is_told():
    """No loop runs there, and its functions must stay where others import them."""
    draft = drafted("""
        import queue, threading
        jobs = queue.Queue()
        def work():
            while (job := jobs.get()) is not None:
                print(job)
        worker = threading.Thread(target=work)
        worker.start()
        def add(job):
            jobs.put(job)
        def main():
            add(1)
            add(None)
            worker.join()
        if __name__ == "__main__":
            main()
    """)

    assert "# port: a task starts only while a loop runs, and none does" in draft
    assert "\nasync def main():" in draft


def test_an_exit_stack_alone_is_not_to_be_split():
    """It became an AsyncExitStack, which only `async with` enters: nothing is left."""
    draft = drafted("""
        import contextlib, threading, time
        class Desk:
            def __init__(self):
                self.lock, self.pens = threading.Lock(), 3
            @contextlib.contextmanager
            def pen(self):
                with self.lock:
                    time.sleep(0.01)
                    yield self.pens
        def write(desk: Desk):
            with contextlib.ExitStack() as stack:
                return stack.enter_context(desk.pen())
    """)

    assert "async with contextlib.AsyncExitStack() as stack:" in draft
    assert "as_async" not in draft


def test_what_a_draft_brings_along_has_no_mistake():
    """`in_loop_or_thread` awaits what it is given, which the reader did not write."""
    support = "\n\n".join(
        SUPPORT[name] for name in ("in_loop_or_thread", "in_own_thread")
    )
    text = (
        "import asyncio, contextlib, inspect, threading, time\n\n"
        f"{support}\n\nasync def main():\n    await in_loop_or_thread(time.sleep, 1)\n"
    )

    assert mistakes(CallGraph(Program({"": from_text("ajobs.py", text)}))) == []


def test_a_lambda_with_defaults_keeps_them_where_it_is_made():
    """Above the statement there is no `n` of its comprehension: a NameError."""
    draft = drafted("""
        import time
        def nap(n):
            time.sleep(n)
            return n
        def made(numbers):
            nap(1)
            return [lambda n=n: nap(n) + 1 for n in numbers]
    """)

    assert "write async def call(n): return await nap(n) + 1 above" in draft
    assert "and lambda n=n: call(n) in place of the lambda" in draft


def test_a_constructor_that_connects_may_be_left_to_a_thread():
    """Its calls of sockets stay in threads: `open_connection` would fit none."""
    draft = drafted("""
        import socket
        class Line:
            def __init__(self, host, port=7):
                self.sock = socket.create_connection((host, port))
            def ask(self):
                return self.sock.recv(10)
        def asked(host):
            return Line(host, port=9).ask()
    """)

    assert "write await asyncio.to_thread(Line, host, port=9) here" in draft
