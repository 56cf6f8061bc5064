"""`explore --on`: the tree shared among the workers of a cluster on loopback."""

import json
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

import psutil
import pytest

from bench.errors import CannotRunError
from bench.hosts import checking, dask_cluster, searching
from bench.hosts.sources import PROJECT
from tests.correctness import shared_programs
from tests.hosts.clusters import scheduler, scheduler_process, worker, worker_lacking

FILE = Path(shared_programs.__file__)
TOP = FILE.parents[2]
SECONDS = 100
pytestmark = pytest.mark.timeout(SECONDS + 20)
LACKING = """\
import sys
class Lacks:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "bench":
            raise ModuleNotFoundError("No module named 'bench'")
sys.meta_path.insert(0, Lacks())
"""


@pytest.fixture(scope="module")
def cluster():
    """Two workers, each in a process of its own, and a scheduler on loopback."""
    distributed = pytest.importorskip("distributed")
    logging.getLogger("distributed").setLevel(logging.CRITICAL + 1)
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        silence_logs=False,
        env={"ON_A_WORKER": "yes"},
    ) as found:
        yield found


def begun(*arguments, folder=FILE.parent, **environment):
    """The command, begun."""
    return subprocess.Popen(
        [sys.executable, "-m", "bench", "explore", *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(TOP), "PATH": "", "COLUMNS": "100", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process):
    """Its status, its verdicts, and what it says on standard error."""
    try:
        out, err = process.communicate(timeout=SECONDS)
    finally:
        process.kill()
    return process.returncode, [json.loads(line) for line in out.splitlines()], err


def explored(*arguments, **more):
    return ended(begun(*arguments, "--json", "--limit-seconds", str(SECONDS), **more))


def claims(verdict):
    names = ("scenario", "outcome", "exhausted", "schedules", "outcomes")
    return {name: verdict[name] for name in names}


@pytest.fixture(scope="module")
def in_one_process():
    """What one process finds in the long program."""
    status, [verdict], _ = explored(f"{FILE.name}:Long", "--jobs", "1")
    assert (status, verdict["outcome"]) == (0, "holds")
    return claims(verdict)


@pytest.mark.long
def test_workers_find_what_one_process_finds(cluster, in_one_process):
    """A proof on a cluster is the proof of one process: counts and end states."""
    status, [verdict], err = explored(
        f"{FILE.name}:Long", "--on", cluster.scheduler_address
    )

    assert status == 0
    said = f"note: {verdict['scenario']}: searched by 2 workers: 0, 1\n"
    assert err.endswith(said)  # on a busy machine a worker may have been silent before
    assert claims(verdict) == in_one_process


@pytest.mark.long
def test_a_share_of_a_killed_worker_is_searched_again(cluster, in_one_process):
    """A host may go at any moment: nothing is lost, nothing is counted twice."""
    process = begun(
        f"{FILE.name}:Long", "--json", "--limit-seconds", str(SECONDS),
        "--on", cluster.scheduler_address,
    )  # fmt: skip
    first = cluster.workers[0]
    worker = first.pid
    kill = partial(os.kill, worker, signal.SIGKILL)
    killed = when_searching(worker, kill, seconds=1.5)  # not while it imports
    status, [verdict], err = ended(process)

    assert killed.wait(0)
    assert status == 0
    assert re.search(r"note: worker \d was lost; its share is searched again\n", err)
    assert claims(verdict) == in_one_process


def when_searching(worker, act, seconds=0.5):
    """Act once an explorer of a worker has used so much time of a processor."""
    acted = threading.Event()

    def watch():
        for _ in range(SECONDS * 20):
            for child in psutil.Process(worker).children():
                if sum(child.cpu_times()[:2]) > seconds:
                    act()
                    acted.set()
                    return
            if acted.wait(0.05):
                return

    threading.Thread(target=watch, daemon=True).start()
    return acted


@pytest.mark.long
def test_each_program_of_a_file_is_shared(cluster, tmp_path):
    """Sites and workers have other numbers in a process that loaded them later."""
    path = tmp_path / "two.py"
    text = FILE.read_text().replace("class Long", "class Other").split("class Key")[0]
    path.write_text(text)
    arguments = ("two.py", "--all")
    _, expected, _ = explored(*arguments, "--jobs", "1", folder=tmp_path)
    status, found, err = explored(
        *arguments, "--on", cluster.scheduler_address, folder=tmp_path
    )

    assert (status, len(found)) == (0, 4)
    told = [line for line in err.splitlines() if "searched by" in line]
    for line in told:  # of those that took long enough to be shared
        assert re.fullmatch(r"note: two.py:\w+: searched by \d workers?: [01, ]+", line)
    assert list(map(claims, found)) == list(map(claims, expected))


@pytest.mark.long
def test_a_failure_on_a_worker_is_shown_as_here(cluster):
    """The trace is the deliverable, wherever the schedule was found."""
    status, [verdict], _ = explored(
        f"{FILE.name}:Broken", "--all", "--on", cluster.scheduler_address
    )

    assert (status, verdict["outcome"], verdict["schedules"]) == (1, "broken", 576)
    assert verdict["failure"]["steps"]


def refused(*arguments, **more):
    """The one line that a command says when it cannot run."""
    status, verdicts, err = explored(*arguments, **more)

    assert status == 2
    assert [one["outcome"] for one in verdicts] in ([], ["refused"])
    assert err.count("\n") == 1, err
    return err


@pytest.mark.long
def test_no_scheduler_at_the_address_is_one_line():
    """The usual mistake: the scheduler is not started yet, or elsewhere."""
    said = refused(f"{FILE.name}:Lost", "--on", "tcp://127.0.0.1:9")

    assert "error: no scheduler answers at tcp://127.0.0.1:9" in said


@pytest.mark.long
@pytest.mark.parametrize("on", ["remote", "127.0.0.1:8786", "tcp://nowhere"])
def test_what_is_no_address_is_refused_at_once(on):
    """An address has its protocol and its port."""
    assert f"--on {on} is neither local nor the address" in refused(
        f"{FILE.name}:Lost", "--on", on
    )


@pytest.mark.long
@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--search", "random"], "leave out --limit-schedules"),
        (["--limit-schedules", "5"], "leave out --limit-schedules"),
        (["--carrier", "threads"], "--carrier threads is for a debugger"),
        (["--replay", "x.json"], "--on has no effect on a replay"),
    ],
)
def test_what_cannot_be_shared_is_refused(given, said):
    """An option without an effect would let its reader believe in one."""
    assert said in refused(f"{FILE.name}:Lost", "--on", "local", *given)


