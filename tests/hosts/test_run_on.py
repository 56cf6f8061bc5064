"""`run --on`: each host of a cluster measures alone, and a report has them all."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from bench.hosts import checking, sweep_task
from bench.hosts.dask_cluster import Engine
from bench.hosts.sources import TOP
from bench.ledger.locking import lock
from bench.ledger.store import read
from bench.records.samples import Sample
from bench.runs import hosts
from tests.hosts.clusters import scheduler, wait_for, worker, worker_lacking

SECONDS = 100
pytestmark = pytest.mark.timeout(SECONDS + 20)
pytest.importorskip("distributed")
SLOW = """
import time
def waits(seconds):
    time.sleep(seconds)
    return seconds
async def awaits(seconds):
    import asyncio, os
    await asyncio.sleep(seconds * (3 if os.environ.get("SLOWED") else 1))
    return seconds
"""
OWN = (
    "--threads", "slow:waits", "--asyncio", "slow:awaits",
    "--args", '{"seconds": 0.01}', "--sweep", "none",
)  # fmt: skip


@pytest.fixture(scope="module")
def address():
    with scheduler() as found:
        yield found


@pytest.fixture
def folder(tmp_path):
    """A folder with a pair of the user's, which one host has slower."""
    (tmp_path / "slow.py").write_text(SLOW)
    return tmp_path


