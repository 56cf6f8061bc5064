"""`explore A.py B.py`: an end that a port alone has is not passed over."""

import json
import sys
from pathlib import Path

import pytest

from bench.cli import main
from bench.correctness.explain.both_forms import both_forms
from bench.correctness.explain.both_forms_text import answer
from bench.correctness.records.verdict import Verdict
from bench.records.certificates import Outcome
from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program

pytestmark = pytest.mark.long  # each a process or two

ACCOUNT = """
import threading

class Account:
    def __init__(self):
        self.lock = threading.Lock()
        self.balance = 10
        self.threads = 2

    def take(self, amount):
        with self.lock:
            if self.balance >= amount:
                self.balance -= amount

    def seven(self):
        self.take(7)

    def five(self):
        self.take(5)

    workers = (seven, five)
"""
PORT = """
import asyncio

class Account:
    def __init__(self):
        self.balance = 10

    async def take(self, amount):
        if self.balance >= amount:
            {between}
            self.balance -= amount

    async def seven(self):
        await self.take(7)

    async def five(self):
        await self.take(5)

    workers = (seven, five)
"""
RIGHT = PORT.format(between="pass")
UNGUARDED = PORT.format(between="await asyncio.sleep(0)")
RACY = """
class Counter:
    def __init__(self):
        self.value = 0

    def work(self):
        self.value += 1

    workers = (work, work)
"""
CALM = RACY.replace("def work", "async def work")


@pytest.fixture
def compared(tmp_path, monkeypatch, capfd):
    """Explore two texts as files; the exit status and what was printed."""
    monkeypatch.chdir(tmp_path)

    def compare(original, port, *options, names=("jobs.py", "ajobs.py")):
        for name, text in zip(names, (original, port), strict=True):
            Path(name.partition(":")[0]).write_text(text, encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["bench", "explore", *names, *options])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capfd.readouterr()
        return ended.value.code, said.out, said.err

    return compare


def test_a_port_with_the_same_ends_is_kept(compared):
    """The lock is gone, and nothing is lost by it."""
    status, out, _ = compared(ACCOUNT, RIGHT)

    assert status == 0, out
    assert "kept: every end of the port is also an end of the original" in out
    assert "not compared, only in the original: threads" in out


def test_an_end_that_only_the_port_has_is_shown_and_breaks_it(compared):
    """Neither form has a check: each alone holds."""
    status, out, _ = compared(ACCOUNT, UNGUARDED)

    assert status == 1
    assert "broken: the port has 1 end that the original cannot have" in out
    assert "ok     balance=-2  (only the port)" in out


def test_ends_that_the_port_loses_are_shown_and_break_nothing(compared):
    """A task is not interrupted between a read and a write."""
    status, out, _ = compared(RACY, CALM, "--json")
    said = json.loads(out)

    assert status == 0
    assert said["outcome"] == "kept"
    assert [(e["state"], e["original"] > 0, e["port"] > 0) for e in said["ends"]] == [
        ("value=2", True, True),
        ("value=1", True, False),
    ]


def test_a_port_that_fails_is_broken_and_its_schedule_shown(compared):
    """Also where the original fails in the same way: the answer is not `kept`."""
    check = "\n    def check(self):\n        assert self.balance == 3\n"
    status, out, _ = compared(ACCOUNT + check, RIGHT + check)

    assert status == 1
    assert "broken: the port fails, as the original does" in out
    assert "How the port fails:" in out
    assert "replay it: python -m bench explore ajobs.py:Account --replay" in out


def test_a_port_of_another_name_is_found_by_it(compared):
    """Libraries call the port of X AsyncX."""
    port = (RIGHT + CALM).replace("class ", "class Async")
    status, out, _ = compared(ACCOUNT + RACY, port)

    assert status == 0, out
    assert "jobs.py:Account -> ajobs.py:AsyncAccount" in out
    assert "jobs.py:Counter -> ajobs.py:AsyncCounter" in out


def test_a_name_is_given_once_and_holds_for_both(compared):
    """The rest of the files is not explored."""
    names = ("jobs.py:Counter", "ajobs.py")
    status, out, _ = compared(ACCOUNT + RACY, UNGUARDED + CALM, names=names)

    assert status == 0, out
    assert "Account" not in out


