"""What calls of a user's function leave behind, before anything is timed."""

import _thread
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bench.decide import functions
from bench.errors import CannotRunError
from bench.pairs import descendants, leftovers
from bench.pairs.user_calls import Side
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


@needs_proc
def test_an_orphan_is_adopted_wherever_it_went(start):
    """Its session is another and its environment empty; its first parent has ended."""
    looked = leftovers.Left("a:f")
    assert looked.processes(1) is None
    ran = subprocess.run(
        ["/bin/sh", "-c", "env -i setsid /bin/sleep 60 >/dev/null 2>&1 & echo $!"],
        check=True,
        capture_output=True,
    )
    orphan = int(ran.stdout)
    try:
        assert orphan in descendants.children(os.getpid())
        assert "leaves 1 process behind" in looked.processes(2)
    finally:
        os.kill(orphan, signal.SIGKILL)
        os.waitpid(orphan, 0)
    assert descendants.has_ended(orphan)


@needs_proc
def test_a_thread_that_threading_does_not_know_is_a_thread():
    """As C code starts them, and `_thread`."""
    looked = leftovers.Left("a:f")
    assert looked.threads(1) is None
    over = _thread.allocate_lock()
    over.acquire()
    _thread.start_new_thread(over.acquire, ())
    try:
        assert "leaves 1 thread behind in 2 calls" in looked.threads(2)
    finally:
        over.release()


def test_threads_of_a_pool_that_is_kept_are_no_leak():
    """A pool starts its threads when it first needs them, call by call."""
    looked = leftovers.Left("a:f")
    with ThreadPoolExecutor(8) as pool:
        assert looked.threads(1) is None
        met = threading.Barrier(4)
        list(pool.map(lambda _: met.wait(), range(4)))
        assert looked.threads(2) is None


def test_a_fork_in_a_call_does_not_lengthen_it(monkeypatch):
    """The wait for a second process took 0.2 s of each call that was timed."""
    waited = []
    monkeypatch.setattr(leftovers.time, "sleep", waited.append)
    side = Side(
        UserPair(name="f", threads=f"{__name__}:forks", asyncio="a:f"), "threads"
    )
    outcome = side.run_plain(3, print)

    assert waited == []
    assert outcome.wrong is None


def forks():
    """Makes a process that ends at once, as a pool of processes may."""
    if (child := os.fork()) == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return 1


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


@pytest.mark.long
@pytest.mark.parametrize("target", ["thirds:f", "thirds:g"])
def test_the_limit_is_that_of_each_call_however_many_are_measured(target, tmp_path):
    """A hang in the third call was told after five times the limit."""
    (tmp_path / "thirds.py").write_text(
        "import asyncio\nimport threading\n\ncalls = []\n\n\n"
        "def f():\n    calls.append(1)\n    if len(calls) == 3:\n"
        "        threading.Event().wait()\n\n\n"
        "async def g():\n    calls.append(1)\n    if len(calls) == 3:\n"
        "        await asyncio.Event().wait()\n"
    )
    own = UserPair(
        name="f", threads=target, asyncio=target, folders=(str(tmp_path),),
        limit_seconds=1.0,
    )  # fmt: skip
    with (
        Launcher() as launcher,
        pytest.raises(CannotRunError, match="hung: no result after 1 s"),
    ):
        functions.measure(launcher, target, own, 60.0)
