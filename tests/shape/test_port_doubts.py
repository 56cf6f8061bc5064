"""A comment names the lines that a port cannot edit; a draft can always run."""

import asyncio
from textwrap import dedent

import pytest
from click.testing import CliRunner

from bench.cli import cli
from bench.errors import CannotRunError
from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.port.plan.plans import plan
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program

HEAD = """
import asyncio, concurrent.futures, threading, time
from functools import partial
def helper(x=0): time.sleep(0)
"""


def drafted(body, head=HEAD):
    """The draft of a file, which must be Python."""
    text = head + dedent(body)
    (draft,) = drafts(CallGraph(Program({"": from_text("jobs.py", text)})))
    compile(draft, "draft", "exec")
    return draft


def run(draft, call):
    """What a coroutine function of a draft gives."""
    space = {"__name__": "draft"}
    exec(compile(draft, "draft", "exec"), space)
    return asyncio.run(asyncio.wait_for(eval(call, space), 5))


INSIDE = [
    "partial(time.sleep, 1)()",
    "list(map(time.sleep, [1, 2]))",
    "sorted([2, 1], key=time.sleep)",
]


@pytest.mark.parametrize("line", INSIDE)
def test_a_wait_inside_another_call_is_told_and_not_edited(line):
    """`map(time.sleep, ...)` is no call of `asyncio.sleep`: put there it cannot run."""
    draft = drafted(f"def f():\n    {line}\n")

    assert f"\n    {line}\n" in draft
    assert "# port: time.sleep is called inside this call" in draft


def test_a_function_that_a_library_calls_gives_coroutines_and_this_is_told():
    """`sorted` cannot await its key."""
    draft = drafted("def f():\n    sorted([1], key=helper)\n")

    assert "# port: the function of `key=` becomes async" in draft


FUTURES = [
    "asyncio.run_coroutine_threadsafe(co, loop)",
    "given",
    "concurrent.futures.ProcessPoolExecutor().submit(len, 'a')",
]


@pytest.mark.parametrize("limit", ["", "timeout=5"])
@pytest.mark.parametrize("future", FUTURES)
def test_a_future_of_threads_is_wrapped_to_be_awaited(future, limit):
    """`await` and `wait_for` of a `concurrent.futures.Future` raise TypeError."""
    note = "given: concurrent.futures.Future, co=None, loop=None"
    draft = drafted(f"def f({note}):\n    return {future}.result({limit})\n")

    assert f"asyncio.wrap_future({future})" in draft
    if future == "given":
        made = "concurrent.futures.Future()"
        assert run(f"{draft}\nmade = {made}\nmade.set_result(3)\n", "f(made)") == 3


def test_a_future_of_a_pool_of_threads_is_a_task_and_awaited_as_one():
    """The usual case stays short."""
    draft = drafted("""
        def f():
            with concurrent.futures.ThreadPoolExecutor() as pool:
                future = pool.submit(len, "abc")
                return future.result()
    """)

    assert "return await future\n" in draft
    assert run(draft, "f()") == 3


def test_a_lock_that_stays_one_of_threads_is_tried_as_it_was():
    """`await` of a `threading.Lock`'s acquire awaits a bool."""
    draft = drafted("""
        LOCK = threading.Lock()
        async def f():
            if LOCK.acquire(blocking=False):
                LOCK.release()
                return "taken"
    """)

    assert "if LOCK.acquire(blocking=False):" in draft
    assert run(draft, "f()") == "taken"


SHARED_LINES = [
    "event = threading.Event(); event.set(); return event.wait(timeout=1)",
    "event = threading.Event(); event.wait(timeout=0.01); return True",
    "event = threading.Event()\n    if x: event.wait(0.01)\n    return True",
    "jobs = queue.Queue(); jobs.put(True); one = jobs.get(timeout=1); return one",
    "t = threading.Thread(target=helper); t.daemon = True; t.start(); t.join()\n"
    "    return True",
]


@pytest.mark.parametrize("line", SHARED_LINES)
def test_statements_that_share_a_line_are_all_kept(line):
    """A whole line in place of one of its statements loses the others' names."""
    head = f"import queue\n{HEAD.lstrip()}"
    draft = drafted(f"def f(x=1):\n    {line}\n    helper()\n", head)

    assert run(draft, "f()") is True


def test_a_thread_that_sleeps_is_a_task_that_sleeps():
    """Of `time.sleep` it was said that it never waits."""
    draft = drafted("""
        def f():
            thread = threading.Thread(target=time.sleep, args=(0,))
            thread.start()
            thread.join()
            return "ended"
    """)

    assert "never waits" not in draft
    assert "asyncio.create_task(asyncio.sleep(0))" in draft
    assert run(draft, "f()") == "ended"


def test_a_lambda_that_waits_is_told():
    """It has no `async` form, and its call looked as if nothing had to change."""
    draft = drafted("def f():\n    nap = lambda: time.sleep(0); nap()\n")

    assert (
        "# port: a lambda cannot await: write async def call(): return await " in draft
    )


