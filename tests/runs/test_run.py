"""A whole run from the command line: small ones, in processes of their own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from bench import cli
from bench.commands.beginning import measured_interpreters
from bench.errors import CannotRunError
from bench.throughput import runtimes

LIMIT_SECONDS = 50
SMALL = ["lock", "--budget", "12", "--sweep", "none"]  # four counter-examples

pytestmark = pytest.mark.long  # they stand on a run


def command(*arguments):
    return [sys.executable, "-m", "bench", "run", *map(str, arguments)]


def run(*arguments, **options):
    return subprocess.run(
        command(*arguments),
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
        **options,
    )


def entries(folder):
    lines = (folder / "ledger.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "first"
    return run(*SMALL, "-o", folder), folder


def test_a_run_leaves_a_ledger_and_a_report_and_says_where(finished):
    """Both are in the folder that the last line names; all three lenses have looked."""
    ended, folder = finished
    kinds = {entry["kind"] for entry in entries(folder)}

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines()[-1] == f"report: {folder / 'report.html'}"
    assert (folder / "report.html").stat().st_size > 10_000
    assert {"run", "shape", "certificate", "sample", "end"} <= kinds


def test_a_finished_run_is_measured_further_only_when_asked(finished):
    """To look again until a difference shows is what makes false ones."""
    _, folder = finished
    before = (folder / "ledger.jsonl").read_bytes()

    again = run("--resume", folder)

    assert again.returncode == 0, again.stderr
    assert "this run is finished" in again.stderr
    assert again.stdout.splitlines()[-1] == f"report: {folder / 'report.html'}"
    assert (folder / "ledger.jsonl").read_bytes() == before


def test_more_budget_measures_on_in_a_finished_run(finished, tmp_path):
    """And the ledger says when, and with how much time."""
    _, folder = finished
    longer = tmp_path / "longer"
    shutil.copytree(folder, longer)
    spent = entries(longer)[-1]["elapsed_seconds"]

    little = run("--resume", longer, "--budget", "1")
    more = run("--resume", longer, "--budget", max(round(spent), 12) + 8)
    kinds = [entry["kind"] for entry in entries(longer)]
    at = kinds.index("resumed")

    assert little.returncode == 2
    assert "give a --budget above" in little.stderr
    assert more.returncode == 0, more.stderr
    assert "sample" in kinds[at:]
    assert kinds[-1] == "end"
    assert entries(longer)[-1]["elapsed_seconds"] > spent


def test_piped_output_is_plain(finished):
    """No escape codes and no redrawn lines where no terminal is."""
    ended, _ = finished

    assert "\x1b" not in ended.stdout + ended.stderr
    assert "\r" not in ended.stderr


def test_every_counter_example_of_a_run_fails_as_named(finished):
    """A counter-example that passes, or fails otherwise, would prove nothing."""
    _, folder = finished
    shown = [
        entry
        for entry in entries(folder)
        if entry["kind"] == "certificate" and entry["method"] == "provoked"
    ]

    assert shown
    assert [
        one["scenario"]
        for one in shown
        if one["symptom"] not in one.get("failure", {}).get("symptom", "")
    ] == []


def test_a_folder_that_holds_a_run_is_left_alone(finished):
    """The next step is named, and nothing is added to what is there."""
    _, folder = finished
    before = (folder / "ledger.jsonl").read_bytes()

    refused = run(*SMALL, "-o", folder)

    assert refused.returncode == 2
    assert f"--resume {folder}" in refused.stderr
    assert (folder / "ledger.jsonl").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["conditon"], "did you mean condition?"),
        (["--workers", "0"], "from 1 to"),
        (["--shard", "3/2"], "I/N"),
        (["--python", "/nowhere/python"], "give the path of one"),
        (["--resume", "/nowhere"], "give the folder of a run"),
        (["-o", "/dev/null/run"], "name another folder"),
        (["condition", "--resume", "results"], "leave out all but --budget"),
        (["--resume", "results", "--seed", "6"], "leave out all but --budget"),
        (["--self-test", "--budget", "5"], "--self-test needs --budget 18"),
        (["condition", "--self-test"], "leave out the rest"),
        (["--budget", "nan"], "not a finite number"),
        (["lock", "--limit", "nan"], "not a finite number"),
        (["lock", "--memory-limit", "inf"], "not a finite number"),
        (["--shard", "\N{SUPERSCRIPT TWO}/3"], "I/N"),
        (["lock", "--capacity", "5"], "it changes candy_machine, bounded_queue"),
        (["jobs", "--carrier", "processes", "--lens", "shape"], "--lens throughput"),
        (["lock", "--carrier", "processes"], "add jobs to the pairs"),
        (["lock", "event", "--cpu-share", "5"], "add jobs to the pairs"),
        (["lock", "--sweep", "full"], "add jobs to the pairs"),
        (["jobs", "--sweep", "full", "--workers", "5"], "leave one of them out"),
        (["--workers", "5", "--lens", "correctness"], "--workers has no effect"),
        (["--aa", "--lens", "shape"], "--aa has no effect"),
        (["--loop", "uvloop", "--lens", "correctness"], "--loop has no effect"),
        (["--placement", "free", "--lens", "shape"], "--placement has no effect"),
        (["lock", "--limit", "3"], "--limit has no effect on lock"),
        (["--memory-limit", "1", "--lens", "shape"], "--memory-limit has no effect"),
        (["lock", "--ledger-only", "--open"], "there is no page"),
        (["jobs", "--loop", "trio"], "no form for trio"),
        (["jobs", "--loop", "anyio", "--loop", "trio"], "form for anyio or trio"),
        (["jobs", "lock", "--sweep", "none"], "--sweep none leaves out jobs"),
        (["jobs", "--lens", "shape"], "jobs has only speeds to compare"),
    ],
)
def test_what_cannot_be_run_costs_one_line(
    arguments, said, tmp_path, monkeypatch, capsys
):
    """Exit status 2, the value and the next step, nothing half-written."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["bench", "run", *arguments])

    with pytest.raises(SystemExit) as ended:
        cli.main()

    shown = capsys.readouterr()
    assert (ended.value.code, shown.out) == (2, "")
    assert shown.err.count("\n") == 1
    assert said in shown.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX limits")
