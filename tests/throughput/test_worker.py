"""Real workers, tiny: what they load, return, in which turns, how they fail and end."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import pytest

from bench import origin
from bench.records.workload import Workload
from bench.throughput import session
from bench.throughput.launching import ROOT, Launcher, WorkerProcess
from bench.throughput.machine import placements
from bench.throughput.planning import plan
from bench.throughput.this_process import kept_off
from tests.throughput.fakes import settings

LOOP = {"threads": None, "asyncio": "asyncio"}
models = pytest.mark.parametrize("model", ["threads", "asyncio"])


def spec(model="threads", operations=20, **changed):
    workload = Workload(workers=2, operations=operations, **changed.pop("workload", {}))
    return {
        "executable": sys.executable,
        "pair": "condition",
        "model": model,
        "loop": LOOP[model],
        "eager": False,
        "carrier": None,
        "cores": None,
        "workload": asdict(workload),
        "windows": 4,
        "window_seconds": 0.001,
        "slowed": 1.0,
        "hash_seed": 1,
        "limit_seconds": 20.0,
        **changed,
    }


def read(*specs):
    with Launcher() as launcher:
        return list(launcher.readings(specs))


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def wait_until(condition, seconds=10.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        os.sched_yield()


@pytest.fixture
def mine(tmp_path):
    """Write a module of the user's, run in place of the condition pair's."""

    def write(source):
        (tmp_path / "mine.py").write_text("class Basket: pass\n" + source)
        return {"path": [str(tmp_path)], "module": "mine"}

    return write


@models
@pytest.mark.parametrize("pair", ["condition", "jobs"])
def test_a_worker_returns_a_figure_for_each_window(pair, model):
    """Both models, and the control pair: seconds and CPU of four windows."""
    [reading] = read(spec(model, pair=pair, workload={"wait_seconds": 0.0}))

    assert reading.status == "ok", reading.reason
    assert len(reading.result["windows"]) == len(reading.result["cpu"]) == 4
    assert min(reading.result["windows"]) > 0
    assert reading.result["measures"]["threads_left"] == 0


def test_a_calibration_tells_what_an_operation_costs():
    """No operations in the workload asks for it."""
    [reading] = read(spec(operations=0, windows=1))

    assert reading.result["seconds_per_operation"] > 0


@pytest.mark.parametrize(
    ("model", "allowed"),
    [("threads", set()), ("asyncio", {"asyncio"})],
)
def test_a_worker_loads_the_standard_library_and_the_pair_only(model, allowed):
    """What else it imported would be part of what is measured."""
    code = (
        "import sys; before = set(sys.modules)\n"
        "from bench.throughput import worker\n"
        f"worker.prepared({spec(model)!r})\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT)},
    ).stdout.split()

    top = {name.partition(".")[0] for name in loaded}
    assert (
        top - sys.stdlib_module_names - {"bench", "threaded", "asyncio_impl"} == set()
    )
    ours = {name for name in loaded if name.startswith("bench.")}
    assert ours <= {
        "bench.errors",
        "bench.pairs",
        "bench.pairs.catalogue",
        "bench.pairs.fetch_options",
        "bench.pairs.wrong_outcomes",
        "bench.records",
        "bench.records.models",
        "bench.records.workload",
        "bench.throughput",
        "bench.throughput.calling",
        "bench.throughput.measurable",
        "bench.throughput.sizing",
        "bench.throughput.lifeline",
        "bench.throughput.this_process",
        "bench.throughput.worker",
    }
    if not allowed:
        assert "asyncio" not in top


def test_the_interpreter_runs_as_its_users_run_it(monkeypatch):
    """PYTHON... variables of the controller would change what is measured."""
    monkeypatch.setenv("PYTHONASYNCIODEBUG", "1")
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")
    from bench.throughput.launching import environment

    kept = {name for name in environment(5) if name.startswith("PYTHON")}
    assert kept == {"PYTHONHASHSEED"}


def test_a_side_slowed_by_a_known_factor_takes_that_much_longer():
    """The injected effect, by which the method is tested; checked on its own clock."""
    from bench.throughput.calling import _ended

    start = time.perf_counter()
    while time.perf_counter() < start + 0.002:
        pass
    plain = time.perf_counter() - start
    assert _ended(start, 3.0) >= 3.0 * plain


def test_what_a_pair_prints_is_no_result(mine):
    """Results have a channel of their own."""
    changed = mine(
        "def run(basket, count, consumers, log, **_):\n"
        '    print(\'{"status": "ok"}\', flush=True)\n'
        "    return [list(range(count))]\n"
    )
    [reading] = read(spec(**changed))

    assert len(reading.result["windows"]) == 4


FAILURES = {
    "wrong": ("return [[1, 1]]", "integers taken"),
    "crashed": ("raise ValueError('no luck')", "ValueError: no luck"),
    "killed": ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV"),
    "hung": ("import threading; threading.Event().wait()", "mine.py"),
}


@pytest.mark.parametrize("status", FAILURES)
def test_a_failed_worker_is_a_row_with_its_reason(mine, status):
    """And the next one is measured as if nothing had been."""
    body, reason = FAILURES[status]
    changed = mine(f"def run(basket, count, consumers, log, **_):\n    {body}\n")
    limit_seconds = 1.5 if status == "hung" else 20.0
    failed, fine = read(spec(**changed, limit_seconds=limit_seconds), spec("asyncio"))

    assert failed.status == status
    assert reason in failed.reason
    assert fine.status == "ok"


def test_a_worker_that_leaves_early_is_a_row():
    """An exit status says that it ended, the last lines on standard error why."""
    [reading] = read(spec(executable="/bin/false"))

    assert reading.status == "crashed"
    assert "exit status 1" in reading.reason


def test_a_pair_that_cannot_be_imported_is_a_row():
    """With the name of what is missing."""
    [reading] = read(spec(model="threads", pair="nothing"))

    assert reading.status == "crashed"
    assert "nothing" in reading.reason


@pytest.mark.long
def test_a_hung_coroutine_is_shown_with_its_awaits(mine):
    """The stack of a thread shows the selector; only the task shows the line."""
    changed = mine(
        "import asyncio\n"
        "async def stuck():\n"
        "    await asyncio.Event().wait()\n"
        "async def run(basket, count, consumers, log, **_):\n"
        "    await stuck()\n"
    )
    [reading] = read(spec("asyncio", **changed, limit_seconds=1.5))

    assert reading.status == "hung"
    assert "line 4, stuck" in reading.reason


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs process groups")
def test_what_a_worker_started_ends_with_it(mine, tmp_path):
    """The processes of a pool would continue and disturb the next sample."""
    pids = tmp_path / "pids"
    changed = mine(
        "import os, time\n"
        "def run(basket, count, consumers, log, **_):\n"
        "    if os.fork() == 0:\n"
        f"        open({str(pids)!r}, 'a').write(f'{{os.getpid()}}\\n')\n"
        "        time.sleep(60)\n"
        f"    while not os.path.exists({str(pids)!r}): time.sleep(0.001)\n"
        "    return [list(range(count))]\n"
    )
    read(spec(**changed))

    for pid in pids.read_text().split():
        wait_until(lambda pid=pid: not is_running(int(pid)))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a thread does it")
@pytest.mark.parametrize(
    "before",
    [
        "pass",
        "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))",
        "signal.signal(signal.SIGIO, signal.SIG_IGN)",
        "os.kill(os.getpid(), signal.SIGSTOP)",
    ],
    ids=["waits", "blocks-signals", "ignores-signals", "is-stopped"],
)
def test_a_worker_ends_with_its_controller(before, mine, tmp_path):
    """A killed controller cannot clean up; the kernel ends the worker."""
    begun = tmp_path / "begun"
    changed = mine(
        "import os, signal, time\n"
        "def run(basket, count, consumers, log, **_):\n"
        f"    open({str(begun)!r}, 'w').close()\n"
        f"    {before}\n"
        "    time.sleep(60)\n"
    )
    code = (
        "from bench.throughput.launching import WorkerProcess\n"
        f"worker = WorkerProcess({spec(**changed)!r})\n"
        "worker.wait_until_ready()\n"
        "print(worker._process.pid, flush=True)\n"
        "worker.take_turn()\n"
    )
    controller = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(ROOT)},
    )
    with controller:
        pid = int(controller.stdout.readline())
        wait_until(begun.exists)
        controller.send_signal(signal.SIGKILL)

    wait_until(lambda: not is_running(pid))


@pytest.mark.skipif(sys.platform != "linux", reason="children are told by Linux")
def test_what_a_parked_worker_has_started_ends_with_the_controller(mine, tmp_path):
    """A process that its module starts, also in a session of its own."""
    started = tmp_path / "started"
    changed = mine(
        "import subprocess\n"
        "own = subprocess.Popen(['/bin/sleep', '60'], start_new_session=True)\n"
        "with_it = subprocess.Popen(['/bin/sleep', '60'])\n"
        f"open({str(started)!r}, 'w').write(f'{{own.pid}} {{with_it.pid}}')\n"
        "def run(basket, count, consumers, log, **_): pass\n"
    )
    code = (
        "from bench.throughput.launching import WorkerProcess\n"
        f"worker = WorkerProcess({spec(**changed)!r})\n"
        "worker.wait_until_ready()\n"
        "print(worker._process.pid, flush=True)\n"
        "input()\n"
    )
    controller = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(ROOT)},
    )
    with controller:
        worker = int(controller.stdout.readline())
        controller.send_signal(signal.SIGKILL)

    for pid in (worker, *map(int, started.read_text().split())):
        wait_until(lambda pid=pid: not is_running(pid))


def test_workers_of_a_block_take_their_windows_in_turns(monkeypatch):
    """What slows the machine for a while must slow the windows of all alike."""
    turns = []
    take_turn = WorkerProcess.take_turn

    def noted(self):
        turns.append(self.spec["model"])
        take_turn(self)

    monkeypatch.setattr(WorkerProcess, "take_turn", noted)
    read(spec("threads", windows=2), spec("asyncio", windows=2))

    assert turns == ["threads", "asyncio", "asyncio", "threads"]


def test_workers_started_ahead_are_those_of_the_next_block(monkeypatch):
    """They are not started twice, and none is left when others were wanted."""
    started = []
    begin = WorkerProcess.__init__

    def noted(self, *given):
        begin(self, *given)
        started.append(self._process.pid)

    monkeypatch.setattr(WorkerProcess, "__init__", noted)
    one, next_one, other = (spec(operations=count) for count in (20, 30, 40))
    with Launcher() as launcher:
        list(launcher.readings([one], ahead=[next_one]))
        assert is_running(started[1])
        [taken_over] = launcher.readings([next_one], ahead=[one])
        [unexpected] = launcher.readings([other], ahead=[one])

    assert taken_over.status == unexpected.status == "ok"
    assert len(started) == 5
    assert not any(map(is_running, started))


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="cannot be pinned")
def test_what_is_started_aside_leaves_the_core_of_the_measurement():
    """Else starting the next block would slow the present one."""
    allowed = os.sched_getaffinity(0)
    core = max(allowed)
    with kept_off([core]):
        told = subprocess.run(
            [sys.executable, "-c", "import os; print(*os.sched_getaffinity(0))"],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip

    assert {int(one) for one in told.split()} == (allowed - {core} or allowed)
    assert os.sched_getaffinity(0) == allowed


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="cannot be pinned")
def test_the_origin_of_fetches_leaves_the_core_of_the_measurement(monkeypatch):
    """It ran on that core, and counted as other programs that took 28 % of it."""
    allowed = os.sched_getaffinity(0)
    started = []

    class Here(contextlib.nullcontext):
        base = "http://127.0.0.1:1"

        def __enter__(self):
            started.append(os.sched_getaffinity(0))
            return self

    monkeypatch.setattr(origin, "Origin", Here)
    monkeypatch.setattr(session, "measure", lambda *_: iter(()))
    list(session.run(plan(["lean_fetch"], settings()), ledger=None))

    assert started == [allowed - {*placements()["pinned"]} or allowed]


def test_a_failed_worker_does_not_keep_the_others_from_their_windows(mine):
    """It has no more turns; they have all of theirs."""
    changed = mine("def run(basket, count, consumers, log, **_):\n    1 / 0\n")
    failed, fine = read(spec(**changed, windows=3), spec(windows=3))

    assert failed.status == "crashed"
    assert len(fine.result["windows"]) == 3


def test_parked_workers_end_when_the_block_is_given_up(monkeypatch):
    """Ctrl-C comes while one of them has its turn and the others are parked."""
    parked = []

    def interrupted(self):
        parked.append(self._process.pid)
        if len(parked) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(WorkerProcess, "take_turn", interrupted)
    with pytest.raises(KeyboardInterrupt):
        read(spec(), spec())

    assert len(parked) == 2
    assert not any(is_running(pid) for pid in parked)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a thread does it")
def test_a_parked_worker_ends_with_its_controller():
    """Between its turns it reads, and gets the end of the file."""
    code = (
        "from bench.throughput.launching import WorkerProcess\n"
        f"worker = WorkerProcess({spec()!r})\n"
        "worker.wait_until_ready()\n"
        "worker.take_turn()\n"
        "print(worker._process.pid, flush=True)\n"
        "import signal; signal.pause()\n"
    )
    controller = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(ROOT)},
    )
    with controller:
        pid = int(controller.stdout.readline())
        assert is_running(pid)
        controller.send_signal(signal.SIGKILL)

    wait_until(lambda: not is_running(pid))


def test_ending_a_worker_twice_is_harmless():
    """Cleaning up runs on every path."""
    worker = WorkerProcess(spec())

    worker.end()
    worker.end()
