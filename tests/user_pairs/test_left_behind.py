"""What calls of a user's function leave behind, before anything is timed."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench.decide import functions
from bench.errors import CannotRunError
from bench.pairs import leftovers
from bench.records.user_pairs import MARK, UserPair
from bench.throughput.launching import Launcher
from tests.user_pairs import misbehaving
from tests.user_pairs.test_misbehaving import left  # noqa: F401 - a fixture

FOLDER = str(Path(misbehaving.__file__).parent)
needs_proc = pytest.mark.skipif(
    sys.platform != "linux", reason="processes are found in /proc, which is Linux's"
)


@pytest.fixture
def start(monkeypatch):
    """Starts a process that ends with its standard input."""
    monkeypatch.setenv(MARK, "of-this-test")
    monkeypatch.setattr(leftovers, "GRACE_SECONDS", 0.0)
    started = []

    def once():
        process = subprocess.Popen(
            [sys.executable, "-c", "print(flush=True); input()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        started.append(process)
        process.stdout.readline()  # it runs, with an environment of its own

    yield once
    for process in started:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


@needs_proc
def test_a_process_more_after_each_call_is_a_leak(start):
    """Wherever it went: its environment tells whose it is."""
    looked = leftovers.Left("a:f")
    start()
    assert looked.processes(1) is None
    start()
    reason = looked.processes(2)

    assert reason is not None
    assert reason.startswith("a:f leaves 1 process behind in 2 calls (")


@needs_proc
def test_processes_that_are_kept_from_call_to_call_are_no_leak(start):
    """A pool that is made once is there after every call."""
    looked = leftovers.Left("a:f")
    start()

    assert [looked.processes(calls) for calls in (1, 2, 3)] == [None] * 3


@needs_proc
def test_processes_of_others_are_not_looked_at(start, monkeypatch):
    """Without a mark nothing tells whose they are."""
    monkeypatch.delenv(MARK)
    looked = leftovers.Left("a:f")
    assert looked.processes(1) is None
    start()

    assert looked.processes(2) is None


def test_several_processes_are_told_in_the_plural():
    """As an English reader expects it."""
    assert leftovers.many(2, "process") == "2 processes"
    assert leftovers.many(2, "thread") == "2 threads"
    assert leftovers.many(1, "process") == "1 process"


@pytest.mark.long
@needs_proc
@pytest.mark.parametrize(
    ("function", "told"),
    [
        ("starts_a_program", "leaves 1 process behind in 2 calls (sleep 600"),
        ("leaks_thread", "leaves 1 thread behind in 2 calls"),
        ("a_leaks_task", "leaves 1 task (sleep)"),
        ("forks", "a second process came back from the call"),
        ("crashes", "crashed: ValueError: no such thing"),
    ],
)
def test_a_function_is_not_measured_when_its_calls_leave_something(
    function,
    told,
    left,  # noqa: F811 - the fixture
):
    """Thousands of calls would end the machine first, and the reason be another."""
    target = f"misbehaving:{function}"
    own = UserPair(
        name="f", threads=target, asyncio=target, args='{"count": 3}', folders=(FOLDER,)
    )
    with Launcher() as launcher, pytest.raises(CannotRunError) as caught:
        functions.measure(launcher, target, own, 0.1)

    assert told in str(caught.value)
    assert left() == []


@pytest.mark.long
def test_a_call_of_a_function_has_the_limit_to_itself():
    """Not that of all calls that measure it."""
    own = UserPair(
        name="f", threads="misbehaving:hangs", asyncio="misbehaving:hangs",
        folders=(FOLDER,), limit_seconds=1.0,
    )  # fmt: skip
    with (
        Launcher() as launcher,
        pytest.raises(CannotRunError, match="hung: no result after 1 s"),
    ):
        functions.measure(launcher, "misbehaving:hangs", own, 0.1)