@pytest.mark.long
def test_without_dask_it_says_what_to_install(tmp_path):
    """The engine is an extra: most people have one machine."""
    (tmp_path / "distributed.py").write_text("raise ImportError('no such package')\n")
    said = refused(f"{FILE.name}:Lost", "--on", "local", PYTHONPATH=f"{TOP}:{tmp_path}")

    assert said.startswith("error: --on needs dask.distributed; install it: pip ")


@pytest.mark.long
def test_a_worker_without_the_packages_of_the_program_is_one_line(cluster, tmp_path):
    """It is said before anything is searched, with the name of the worker."""
    program = tmp_path / "program.py"
    needs = "import os\nif 'ON_A_WORKER' in os.environ:\n    import lacking_there\n"
    program.write_text(FILE.read_text().replace("import asyncio\n", needs))
    said = refused(
        "program.py:Lost", "--on", cluster.scheduler_address, folder=tmp_path
    )

    assert said.startswith("error: program.py:Lost: worker ")
    assert "No module named 'lacking_there'" in said


def test_a_number_of_jobs_has_no_effect_on_a_cluster_and_is_refused():
    """Accepted, it would be taken for the number of workers in use."""
    said = refused("lost.py", "--jobs", "2", "--on", "tcp://127.0.0.1:9")

    assert said == (
        "error: --jobs 2 is for --on local; on a cluster each thread of a worker"
        " searches: leave out --jobs\n"
    )


@pytest.mark.long
def test_a_worker_without_the_project_is_one_line(tmp_path):
    """Said at once, and not after dask has tried a task again and again."""
    (tmp_path / "sitecustomize.py").write_text(LACKING)
    with scheduler() as address, worker(address, "bare", tmp_path):
        said = refused(f"{FILE.name}:Lost", "--on", address)

    assert said == (
        "error: worker bare cannot run this project (No module named 'bench');"
        " install it there, in this version\n"
    )


