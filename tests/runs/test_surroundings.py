"""A run in a poor place: closed streams, strange paths, few files, little memory."""

import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from bench import errors
from bench.commands.beginning import typed
from bench.ledger.store import Ledger
from bench.report.charts import drawing, painter
from bench.report.charts.painter import NoPictureError, Painter
from bench.report.page import html_file, svg_file
from bench.throughput import guarding, launching
from bench.throughput.launching import Launcher, environment
from tests.ledger.test_merging import RUN
from tests.report.sample_results import rich
from tests.throughput.fakes import blocks

posix = pytest.mark.skipif(os.name == "nt", reason="needs POSIX limits")
BENCH = [sys.executable, "-m", "bench"]
SPEC = {"data": {"values": [{"a": 1}]}, "mark": "point", "encoding": {}}


def run(*arguments, **options):
    return subprocess.run(
        [*BENCH, *arguments],
        capture_output=True,
        timeout=50,
        check=False,
        **options,
    )


@pytest.mark.long
@posix
@pytest.mark.parametrize("closed", [(0,), (0, 1, 2)], ids=["stdin", "all"])
def test_closed_streams_are_no_failure(closed, tmp_path):
    """As under cron: the next file gets the number of standard input."""

    def close():
        for number in closed:
            os.close(number)

    ended = run(
        "run", "lock", "--lens", "shape", "-o", str(tmp_path / "out"),
        preexec_fn=close,
    )  # fmt: skip

    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "out" / "report.html").exists()


@pytest.mark.long
@posix
def test_a_path_that_is_no_text_is_a_path(tmp_path):
    """The command is in the ledger, and JSON has text only."""
    folder = os.fsencode(tmp_path) + b"/\xff"
    try:
        os.mkdir(folder)
    except OSError:
        pytest.skip("this file system takes text only")

    ended = run("run", "lock", "--lens", "shape", "-o", folder + b"/out")

    assert ended.returncode == 0, ended.stderr
    assert os.path.exists(folder + b"/out/report.html")
    assert "\\xff" in typed(["run", "-o", os.fsdecode(folder)])


@pytest.mark.long
@posix
def test_too_few_descriptors_cost_one_line_and_keep_the_ledger(tmp_path):
    """With how to get more, and how to go on."""
    folder = tmp_path / "out"

    def limit():
        import resource  # here, for Windows has none

        resource.setrlimit(resource.RLIMIT_NOFILE, (10, 10))

    ended = run(
        "run", "lock", "--lens", "correctness", "-o", str(folder), preexec_fn=limit
    )
    last = ended.stderr.decode().splitlines()[-1]

    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr.decode()
    assert "ulimit -n" in last
    assert f"--resume {folder}" in last
    assert (folder / "ledger.jsonl").exists()


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit of memory")
def test_a_report_without_memory_for_pictures_is_written_without(tmp_path):
    """The chart library ended the whole process."""
    folder = tmp_path / "run"
    with Ledger.create(folder) as ledger:
        ledger.append_all([RUN, *blocks(12, 2.0)])

    def limit():
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20))

    ended = run("report", str(folder), preexec_fn=limit)

    assert ended.returncode == 0, ended.stderr
    assert b"the report has no pictures" in ended.stderr
    assert "No picture: condition " in (folder / "report.html").read_text()


@pytest.fixture
def broken(monkeypatch):
    """A process that ends when it is to draw."""
    monkeypatch.setattr(painter, "DRAWING", "import sys; sys.exit(3)")
    found = Painter()
    monkeypatch.setattr(drawing, "painter", found)
    return found


def test_a_picture_that_cannot_be_drawn_is_its_text(broken, tmp_path):
    """And the page says so once, not for each picture."""
    said = html_file.write(rich(), tmp_path / "page.html")

    # It may end before or after the specification is written to it.
    assert said in (
        "the chart library ended (status 3)",
        "the chart library ended ([Errno 32] Broken pipe)",
    )
    assert "No picture: " in (tmp_path / "page.html").read_text()
    assert "<svg viewBox" not in (tmp_path / "page.html").read_text()


def test_a_picture_file_without_a_picture_is_refused(broken, tmp_path):
    """An empty picture would look like a result."""
    with pytest.raises(errors.CannotRunError, match="there is no picture"):
        svg_file.write(rich(), tmp_path / "all.svg")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
def test_a_specification_that_is_refused_does_not_end_the_others():
    """The process goes on to the next."""
    found = Painter()
    try:
        with pytest.raises(NoPictureError, match="refused"):
            found.svg({"mark": {"nonsense": 1}, "encoding": 7})
        assert found.svg(SPEC).startswith("<svg")
        assert found.problem is None
    finally:
        found.end()


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (OSError(errno.EMFILE, "x"), "ulimit -n"),
        (OSError(errno.EAGAIN, "x"), "ulimit -u"),
        (OSError(errno.ENOMEM, "x"), "ulimit -v"),
        (MemoryError(), "ulimit -v"),
        (RuntimeError("can't start new thread"), "ulimit -u"),
    ],
)
def test_what_the_system_lacks_is_told_with_the_next_step(problem, said):
    """One line in place of a traceback."""
    assert said in errors.lacking(problem)


def test_other_errors_are_not_taken_for_it():
    """A defect of ours stays one."""
    assert errors.lacking(RuntimeError("x")) is None
    assert errors.lacking(FileNotFoundError(errno.ENOENT, "x")) is None


def test_temporary_files_of_a_worker_go_with_its_launcher():
    """A killed fetch left its folder of bodies behind."""
    with Launcher() as launcher:
        folder = Path(launcher._folder.name)
        (folder / "bodies-1").mkdir()
        (folder / "bodies-1" / "body").write_text("x")
        assert environment(0, str(folder))["TMPDIR"] == str(folder)

    assert not folder.exists()


def test_folders_of_killed_launchers_are_removed_and_others_kept(tmp_path, monkeypatch):
    """The next run tidies up what a killed one could not."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    folders = {
        name: tmp_path / f"{launching.TEMPORARY}{name}"
        for name in (f"{gone.pid}-a", f"{os.getpid()}-b", "mine")
    }
    for folder in folders.values():
        folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    launching.remove_forsaken(tmp_path)

    assert [name for name, folder in folders.items() if folder.exists()] == [
        f"{os.getpid()}-b",
        "mine",
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="semaphores are files on Linux")
def test_a_killed_pool_of_processes_leaves_no_semaphore():
    """Its tracker was killed with it."""
    code = (
        "import multiprocessing, sys\n"
        "if __name__ == '__main__':\n"
        "    lock = multiprocessing.get_context('spawn').Lock()\n"
        "    print(lock._semlock.name, flush=True)\n"
        "    sys.stdin.read()\n"
    )
    worker = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    name = Path("/dev/shm") / f"sem.{worker.stdout.readline().strip()[1:]}"
    assert name.exists()

    guarding.kill_group(worker)
    worker.communicate(timeout=60)

    assert not name.exists()