def test_a_page_that_has_no_room_costs_one_line_and_not_the_run(tmp_path):
    """What was measured is kept, and can be written elsewhere."""
    folder = tmp_path / "full"

    def allow_little():
        import resource  # here, for Windows has none

        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))

    cut = run("lock", "--lens", "shape", "-o", folder, preexec_fn=allow_little)

    assert cut.returncode == 2
    assert f"report {folder} -o FILE" in cut.stderr.splitlines()[-1]
    assert [path.name for path in folder.iterdir()] == ["ledger.jsonl"]


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_a_killed_run_leaves_no_process_behind(tmp_path):
    """A process that is left would keep stderr open, and reading it would not end."""
    killed = subprocess.Popen(
        command("lock", "--lens", "correctness", "-o", tmp_path / "killed"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    ledger = tmp_path / "killed" / "ledger.jsonl"
    try:
        while not (ledger.exists() and b'"explored"' in ledger.read_bytes()):
            assert killed.poll() is None
            time.sleep(0.01)  # a poll: nothing tells when a ledger grows
    finally:
        killed.kill()

    killed.communicate(timeout=LIMIT_SECONDS)


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
@pytest.mark.parametrize(
    ("number", "status", "told"),
    [
        (signal.SIGINT, 130, "interrupted; continue with"),
        (signal.SIGTERM, 143, "ended by SIGTERM; continue with"),
    ],
    ids=["ctrl-c", "sigterm"],
)
def test_a_run_that_is_interrupted_can_go_on(number, status, told, tmp_path):
    """The line says how to go on; going on keeps every sample and ends the run."""
    folder = tmp_path / "cut"
    lenses = ["--lens", "shape", "--lens", "throughput"]
    cut = subprocess.Popen(
        command(*SMALL, *lenses, "-o", folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert cut.stderr is not None
        assert any(line.startswith("shape") for line in cut.stderr)
        cut.send_signal(number)
        _, rest = cut.communicate(timeout=LIMIT_SECONDS)
    finally:
        cut.kill()
    kept = entries(folder)

    ended = run("--resume", folder)

    assert cut.returncode == status, rest
    assert f"{told} --resume {folder}" in rest
    assert ended.returncode == 0, ended.stderr
    assert entries(folder)[: len(kept)] == kept
    assert entries(folder)[-1]["kind"] == "end"


def test_two_interpreters_of_one_version_are_refused(monkeypatch):
    """The comparison of one of them vanished, under the name of the other."""
    current = runtimes.current()
    monkeypatch.setattr(
        runtimes, "named", lambda path: replace(current, executable=path)
    )

    measured, late = measured_interpreters(("/a/python", "/a/python"))
    assert (len(measured), late) == (1, [])
    with pytest.raises(CannotRunError, match="/a/python and /b/python are both Python"):
        measured_interpreters(("/a/python", "/b/python"))
