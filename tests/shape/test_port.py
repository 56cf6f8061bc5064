# ruff: noqa: E501  # a program on one line is easier to compare than a wrapped one
"""The porting assistant: plans that work when followed, and its command."""

import asyncio
import html
import json
import os
import re
import sys
from textwrap import dedent

import pytest
from click.testing import CliRunner

from bench.cli import cli
from bench.commands import port as port_command
from bench.commands import show as show_command
from bench.errors import CannotRunError
from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.port.plan.plans import plan
from bench.shape.port.progress import progress
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program

POOL = '''
"""Jobs on a few threads, results in a list."""
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor


class Pace:
    def __init__(self):
        self.lock = threading.Lock()
        self.count = 0

    def wait(self):
        with self.lock:
            self.count += 1
            time.sleep(0)


class Log:
    def __init__(self):
        self._lock = threading.Lock()
        self.lines = []

    def add(self, line):
        with self._lock:
            self.lines.append(line)


class Crew:
    def __init__(self, size):
        self.jobs = queue.Queue(maxsize=2)
        self.pace, self.log = Pace(), Log()
        self.stop = threading.Event()
        self.threads = [threading.Thread(target=self.work) for _ in range(size)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *exc):
        self.jobs.join()
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def work(self):
        while not self.stop.is_set():
            try:
                job = self.jobs.get(timeout=0.01)
            except queue.Empty:
                continue
            self.pace.wait()
            self.log.add(job * 2)
            self.jobs.task_done()


def double(n):
    time.sleep(0)
    return n * 2


def both(numbers):
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(double, n) for n in numbers]
    return [future.result() for future in futures]


def main(numbers):
    with Crew(2) as crew:
        for n in numbers:
            crew.jobs.put(n)
    return sorted(crew.log.lines), both(numbers)
'''


def graph_of(text, name="jobs.py"):
    return CallGraph(Program({"": from_text(name, dedent(text).lstrip("\n"))}))


@pytest.fixture(scope="module")
def planned():
    (one,) = plan(graph_of(POOL))
    return one


def loaded(text, name):
    """Run a module's text; what a user would import."""
    space = {"__name__": name}
    exec(compile(text, name, "exec"), space)
    return space


def test_a_draft_runs_and_gives_what_the_threads_gave():
    """Followed mechanically, the advice is a program: no line of it is only said."""
    (draft,) = drafts(graph_of(POOL))

    before, after = loaded(POOL, "before"), loaded(draft, "after")

    expected = before["main"]([1, 2, 3])
    assert expected == ([2, 4, 6], [2, 4, 6])
    assert asyncio.run(asyncio.wait_for(after["main"]([1, 2, 3]), 20)) == expected
    assert "import queue" not in draft


def test_each_function_says_what_it_becomes_and_why(planned):
    """In the order of the file, with the chain to the call that waits."""
    found = {f.function: (f.becomes, f.why) for f in planned.functions}

    assert [f.line for f in planned.functions] == sorted(
        f.line for f in planned.functions
    )
    assert found["Pace.wait"] == ("async", "time.sleep")
    assert found["Crew.work"][0] == "async"
    assert found["both"][0] == found["main"][0] == "async"
    assert found["Crew.__enter__"][1].endswith("(becomes __aenter__)")
    assert found["Log.add"][0] == "plain"
    assert "nothing inside waits" in found["Log.add"][1]


def test_each_line_that_changes_says_what_it_becomes(planned):
    """The line as it is, and as it will be: nothing is left to be looked up."""
    edits = {e.now: e.becomes for f in planned.functions for e in f.edits}

    assert edits["with self.lock:"] == "async with self.lock:"
    assert (
        edits["job = self.jobs.get(timeout=0.01)"]
        == "async with asyncio.timeout(0.01): job = await self.jobs.get()"
    )
    assert edits["except queue.Empty:"] == "except TimeoutError:"
    assert edits["with Crew(2) as crew:"] == "async with Crew(2) as crew:"
    assert edits["thread.join()"] == "await thread.join()"
    assert edits["crew.jobs.put(n)"] == "await crew.jobs.put(n)"


def test_a_lock_is_kept_where_it_is_held_over_an_await(planned):
    """And freed where nothing inside waits: no other task runs there."""
    state = {one.name: one for one in planned.state}

    assert "keep self.lock" in state["Pace.count"].do
    assert "is not needed after the port" in state["Log.lines"].do