@pytest.mark.long
def test_a_worker_without_the_packages_of_the_project_is_one_line(tmp_path):
    """Sent a function that it could not import, the worker ended, without a reason."""
    with (
        scheduler() as address,
        worker_lacking("msgspec", address, "bare", tmp_path) as bare,
    ):
        for _ in range(2):
            said = refused(f"{FILE.name}:Lost", "--on", address)
            assert said == (
                "error: worker bare cannot run this project (No module named"
                " 'msgspec'); install its packages there, and start the worker again\n"
            )
            assert bare.poll() is None


@pytest.mark.long
def test_a_worker_with_another_version_of_the_project_is_one_line(tmp_path):
    """Its counts would be those of another search."""
    for package in PROJECT:
        shutil.copytree(TOP / package, tmp_path / package)
    (tmp_path / "bench" / "later.py").write_text("")
    with scheduler() as address, worker(address, "old", tmp_path):
        said = refused(f"{FILE.name}:Lost", "--on", address)

    assert "worker old has another version of this project" in said


@pytest.mark.long
def test_a_scheduler_without_workers_is_one_line(monkeypatch):
    """Its workers are started apart from it."""
    with scheduler() as address:
        monkeypatch.setattr(checking, "WORKER_SECONDS", 0.2)
        connected = dask_cluster.Engine(address)
        try:
            with pytest.raises(CannotRunError, match="has no workers; start one: dask"):
                checking.check(connected, searching.__name__)
        finally:
            connected.close()


@pytest.mark.long
def test_a_worker_that_joins_late_with_another_version_is_one_line(tmp_path):
    """The search goes on without it."""
    for package in PROJECT:
        shutil.copytree(TOP / package, tmp_path / "old" / package)
    (tmp_path / "old" / "bench" / "later.py").write_text("")
    more = FILE.read_text().replace("(increment,) * 3", "(increment,) * 5")
    (tmp_path / "more.py").write_text(more)
    with scheduler() as address, worker(address, "first") as first:
        process = begun(
            "more.py:Long", "--limit-seconds", str(SECONDS), "--on", address,
            folder=tmp_path,
        )  # fmt: skip
        try:
            assert when_searching(first.pid, lambda: None).wait(SECONDS)
            with worker(address, "old", tmp_path / "old"):
                said = process.stderr.readline()
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=SECONDS)
        finally:
            process.kill()
            process.communicate()

    assert said.startswith("note: worker old has another version of this project")
    assert said.endswith("it is left out here\n")


@pytest.mark.long
def test_a_worker_that_joins_late_without_packages_is_one_line(tmp_path):
    """Nothing was said of it, and its user waited for it to take part."""
    more = FILE.read_text().replace("(increment,) * 3", "(increment,) * 5")
    (tmp_path / "more.py").write_text(more)
    bare = tmp_path / "bare"
    bare.mkdir()
    with scheduler() as address, worker(address, "first") as first:
        process = begun(
            "more.py:Long", "--limit-seconds", str(SECONDS), "--on", address,
            folder=tmp_path,
        )  # fmt: skip
        try:
            assert when_searching(first.pid, lambda: None).wait(SECONDS)
            with worker_lacking("msgspec", address, "bare", bare):
                said = process.stderr.readline()
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=SECONDS)
        finally:
            process.kill()
            process.communicate()

    assert said.startswith("note: worker bare cannot run this project (No module named")
    assert said.endswith("it is left out here\n")


@pytest.mark.long
def test_a_search_that_lost_its_scheduler_goes_on_and_says_so(in_one_process):
    """What the user asked for is the search, and why it is slow now."""
    with (
        scheduler_process() as (address, its_process),
        worker(address, "only") as only,
    ):
        process = begun(
            f"{FILE.name}:Long", "--json", "--limit-seconds", str(SECONDS),
            "--on", address,
        )  # fmt: skip
        killed = when_searching(only.pid, its_process.kill, seconds=0.9)
        status, [verdict], err = ended(process)

    assert killed.wait(0)
    assert err.endswith(
        f"note: {verdict['scenario']}: the scheduler is gone;"
        " the search begins again in this process\n"
    )
    assert status == 0
    assert claims(verdict) == in_one_process