def test_a_scenario_without_counterpart_cannot_be_compared(compared):
    """A port that is half done is not yet kept."""
    status, out, err = compared(ACCOUNT + RACY, CALM)

    assert status == 2
    assert err == "error: Account has no counterpart to compare\n"
    assert "jobs.py:Counter -> ajobs.py:Counter" in out


def test_functions_are_compared_by_what_they_return(compared):
    """A whole program, with its own threads."""
    threads = """
import threading

def run():
    found = []
    threads = [threading.Thread(target=found.append, args=(n,)) for n in range(2)]
    for one in threads: one.start()
    for one in threads: one.join()
    return found
"""
    tasks = """
import asyncio

async def add(found, n):
    found.append(n)

async def run():
    found = []
    await asyncio.gather(*(add(found, n) for n in range(2)))
    return found
"""
    names = ("jobs.py:run", "ajobs.py:run")
    status, out, _ = compared(threads, tasks, names=names)

    assert status == 0, out
    assert "[0, 1]" in out


def test_what_cannot_be_explored_is_told_with_its_reason(compared):
    """A refusal is no difference."""
    port = RIGHT.replace("pass", "__import__('socket').socket()")
    status, _, err = compared(ACCOUNT, port)

    assert status == 2
    assert "socket.socket is not modelled" in err


def test_the_twins_of_a_pair_can_be_compared(compared):
    """Each workload with its own."""
    names = ("threaded.lock", "asyncio_impl.lock")
    status, out, _ = compared("", "", names=names)

    assert status == 0
    assert "threaded.lock(count=2, tellers=2) -> asyncio_impl.lock(count=2" in out


def verdict(*states, outcome="holds", exhausted=True, bound=None):
    return Verdict(
        scenario="S",
        outcome=outcome,
        schedules=len(states),
        exhausted=exhausted,
        seconds=0.0,
        granularity="sync",
        search="dpor",
        order="any",
        outcomes=tuple(Outcome(state=state, schedules=1) for state in states),
        bound=bound,
    )


@pytest.mark.parametrize(
    ("original", "port", "outcome"),
    [
        (verdict("n=1", "n=2"), verdict("n=1"), "kept"),
        (verdict("n=1"), verdict("n=1", "n=2"), "broken"),
        (verdict("n=1", exhausted=False), verdict("n=1"), "kept"),
        (verdict("n=1", exhausted=False), verdict("n=2"), "cut"),
        (verdict("n=1", bound="2 preemptions"), verdict("n=2"), "cut"),
        (verdict("n=1"), verdict("n=1", exhausted=False), "cut"),
        (verdict("n=1"), verdict("n=2", exhausted=False), "broken"),
        (verdict("n=1"), verdict("m=1"), "incomparable"),
        (verdict("n=1, m=1"), verdict("n=1, k=3", "n=1, k=4"), "kept"),
        (verdict("n={'a': [1]}"), verdict("n={'a':[1]}"), "kept"),
        (verdict("[1]"), verdict("[1]"), "kept"),
        (verdict("ended"), verdict("[1]"), "broken"),
        (verdict(), verdict("n=1"), "broken"),
        (verdict("n=1"), verdict(outcome="broken", exhausted=False), "broken"),
    ],
)
def test_what_was_cut_is_never_kept_and_what_is_not_known_never_broken(
    original, port, outcome
):
    """An end that the original has not shown yet may be one that it has."""
    forms = both_forms(original, port)

    assert forms.outcome == outcome
    assert answer(forms)


FAILS = """
import threading, time

class Crew:
    def __init__(self):
        self.done = 0

    def work(self):
        time.sleep(0)
        raise ValueError("from the worker")

    def run(self):
        thread = threading.Thread(target=self.work)
        thread.start()
        thread.join()
        self.done += 1

    workers = (run,)
"""


def test_a_worker_that_fails_in_both_forms_is_no_difference(compared):
    """A draft reports it to the loop's handler, as a thread does to its hook."""
    graph = CallGraph(Program({"": from_text("jobs.py", FAILS)}))
    (draft,) = drafts(graph)
    _, printed, _ = compared(FAILS, draft)

    assert "call_exception_handler" in draft
    assert "the port fails, as the original does" in printed
    assert "1         1  WRONG  ValueError: from the worker" in printed
