"""The steps of a reading grow with the file, and a terminal shows how far it is."""

import io
import json
import sys

import pytest
from click.testing import CliRunner

from bench.commands import reading_shown, shape
from bench.shape.colour.graph import CallGraph
from bench.shape.port.mistakes.check import mistakes
from bench.shape.port.plan.plans import plan
from bench.shape.reading.packages import modules
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program

CLASS = """
class Job{n}:
    def __init__(self):
        self.lock, self.jobs, self.done = threading.Lock(), queue.Queue(), 0
    def work(self):
        with self.lock:
            self.done += 1
            self.last = self.jobs.get()
        self.rest()
    def rest(self):
        self.count = self.done
"""
METHODS = """
    def work{n}(self, value):
        with self.lock:
            self.done += value
            self.last{n} = self.jobs.get()
        return self.work{n}(value)
"""
STATEMENTS = """
    with lock:
        done = done + {n}
    print(jobs.get(), done)
"""
HEADS = {
    CLASS: "import queue, threading\n",
    METHODS: "import asyncio\nclass Job:\n    def __init__(self):\n"
    "        self.lock, self.jobs = asyncio.Lock(), asyncio.Queue()\n",
    STATEMENTS: "import queue, threading\ndef work():\n"
    "    lock, jobs, done = threading.Lock(), queue.Queue(), 0\n",
}


def calls_for(part, count):
    """How many calls it takes to read, plan and check so many parts."""
    text = HEADS[part] + "".join(part.format(n=n) for n in range(count))
    program = Program({"": from_text("large.py", text)})
    calls = 0

    def counted(frame, event, argument):
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        graph = CallGraph(program)
        plan(graph)
        mistakes(graph)
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.long
@pytest.mark.parametrize("part", HEADS, ids=["classes", "methods", "statements"])
def test_four_times_the_file_takes_about_four_times_the_steps(part):
    """A file of one megabyte would take minutes if each part looked at all others."""
    few, many = calls_for(part, 30), calls_for(part, 120)

    assert many < 5 * few, f"{many / few:.1f} times the calls for 4 times the parts"


class Terminal(io.StringIO):
    """A standard error that is a terminal."""

    def isatty(self):
        return True


@pytest.fixture
def package(tmp_path):
    for name in ("__init__", "one", "two"):
        (tmp_path / f"{name}.py").write_text("def f(): pass\n" * 60)
    return tmp_path


def test_a_reading_tells_how_far_it_is(package):
    """Files and functions, each with their number."""
    told = []
    sources, _ = modules(package, lambda *one: told.append(one))
    CallGraph(Program(sources), (), lambda *one: told.append(one))

    assert told[:3] == [("files read", n, 3) for n in (1, 2, 3)]
    assert told[3] == ("functions read", 50, 183)


def test_progress_is_shown_on_a_terminal_and_not_in_a_pipe(monkeypatch):
    """Nothing but findings is in a build's log."""
    pipe, terminal = io.StringIO(), Terminal()
    for stream in (pipe, terminal):
        monkeypatch.setattr(sys, "stderr", stream)
        with reading_shown.reading_shown() as tick:
            tick("files read", 3, 4)

    assert pipe.getvalue() == ""
    assert "files read" in terminal.getvalue()
    assert "3 of 4" in terminal.getvalue()


def test_what_stops_the_loop_is_told_as_sarif_too(tmp_path):
    """A code host shows it beside the line."""
    file = tmp_path / "jobs.py"
    file.write_text("import time\nasync def f():\n    time.sleep(1)\n")
    ended = CliRunner().invoke(
        shape.command, [str(file), "--check", "--sarif"], standalone_mode=False
    )
    (result,) = json.loads(ended.stdout)["runs"][0]["results"]

    assert ended.return_value == 1
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 3}