def test_a_lambda_that_gives_a_coroutine_is_awaited():
    """A coroutine that is never awaited never runs."""
    draft = drafted("def f():\n    nap = lambda: helper(); nap()\n    return 3\n")

    assert "await nap()" in draft
    assert run(draft, "f()") == 3


CONTEXTS = [
    ("from contextlib import contextmanager", "contextmanager"),
    ("from contextlib import contextmanager as made", "made"),
    ("from contextlib import *", "contextmanager"),
    ("import contextlib", "contextlib.contextmanager"),
    ("import contextlib as c", "c.contextmanager"),
]


@pytest.mark.parametrize(("line", "mark"), CONTEXTS)
def test_a_draft_imports_the_decorator_that_it_names(line, mark):
    """However the plain one was imported; else the draft fails on import."""
    draft = drafted(f"""
        {line}
        @{mark}
        def entered():
            helper()
            yield 3
        def f():
            with entered() as found:
                return found
    """)

    assert run(draft, "f()") == 3


def test_a_star_import_stays_where_its_names_are_used():
    """What stays one of threads is still named; the draft fails on import else."""
    head = "from threading import *\nfrom time import *\n"
    draft = drafted(
        """
        LOCK, READY = Lock(), Event()
        def f():
            sleep(0)
            READY.set()
            READY.wait()
            with LOCK: return 3
        """,
        head,
    )

    assert run(draft, "f()") == 3


REFUSED = {
    "async with in a plain function": (
        "def f(lock):\n    async with lock: pass\n",
        "line 2: 'async with' outside async function",
    ),
    "await in a plain function": (
        "async def f(): pass\ndef g():\n    await f()\n",
        "line 3: 'await' outside async function",
    ),
    "return at the top": ("x = 1\nreturn x\n", "line 2: 'return' outside function"),
    "a name that is global too late": (
        "def f():\n    x = 1\n    global x\n",
        "line 3: name 'x' is assigned to before global declaration",
    ),
}


@pytest.mark.parametrize(("text", "said"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("asked", ["port --check", "port A B", "shape --check"])
def test_a_file_that_python_refuses_is_no_port(text, said, asked, tmp_path):
    """The parser takes `async with` in a `def`, and Python does not run the file."""
    file = tmp_path / "ajobs.py"
    file.write_text(text, encoding="utf-8")
    given = {
        "port --check": ["port", str(file), "--check"],
        "port A B": ["port", str(file), str(file)],
        "shape --check": ["shape", str(file), "--check"],
    }[asked]
    ended = CliRunner().invoke(cli, given)

    assert isinstance(ended.exception, CannotRunError)
    assert said in str(ended.exception)
    assert ended.stdout == ""


GIVEN = {
    "a parameter": "    def get(self, key, load):\n        return load(key)\n",
    "an attribute": "    def get(self, key, load):\n        self.load = load\n"
    "        return self.load(key)\n",
}


@pytest.mark.parametrize("body", GIVEN.values(), ids=GIVEN)
def test_a_function_that_callers_give_must_be_async_and_the_plan_says_so(body):
    """A plain one from another file gives nothing to await."""
    text = HEAD + "class Cache:\n" + body + "def main(): Cache().get('a', helper)\n"
    graph = CallGraph(Program({"": from_text("jobs.py", text)}))
    (one,) = plan(graph)
    said = [e.do for f in one.functions for e in f.edits if "callers pass in" in e.do]

    assert len(said) == 1
    assert "inspect.isawaitable(found)" in said[0]
    assert "# port:" not in drafts(graph)[0]


def test_a_function_of_the_file_itself_is_given_by_no_caller():
    """It is read, and its draft is an async def."""
    text = (
        HEAD
        + "def main(key):\n    called = helper\n    return called(key), helper(key)\n"
    )
    (one,) = plan(CallGraph(Program({"": from_text("jobs.py", text)})))

    assert "given by callers" not in str(one)


def test_what_an_operator_enters_and_waits_is_told():
    """`key in table` cannot await: a plain `with` on what is async now would raise."""
    draft = drafted(
        """
        from contextlib import contextmanager
        class Turns:
            def __init__(self):
                self.free = threading.Condition()
            @contextmanager
            def reading(self):
                with self.free:
                    self.free.wait_for(lambda: True)
                yield
        class Table:
            def __init__(self):
                self.lock, self.rows = Turns(), {}
            def __contains__(self, key):
                with self.lock.reading():
                    return key in self.rows
        """
    )

    told = "# port: Turns.reading becomes async, but Python itself calls"
    assert told in draft.partition("def __contains__")[2]


def test_a_stack_that_no_with_makes_is_told():
    """`self.stack.enter_context(x)` would raise, and where it is made is not known."""
    draft = drafted(
        """
        import contextlib
        @contextlib.contextmanager
        def slow():
            helper()
            yield
        class Kept:
            def __init__(self): self.stack = contextlib.ExitStack()
            def open(self): self.stack.enter_context(slow())
        """
    )

    assert "# port: make self.stack a contextlib.AsyncExitStack" in draft
    assert "self.stack.enter_context(slow())" in draft