def test_a_rule_that_differs_is_told_with_the_line_that_relies_on_it(planned):
    """Not the whole table: what this file does, and where."""
    queue_ = next(p for p in planned.primitives if p.threads == "queue.Queue")

    (deviation,) = queue_.deviations
    assert deviation.rule.key == "queue-timeout"
    assert [POOL.splitlines()[n] for n in deviation.lines] == [
        "                job = self.jobs.get(timeout=0.01)"
    ]


@pytest.mark.parametrize(
    ("body", "becomes"),
    [
        ("def __init__(self): time.sleep(1)", "changed"),
        ("@property\n    def size(self): time.sleep(1)", "changed"),
        ("def __len__(self): time.sleep(1)", "changed"),
        ("def save(self): open('x').write('y')", "plain"),
        ("def add(self): return 1", "plain"),
        ("async def add(self): return 1", "already"),
        ("def __enter__(self): time.sleep(1)", "async"),
        ("def step(self):\n        yield time.sleep(1)", "async"),
    ],
)
def test_what_cannot_be_awaited_is_told_apart(body, becomes):
    """Python itself calls a constructor and does not await it."""
    (one,) = plan(graph_of(f"import time\nclass A:\n    {body}\n"))

    assert [f.becomes for f in one.functions] == [becomes]


def test_a_lock_held_elsewhere_over_a_wait_makes_its_users_async():
    """`reset` never waits itself, and must still await the lock that `slow` holds."""
    (one,) = plan(
        graph_of("""
        import threading, time
        class A:
            def __init__(self): self.lock = threading.Lock()
            def slow(self):
                with self.lock: time.sleep(1)
            def reset(self):
                with self.lock: self.n = 0
    """)
    )
    found = {f.function: (f.becomes, f.why) for f in one.functions}

    assert found["A.reset"] == ("async", "self.lock, held elsewhere over a wait")


def test_files_remain_blocking_and_unread_calls_are_listed():
    """What is not claimed is said."""
    (one,) = plan(
        graph_of("""
        import time, somelib
        def run(x):
            time.sleep(1)
            with open("x") as f: f.read()
            somelib.call(x)
    """)
    )

    assert {call.call for call in one.remaining} == {"open", "io.TextIOWrapper.read"}
    assert [one.call for one in one.not_followed] == ["somelib.call"]


def test_a_time_limit_whose_result_is_not_used_ends_quietly():
    """`event.wait(1)` returned False; the exception in its place must end there."""
    text = """
        import threading
        class A:
            def __init__(self): self.event = threading.Event()
            def rest(self):
                self.event.wait(timeout=0.001)
                return "rested"
    """
    (draft,) = drafts(graph_of(text))

    assert asyncio.run(loaded(draft, "draft")["A"]().rest()) == "rested"


def test_a_context_manager_function_becomes_an_async_one():
    """Its decorator too, and the `with` that enters it."""
    text = """
        import contextlib, time
        @contextlib.contextmanager
        def opened():
            time.sleep(0)
            yield 3
        def run():
            with opened() as n:
                return n
    """
    (draft,) = drafts(graph_of(text))

    assert asyncio.run(loaded(draft, "draft")["run"]()) == 3


def test_a_draft_is_python_where_something_cannot_be_awaited():
    """A constructor calls what becomes async: that is said, and not written."""
    text = """
        import time
        class A:
            def __init__(self): self.open()
            def open(self): time.sleep(0)
            def __repr__(self): return str(self.open())
        def main(): A().open()
        if __name__ == "__main__":
            main()
    """
    (draft,) = drafts(graph_of(text))

    assert "as await self.open(), with return self at its end" in draft
    assert "A.open becomes async, but Python itself calls" in draft
    assert "asyncio.run(main())" in draft
    assert asyncio.iscoroutinefunction(loaded(draft, "draft")["main"])


