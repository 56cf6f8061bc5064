"""What a search and a sweep leave behind on workers when they end early: nothing."""

import os
import pickle
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import psutil
import pytest

from bench.commands.targets import programs
from bench.correctness.records.options import Options
from bench.correctness.search.program_search import choice_of
from bench.correctness.search.shares import ProgramSpec
from bench.correctness.watch.exploring_process import member_of
from bench.hosts import frames, searching, sweeping
from bench.hosts.dask_cluster import result_of
from bench.hosts.processes import own_command
from bench.hosts.sources import TOP
from tests.correctness import shared_programs
from tests.hosts.clusters import scheduler, worker

SECONDS = 100
pytestmark = [pytest.mark.long, pytest.mark.timeout(2 * SECONDS)]
pytest.importorskip("distributed")
FILE = Path(shared_programs.__file__)


@pytest.fixture(scope="module")
def address():
    with scheduler() as found:
        yield found


def seen(found):
    """What a function finds, as soon as it is something."""
    until = time.monotonic() + SECONDS
    while not (value := found()):
        assert time.monotonic() < until
        time.sleep(0.05)
    return value


def of_project(worker):
    """The processes of this project below a worker."""
    return [
        one
        for one in psutil.Process(worker.pid).children(recursive=True)
        if any(word.startswith("bench.") for word in words_of(one))
    ]


def words_of(process):
    """The command line of a process; none of one that has just ended."""
    try:
        return process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return []


@pytest.mark.parametrize("ended", [signal.SIGINT, signal.SIGKILL])
def test_a_sweep_that_is_interrupted_ends_its_measurement(address, tmp_path, ended):
    """The next one would wait for it until its budget is over."""
    with worker(address, "only") as there:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "bench", "run", "lock", "--budget", "3600",
                "--on", address, "-o", "one",
            ],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(TOP)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            (measured, *_) = seen(partial(of_project, there))
            process.send_signal(ended)
            process.wait(SECONDS)
            measured.wait(SECONDS)
        finally:
            process.kill()
            process.wait()


def test_a_search_that_ends_before_it_is_answered_ends_its_explorers(address):
    """Each would keep a process of the worker for five minutes."""
    options = Options()
    listed = partial(programs, f"{FILE}:Lost", choice_of(options))
    spec = ProgramSpec(
        name="Lost",
        recipe=partial(member_of, listed, 0, 0),
        options=options,
        folder=str(FILE.parent),
        path=(str(TOP),),
    )
    with worker(address, "only") as there:
        command, environment = own_command("bench.hosts.broker")
        broker = subprocess.Popen(
            [*command, address, "1"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        try:
            content = pickle.dumps(spec)
            begin = "begin", spec.folder, spec.path, content, {}
            frames.write(broker.stdin, begin)
            while frames.read(broker.stdout) != ("begun",):
                pass
            explorers = of_project(there)
            broker.stdout.close()
            frames.write(broker.stdin, ("drop",))  # cannot be answered
            broker.wait(SECONDS)
        finally:
            broker.kill()
            broker.stdin.close()
            broker.wait()

        assert explorers
        assert of_project(there) == []


def test_a_program_that_crashes_its_process_each_time_is_told_with_the_signal(
    address, tmp_path
):
    """That a share was lost would not say that the program is at fault."""
    text = FILE.read_text().replace("import asyncio\n", "import asyncio, ctypes, os\n")
    crash = "if 'ON_A_WORKER' in os.environ:\n            ctypes.string_at(0)"
    old = "self.seen.append(self.value)"
    assert old in text
    (tmp_path / "crash.py").write_text(text.replace(old, f"{old}\n        {crash}"))
    with worker(address, "only", ON_A_WORKER="yes"):
        found = subprocess.run(
            [
                sys.executable, "-m", "bench", "explore", "crash.py:Long",
                "--on", address,
            ],
            cwd=tmp_path,
            env={"PYTHONPATH": str(TOP), "PATH": ""},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )  # fmt: skip

    assert found.returncode == 2
    assert "was lost 5 times: the process that searches crashed (SIG" in found.stderr


def test_an_explorer_that_is_loaded_after_the_end_is_closed(monkeypatch):
    """A worker that joins late loads the program while the search ends."""
    closed = []

    class Late:
        def wait_until_warm(self):
            pass

        def load(self, spec):
            searching.close(spec.number)

        def close(self):
            closed.append(self)

    monkeypatch.setattr(searching, "Explorer", Late)
    spec = searching.Packed("a number", ".", (), b"", {}, "")
    with pytest.raises(searching.EndedError, match="the search has ended"):
        searching.take(spec)

    assert len(closed) == 1


def test_a_lost_scheduler_is_told_as_such():
    """The worker that measured is not what was lost."""

    class Cancelled(Exception):  # noqa: N818 - as dask's
        reason = "scheduler-connection-lost"

    class Future:
        def result(self, timeout):
            raise Cancelled("measure-764df5a7 cancelled for reason: ...")

    ledger = sweeping.HostLedger(Path("nowhere"), "only")
    _, said = sweeping._ended(ledger, result_of(Future()))

    assert said == "the connection to the scheduler was lost"
