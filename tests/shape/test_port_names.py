# ruff: noqa: E501  # a program on one line is easier to compare than a wrapped one
"""Names of a draft's own: free in the file, whatever the program calls its things."""

import subprocess
import sys
from textwrap import dedent

import pytest

from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.port.mistakes.check import mistakes
from bench.shape.port.support.catalogue import SUPPORT
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program

HEAD = """
import queue, threading, time
from concurrent.futures import ThreadPoolExecutor
"""


def graph_of(text):
    return CallGraph(Program({"": from_text("jobs.py", text)}))


def printed(text, tmp_path):
    file = tmp_path / "program.py"
    file.write_text(text, encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-W", "error", file],
        capture_output=True,
        text=True,
        timeout=30,  # seconds
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


def same(body, tmp_path):
    """The draft of a program, which prints what the program does."""
    text = HEAD + dedent(body)
    (draft,) = drafts(graph_of(text))
    expected = printed(text, tmp_path)
    assert expected
    assert printed(draft, tmp_path) == expected
    return draft


STARTED = """
def work(n):
    time.sleep(0)
    print(n)
def main():
    thread = threading.Thread(target={target}, args=(1,))
    thread.start()
    thread.join()
"""
CALLED = {
    "reporting, the target": STARTED.format(target="reporting").replace("work", "reporting") + "main()\n",
    "reporting, a class": "class reporting: pass\n" + STARTED.format(target="work") + "main()\n",
    "_main of a script": STARTED.format(target="work").replace("main", "_main") + "_main()\ntime.sleep(0)\nprint('end')\n",
    "_main and the next": "_main_2 = 5\n" + STARTED.format(target="work").replace("main", "_main") + "_main()\ntime.sleep(0)\nprint(_main_2)\n",
    "a limit called in_time": """
def take(q, in_time):
    try:
        q.get(timeout=in_time)
    except queue.Empty:
        print("none")
take(queue.Queue(), 0.001)
""",
    "a class TaskPool": """
def work(n):
    time.sleep(0)
    return n
class TaskPool:
    def __init__(self, size):
        self.pool = ThreadPoolExecutor(size)
    def run(self, n):
        return list(self.pool.map(work, range(n)))
print(TaskPool(2).run(3))
""",
    "a class TaskThread, which is one": """
class TaskThread(threading.Thread):
    def run(self):
        time.sleep(0)
        print("ran")
one = TaskThread()
one.start()
one.join()
""",
    "kept_tasks, a list": """
kept_tasks = []
def work():
    time.sleep(0)
    kept_tasks.append(1)
threading.Thread(target=work).start()
while not kept_tasks:
    time.sleep(0.001)
print(kept_tasks)
""",
    "inspect, a function": """
def inspect(n):
    return n
def work(n):
    time.sleep(0)
    print(inspect(n))
def run(functions):
    for each in functions:
        each(1)
run([work, print])
""",
}  # fmt: skip


@pytest.mark.parametrize("body", CALLED.values(), ids=CALLED)
def test_a_name_of_the_program_is_not_taken(body, tmp_path):
    """A helper of that name is called `name_2`; the program's own stays."""
    same(body, tmp_path)


def test_a_helper_under_another_name_is_known_as_one(tmp_path):
    """`--check` names no mistake in what a draft brings along."""
    draft = same(CALLED["a class TaskPool"], tmp_path)

    assert "class TaskPool_2:" in draft
    assert not mistakes(graph_of(draft))


ATTRIBUTES = """
class Worker(threading.Thread):
    def __init__(self):
        super().__init__()
        self.{name} = True
    def run(self):
        time.sleep(0)
        print(self.{name})
one = Worker()
one.start()
one.join()
class Bounded(ThreadPoolExecutor):
    def __init__(self, workers, bound):
        super().__init__(workers)
        self.{name} = threading.BoundedSemaphore(bound)
    def submit(self, function, *args):
        self.{name}.acquire()
        future = super().submit(function, *args)
        future.add_done_callback(lambda done: self.{name}.release())
        return future
with Bounded(2, 3) as pool:
    print([each.result() for each in [pool.submit(abs, -n) for n in range(5)]])
class Later(threading.Timer):
    def __init__(self, seconds):
        super().__init__(seconds, time.sleep, (0,))
        self.{name} = False
    def run(self):
        self.finished.wait(self.interval)
        print(self.{name})
later = Later(0)
later.start()
later.join()
"""
NAMES = "_running _task _room _size _jobs _ended _first _run _runs"


@pytest.mark.parametrize("name", NAMES.split())
def test_an_attribute_of_a_subclass_is_its_own(name, tmp_path):
    """The classes that a draft brings along keep theirs under names of the class."""
    same(ATTRIBUTES.format(name=name), tmp_path)


def test_what_may_be_derived_from_has_no_attribute_that_threads_have_not():
    """`self._x` of a base class is one that `threading` has too, or `self.__x`."""
    known = {"TaskThread": {"_target", "_args", "_kwargs"}, "TaskCondition": {"_lock"}}
    for name in ("TaskThread", "TaskTimer", "TaskPool", "TaskBarrier", "TaskCondition"):
        parts = SUPPORT[name].replace("(", " ").replace(",", " ").split()
        own = {p.split(".")[1] for p in parts if p.startswith("self._")}
        assert {p for p in own if not p.startswith("__")} <= known.get(name, set())


SCRIPTS = {
    "a counter": "total += n",
    "an annotated one": "total = total + n",
    "a name of a handler": "\n    try: total += n\n    except ValueError as total: pass",
    "a name that goes": "del total; total = n",
    "an import": "total += n; import time",
    "a pattern": "\n    match n:\n        case total: pass",
}


@pytest.mark.parametrize("line", SCRIPTS.values(), ids=SCRIPTS)
@pytest.mark.parametrize("guard", ["if True:", "if __name__ == '__main__':"])
def test_a_name_that_a_script_has_above_is_changed_below(line, guard, tmp_path):
    """The code that waits is a function in a draft: there the name is `global`."""
    body = f"""
total = 0
def job():
    time.sleep(0)
{guard}
  for n in range(3):
    thread = threading.Thread(target=job)
    thread.start()
    thread.join()
    {line}
  print(total)
"""
    draft = same(body, tmp_path)
    assert "  global " in draft


def test_a_plain_worker_runs_in_a_thread_of_its_name(tmp_path):
    """It asks `current_thread().name`, and is none of the loop's."""
    body = """
        names = []
        def work():
            names.append(threading.current_thread().name)
        def main():
            threads = [threading.Thread(target=work, name=f"at {n}") for n in range(3)]
            for each in threads: each.start()
            for each in threads: each.join()
            print(sorted(names))
        main()
    """
    same(body, tmp_path)


def test_a_thread_that_is_started_where_it_is_made_is_counted(tmp_path):
    """`threading.active_count()` asks for it, so it is no bare task."""
    body = """
        go = threading.Event()
        def job():
            go.wait()
        before = threading.active_count()
        threading.Thread(target=job).start()
        print(threading.active_count() - before)
        go.set()
        while threading.active_count() > before:
            time.sleep(0)
        print("end")
    """
    same(body, tmp_path)