def begun(*arguments, folder, **environment):
    return subprocess.Popen(
        [sys.executable, "-m", "bench", "run", *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(TOP), "PATH": "", "COLUMNS": "80", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process):
    try:
        out, err = process.communicate(timeout=SECONDS)
    finally:
        process.kill()
    return process.returncode, out, err


def ran(*arguments, folder, **environment):
    return ended(begun(*arguments, folder=folder, **environment))


def samples(folder):
    return [one for one in read(folder) if isinstance(one, Sample)]


def places(folder):
    return [(one.case, one.block, one.position) for one in samples(folder)]


@pytest.mark.long
def test_each_host_has_its_own_ratio_and_the_report_has_both(address, folder):
    """A mean of the two would be the ratio of neither."""
    with worker(address, "plain"), worker(address, "slowed", SLOWED="yes"):
        wait_for(address, "plain", "slowed")
        status, out, err = ran(
            *OWN, "--budget", "6", "--on", address, "-o", "both", folder=folder
        )

    assert status == 0, err
    made, found = hosts.read(folder / "both")
    assert sorted(made.hosts) == ["plain", "slowed"]
    ratio = {
        one.host: comparison.ratio
        for one in found
        for comparison in one.results.comparisons
        if comparison.models == ("threads", "asyncio")
    }
    assert ratio["slowed"] < ratio["plain"] / 2
    for text in (out, (folder / "both" / "report.html").read_text("utf-8")):
        assert "plain" in text
        assert "slowed" in text
        assert "on 2 hosts" in text
        assert "times apart" in text
        assert "workers of one machine, which took turns" in text
    for one in found:
        assert one.is_finished
        assert one.results.run.host == one.host
        assert {s.subject.pair for s in one.results.samples} >= {"yours"}


@pytest.mark.long
def test_two_workers_of_one_machine_take_turns(address, folder):
    """Measured at once, each would measure the other."""
    with worker(address, "one"), worker(address, "two"):
        wait_for(address, "one", "two")
        status, _, err = ran(
            *OWN, "--budget", "12", "--on", address, "-o", "both", folder=folder
        )

    assert status == 0, err
    spans = []
    for name in ("one", "two"):
        of_host = samples(folder / "both" / "hosts" / name)
        starts = [one.started for one in of_host]
        spans.append((min(starts), max(starts)))
    (_, first_end), (second_begin, _) = sorted(spans)
    assert first_end < second_begin


@pytest.mark.long
def test_a_lost_host_is_told_and_measured_alone_afterwards(address, folder):
    """Its cases are not measured elsewhere: they would be figures of another host."""
    with worker(address, "stays"), worker(address, "goes") as going:
        wait_for(address, "stays", "goes")
        process = begun(
            *OWN, "--budget", "8", "--on", address, "-o", "both", folder=folder
        )
        ledger = folder / "both" / "hosts" / "goes" / "ledger.jsonl"
        killed = kill_when_measured(going.pid, ledger)
        status, out, err = ended(process)

    assert killed.wait(0)
    assert status == 2
    assert "host goes: its worker was lost" in err
    assert "measure what is left with --resume both" in err
    assert "goes: its run did not finish" in out
    assert places(folder / "both" / "hosts" / "stays")
    before = places(folder / "both" / "hosts" / "goes")
    stayed = (folder / "both" / "hosts" / "stays" / "ledger.jsonl").read_bytes()
    with worker(address, "goes"):
        status, out, err = ran("--resume", "both", folder=folder)

    assert status == 0, err
    after = places(folder / "both" / "hosts" / "goes")
    assert after[: len(before)] == before
    assert len(set(after)) == len(after)
    assert (folder / "both" / "hosts" / "stays" / "ledger.jsonl").read_bytes() == stayed
    assert "did not finish" not in out


def kill_when_measured(pid, ledger):
    """Kill a worker once a line of a sample of its has come."""
    killed = threading.Event()

    def watch():
        until = time.monotonic() + SECONDS
        while time.monotonic() < until and not killed.wait(0.05):
            if ledger.exists() and b'"kind":"sample"' in ledger.read_bytes():
                os.kill(pid, signal.SIGKILL)
                killed.set()

    threading.Thread(target=watch, daemon=True).start()
    return killed


@pytest.mark.long
def test_a_host_without_the_packages_of_a_pair_is_one_line(address, folder):
    """It is said before anything is written."""
    text = "import os\nif 'LACKS' in os.environ:\n    import lacking_there\n"
    (folder / "slow.py").write_text(text + SLOW)
    with worker(address, "bare", LACKS="yes"):
        status, _, err = ran(*OWN, "--on", address, "-o", "both", folder=folder)

    assert status == 2
    assert err.startswith("error: worker bare: slow cannot be imported (No module")
    assert err.count("\n") == 1
    assert not (folder / "both").exists()


@pytest.mark.long
def test_a_host_without_the_packages_of_the_project_is_one_line(address, folder):
    """The worker ended when it was asked what it is."""
    bare = folder / "bare"
    bare.mkdir()
    with worker_lacking("msgspec", address, "bare", bare) as there:
        status, _, err = ran("lock", "--on", address, "-o", "both", folder=folder)
        assert there.poll() is None

    assert status == 2
    assert err.startswith("error: worker bare cannot run this project (No module named")
    assert err.count("\n") == 1
    assert not (folder / "both").exists()


@pytest.mark.long
def test_no_scheduler_writes_nothing(folder):
    """A folder of a run that never began would be taken for one."""
    status, _, err = ran(*OWN, "--on", "tcp://127.0.0.1:9", "-o", "both", folder=folder)

    assert status == 2
    assert err.startswith("error: no scheduler answers at tcp://127.0.0.1:9")
    assert not (folder / "both").exists()


@pytest.mark.long
def test_local_is_this_machine(folder):
    """The way to try it: an embedded cluster with one worker."""
    status, out, err = ran(
        *OWN, "--budget", "12", "--on", "local", "-o", "here", folder=folder
    )

    assert status == 0, err
    (host,) = json.loads((folder / "here" / "sweep.json").read_text())["hosts"]
    assert host.startswith("host-")
    assert "spread: none, because there is one host" in out


def test_a_measurement_holds_the_lock_of_its_machine(tmp_path, monkeypatch):
    """Another worker of the machine, of any cluster, finds it taken."""
    monkeypatch.setattr(sweep_task.tempfile, "tempdir", str(tmp_path))
    with (tmp_path / sweep_task.LOCK).open("wb") as other:
        with sweep_task.alone():
            assert not lock(other.fileno())
        assert lock(other.fileno())


def test_a_run_on_this_machine_has_its_worker_in_its_own_process():
    """To start another takes a second, which a run with --on is measured against."""
    found = Engine("local")
    try:
        [worker] = checking.check(found, sweep_task.__name__)
        [process] = found.each([worker], os.getpid)
    finally:
        found.close()

    assert process == os.getpid()


def test_the_end_of_a_run_is_noticed_at_once(monkeypatch, tmp_path):
    """A look at its ledger now and then would notice it later."""
    command = [sys.executable, "-c", "import sys; sys.exit('broken')"]
    monkeypatch.setattr(sweep_task, "POLL_SECONDS", 10 * SECONDS)
    monkeypatch.setattr(sweep_task, "is_wanted", lambda: True)
    monkeypatch.setattr(
        sweep_task, "own_command", lambda _: (command, dict(os.environ))
    )
    host_run = sweep_task.HostRun("here", (), str(tmp_path), b"", "topic", "")

    found = sweep_task.run(host_run, tmp_path / "run")

    assert (found.status, found.said) == (1, "broken")


def test_a_host_records_a_command_that_can_be_repeated(monkeypatch, tmp_path):
    """The page of the host had a folder that was removed at the end of the run."""
    monkeypatch.setattr(sweep_task, "is_wanted", lambda: True)
    monkeypatch.setattr(sweep_task, "tell", lambda *_: None)
    host_run = sweep_task.HostRun(
        "the first", ("lock", "--lens", "shape"), str(tmp_path), b"", "topic", ""
    )

    assert sweep_task.run(host_run, tmp_path / "run").status == 0
    run = read(tmp_path / "run")[0]
    assert run.host == "the first"
    assert run.command == "python -m bench run lock --lens shape --host 'the first'"


def test_what_each_process_on_a_host_imports_first_is_light():
    """The check of a host would take as long as importing the explorer."""
    code = "import sys, bench.hosts.processes; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    assert "bench.hosts.sources" in loaded
    assert [one for one in loaded if one.startswith("bench.correctness")] == []