def test_a_port_is_compared_function_by_function():
    """Done, still plain, gone; and what became async for nothing."""
    before = graph_of("""
        import time
        class Client:
            def get(self): time.sleep(1)
            def close(self): time.sleep(1)
            def drop(self): time.sleep(1)
            def size(self): return 1
    """)
    after = graph_of("""
        import asyncio
        class AsyncClient:
            async def get(self): await asyncio.sleep(1)
            def aclose(self): pass
            async def size(self): return 1
    """, "ajobs.py")  # fmt: skip

    (found,) = progress(before, after)

    assert (found.done, found.remaining, found.missing) == (
        ("Client.get",),
        ("Client.close",),
        ("Client.drop",),
    )
    assert found.needless == ("Client.size",)


def invoke(*arguments):
    result = CliRunner().invoke(port_command.command, arguments, standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result


def test_the_command_says_it_in_every_form(tmp_path):
    """Terminal, JSON with every key, page, draft; the files are only read."""
    file = tmp_path / "jobs.py"
    file.write_text(POOL)
    page = tmp_path / "port.html"

    text = invoke(str(file)).output
    (data,) = json.loads(invoke(str(file), "--json").output)
    invoke(str(file), "--page", str(page))

    assert "Pace.wait  becomes async: time.sleep" in text
    assert {
        "functions",
        "primitives",
        "state",
        "elsewhere",
        "remaining",
        "not_followed",
    } <= set(data)
    assert "await asyncio.sleep(0)" in invoke(str(file), "--draft").output
    shown = html.unescape(re.sub(r"<[^>]+>", "", page.read_text()))
    assert "async with self.lock:" in shown
    assert "keep self.lock as an asyncio lock" in shown
    assert "<script" in page.read_text()
    assert "http-equiv" in page.read_text()
    assert "src=" not in page.read_text().split("</style>")[1].split("<script")[0]


def test_check_is_for_ci_and_a_comment_waives(tmp_path):
    """Status 1 when there is a mistake, 0 when there is none or it is waived."""
    file = tmp_path / "jobs.py"
    file.write_text("import time\nasync def f():\n    time.sleep(1)\n")
    found = invoke(str(file), "--check")
    assert found.return_value == 1
    assert found.output.startswith(f"{file}:3: blocking-call: time.sleep")

    log = json.loads(invoke(str(file), "--sarif").output)
    (result,) = log["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 3}

    file.write_text("import time\nasync def f():\n    time.sleep(1)  # bench: ok\n")
    found = invoke(str(file), "--check")
    assert (found.return_value, found.output) == (0, "")
    log = json.loads(invoke(str(file), "--sarif").output)
    assert log["runs"][0]["results"][0]["suppressions"]


def test_a_package_is_planned_module_by_module(tmp_path):
    """With a call that only its reader knows to wait."""
    package = tmp_path / "shop"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "db.py").write_text("import driver\ndef query(): return driver.ask()\n")
    (package / "app.py").write_text(
        "from shop import db\ndef total(): return db.query()\n"
    )

    plans = json.loads(
        invoke(str(package), "--blocking", "driver.ask", "--json").output
    )

    found = {f["function"]: f["becomes"] for one in plans for f in one["functions"]}
    assert found == {"shop.db:query": "async", "shop.app:total": "async"}


def test_a_request_that_cannot_be_met_is_one_line(tmp_path):
    """A missing file, a directory in place of a file, a class that is not there."""
    with pytest.raises(CannotRunError, match="give a"):
        invoke(str(tmp_path / "none.py"))
    file = tmp_path / "x.py"
    file.write_text("class A: pass\n")
    with pytest.raises(CannotRunError, match="it has A"):
        invoke(f"{file}:B")


def test_two_classes_of_one_file_are_shown_side_by_side(tmp_path):
    """Libraries keep both forms in one file."""
    file = tmp_path / "x.py"
    file.write_text(
        "import time\nclass Client:\n    def close(self): return 1\nclass AsyncClient:\n    async def aclose(self): return 1\n"
    )

    result = CliRunner().invoke(
        show_command.command, [f"{file}:Client", f"{file}:AsyncClient"]
    )

    assert result.exit_code == 0, result.exception
    assert "% name (AsyncX, aclose) 2" in result.output


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes here")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    """Reading one would hang for ever."""
    os.mkfifo(tmp_path / "pipe.py")
    with pytest.raises(CannotRunError, match="not a regular file"):
        invoke(str(tmp_path / "pipe.py"))


def test_the_command_is_listed():
    """`python -m bench` names it."""
    assert "port" in CliRunner().invoke(cli, []).output
