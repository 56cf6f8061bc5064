"""The ledger: whatever happens, written records stay, once, and are readable."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import hypothesis
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.commands.continuing import take_up
from bench.errors import CannotRunError
from bench.ledger import store
from bench.ledger.store import LEDGER, Ledger
from bench.records.runs import End, Machine, Run
from bench.runs import saved
from tests.throughput.fakes import blocks, settings

ROOT = Path(__file__).parents[2]
RUN = Run(
    started=0.0,
    command="run",
    version="1",
    machine=Machine(cpu="x", cores=2),
    pairs=("condition",),
    settings=settings(),
)
SAMPLES = blocks(3)


@pytest.fixture
def folder(tmp_path):
    """A run with three blocks."""
    with Ledger.create(tmp_path / "run") as ledger:
        for entry in (RUN, *SAMPLES):
            ledger.append(entry)
    return tmp_path / "run"


def test_what_is_appended_is_read_back_unchanged(folder):
    """Records are plain data; the order is that of writing."""
    assert store.read(folder) == [RUN, *SAMPLES]
    assert store.read(folder / LEDGER) == [RUN, *SAMPLES]


def test_results_are_the_records_and_what_follows(folder):
    """A saved run is re-read without running anything."""
    results = saved.results(folder)

    assert results.run == RUN
    assert results.samples == tuple(SAMPLES)
    assert [c.blocks for c in results.comparisons] == [3]
    assert results.end is None


def test_the_end_tells_that_a_run_was_not_cut_off(folder):
    """The last line, if there is one."""
    ledger, _ = Ledger.resume(folder)
    with ledger:
        ledger.append(End(finished=1.0, elapsed_seconds=1.0))

    assert saved.results(folder).end == End(finished=1.0, elapsed_seconds=1.0)


def test_a_record_is_on_disk_when_append_returns(tmp_path):
    """Nothing waits in this process, which may be killed."""
    with Ledger.create(tmp_path) as ledger:
        ledger.append(RUN)

        assert store.read(tmp_path) == [RUN]


def test_a_folder_with_a_run_is_refused(folder):
    """A run is never written over; the message says how to go on."""
    with pytest.raises(CannotRunError, match="with run --resume"):
        Ledger.create(folder, may_resume=True)


def test_only_a_run_that_can_be_resumed_is_to_be_resumed(folder, tmp_path):
    """`merge` advised --resume, which then refused the merged run."""
    merged = msgspec.structs.replace(RUN, settings=None)
    with Ledger.create(tmp_path / "merged") as ledger:
        ledger.append(merged)

    for there, may_resume in ((folder, False), (tmp_path / "merged", True)):
        with pytest.raises(CannotRunError, match="already; name another folder"):
            Ledger.create(there, may_resume=may_resume)
    with pytest.raises(CannotRunError, match="was merged from runs; resume these"):
        take_up(tmp_path / "merged", None)


def test_two_runs_into_one_folder_are_refused(tmp_path):
    """Their samples would be interleaved and their times worthless."""
    with Ledger.create(tmp_path) as ledger:
        ledger.append(RUN)

        with pytest.raises(CannotRunError, match="another run is writing"):
            Ledger.resume(tmp_path)


def test_a_folder_is_free_again_after_its_run(folder):
    """Whether closed or killed: the hold is the system's."""
    for _ in range(2):
        ledger, _ = Ledger.resume(folder)
        ledger.close()


@hypothesis.settings(deadline=None)  # a busy machine is no failure
@given(cut=st.integers(1, 400))
def test_a_torn_last_line_costs_that_line_only(tmp_path_factory, cut):
    """Cut anywhere inside the last record: the others stay, with a warning."""
    tmp_path = tmp_path_factory.mktemp("torn")
    with Ledger.create(tmp_path) as ledger:
        for entry in (RUN, *SAMPLES):
            ledger.append(entry)
    path = tmp_path / LEDGER
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    told = []

    assert len(whole.splitlines()[-1]) > 400
    assert store.read(tmp_path, told.append) == [RUN, *SAMPLES[:-1]]
    assert len(told) == 1


def test_resuming_cuts_a_torn_line_away(folder):
    """Or the next record would be joined to it, and both be lost."""
    with (folder / LEDGER).open("ab") as file:
        file.write(b'{"kind":"sam')
    ledger, entries = Ledger.resume(folder)
    with ledger:
        ledger.append(SAMPLES[0])

    assert entries == [RUN, *SAMPLES]
    assert store.read(folder) == [RUN, *SAMPLES, SAMPLES[0]]


@pytest.mark.parametrize(
    "line", [b"nonsense", b'{"kind":"sample"}', b'{"kind":"new"}', b"", b"\xff\xfe"]
)
def test_a_corrupt_line_is_named_by_its_number(folder, line):
    """Not skipped: what it said is unknown, and so is the result without it."""
    path = folder / LEDGER
    lines = path.read_bytes().split(b"\n")
    lines.insert(2, line)
    path.write_bytes(b"\n".join(lines))

    with pytest.raises(CannotRunError, match="line 3 is corrupt"):
        store.read(folder)


@pytest.mark.parametrize("content", [b"", b'{"kind":"end","finished":1'])
def test_a_ledger_without_a_run_is_refused(folder, content):
    """An empty page would look like a result."""
    (folder / LEDGER).write_bytes(content)

    with pytest.raises(CannotRunError, match="does not begin with a run"):
        saved.results(folder)


@pytest.mark.parametrize("action", [store.read, Ledger.resume])
def test_a_missing_run_is_one_line(tmp_path, action):
    """With what to give instead."""
    with pytest.raises(CannotRunError, match="give the folder of a run"):
        action(tmp_path / "nowhere")


def test_a_ledger_of_a_later_version_is_refused(folder):
    """Reading it half would misread it."""
    path = folder / LEDGER
    path.write_bytes(
        b'{"kind":"run","format":99,"started":0,"command":"",'
        + b'"version":"9","machine":{}}\n'
    )

    with pytest.raises(CannotRunError, match="has format 99"):
        store.read(folder)


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path):
    """A file stands in the way."""
    (tmp_path / "file").touch()

    with pytest.raises(CannotRunError, match="name another folder"):
        Ledger.create(tmp_path / "file" / "run")


@pytest.mark.long
@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="needs file size limits")
def test_a_full_disk_leaves_whole_lines_and_says_how_to_go_on(tmp_path):
    """The record that does not fit is taken back whole."""
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from bench.errors import CannotRunError\n"
        "from bench.ledger.store import Ledger\n"
        "from tests.ledger.test_store import RUN, SAMPLES\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))\n"
        "with Ledger.create(Path(sys.argv[1])) as ledger:\n"
        "    try:\n"
        "        for entry in (RUN, *SAMPLES): ledger.append(entry)\n"
        "    except CannotRunError as problem: print(problem)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "run")],
        capture_output=True, text=True, check=True, cwd=ROOT,
    ).stdout  # fmt: skip

    entries = store.read(tmp_path / "run", pytest.fail)
    assert "make room, then continue with --resume" in said
    assert 1 < len(entries) < 1 + len(SAMPLES)


@pytest.mark.long
def test_a_run_killed_at_any_moment_goes_on_where_it_stopped(tmp_path):
    """Real workers, kill -9: all samples, none twice, each in its place."""
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from tests.ledger.test_store import a_tiny_run\n"
        "a_tiny_run(Path(sys.argv[1]))\n"
    )
    folder = tmp_path / "run"
    for lines in (2, 9):
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(folder)], cwd=ROOT, stdout=subprocess.PIPE
        )
        with process:
            for _ in range(lines):
                process.stdout.readline()
            process.send_signal(signal.SIGKILL)
    a_tiny_run(folder)

    samples = saved.results(folder, print).samples
    keys = [(sample.block, sample.position) for sample in samples]
    assert keys == [(block, position) for block in range(4) for position in range(4)]
    assert {sample.status for sample in samples} == {"ok"}


def a_tiny_run(folder):
    """Begin or resume four blocks; print a line when one is in the ledger."""
    from bench.throughput.planning import plan
    from bench.throughput.runtimes import current, runtimes
    from bench.throughput.session import run

    if (folder / LEDGER).exists():
        ledger, entries = Ledger.resume(folder)
    else:
        ledger, entries = Ledger.create(folder), []
    with ledger:
        if not entries:
            asked = settings(
                runtimes=tuple(runtimes([current()], ["asyncio"])), blocks_at_most=4
            )
            entries = [msgspec.structs.replace(RUN, settings=asked)]
            ledger.append(entries[0])
        chosen = plan(("condition",), entries[0].settings)
        for progress in run(chosen, ledger, entries[1:]):
            os.write(1, progress.doing.encode() + b"\n")
