"""The front door: every command explains itself, and bad input costs one line."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bench import cli
from bench.cli import COMMANDS
from bench.commands import terminating

NO_ROOM = Path("/dev/full")


def bench(*arguments, **options):
    """Run a command in a process of its own, for what only a process shows."""
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.run(
        [sys.executable, "-m", "bench", *arguments],
        text=True,
        timeout=60,  # seconds
        check=False,
        **streams | options,
    )


@pytest.fixture
def call(monkeypatch, capsys):
    """Run a command in this process; return its exit status, stdout and stderr."""

    def status_and_output(*arguments):
        monkeypatch.setattr(sys, "argv", ["bench", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return (ended.value.code, *capsys.readouterr())

    return status_and_output


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "lock", "-o", ""),
        ("run", "--resume", ""),
        ("report", "r", "--picture", ""),
        ("merge", "a", "b", "-o", ""),
        ("export", "r", "-o", ""),
        ("compare", "a", "b", "--junit", ""),
        ("history", "a", "--page", ""),
        ("port", "jobs.py", "--into", ""),
        ("explore", "lock", "--save", ""),
        ("decide", "-n", "3", "--report", ""),
        ("questions", "--report", ""),
    ],
)
def test_an_empty_path_is_not_the_current_folder(
    arguments, call, tmp_path, monkeypatch
):
    """A script whose variable is not set wrote into the current folder."""
    monkeypatch.chdir(tmp_path)

    status, _, said = call(*arguments)

    assert status == 2
    assert f"{arguments[-2]} is empty; give a value" in said
    assert list(tmp_path.iterdir()) == []


def test_with_no_arguments_it_says_what_it_is_and_where_to_start(call):
    """The first thing a newcomer types must not be an error."""
    status, shown, _ = call()

    assert status == 0
    assert "Threads or asyncio?" in shown
    assert all(name in shown for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name, call):
    """A command that is listed can be loaded, and its help says what it is for."""
    status, shown, complaints = call(name, "--help")

    assert (status, complaints) == (0, "")
    assert f"Usage: python -m bench {name}" in shown


@pytest.mark.parametrize("columns", ["60", "100"])
@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_every_help_gives_examples_that_can_be_copied(name, columns, call, monkeypatch):
    """Each call is whole, on a line of its own, at any usual width."""
    monkeypatch.setenv("COLUMNS", columns)

    _, shown, _ = call(*name.split(), "--help")

    lines = [line.rstrip() for line in shown.partition("Examples:")[2].splitlines()]
    calls = [line for line in lines if line.startswith("   python -m bench ")]
    effects = [line for line in lines if line.startswith("       ")]
    assert calls
    assert len(calls) == len(effects)
    assert len(calls + effects) == len([line for line in lines if line])


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["shwo"], "did you mean show?"),
        (["xyzzy"], "--help lists them"),
        (["--nonsense"], "--help"),
        (["list", "--nonsense"], "--help"),
        (["report", "nowhere"], "give the folder of a run"),
        (["export", "nowhere"], "give the folder of a run"),
        (["compare", "nowhere", "nowhere"], "give the folder of a run"),
        (["merge", "nowhere", "--output", "all"], "give the folder of a run"),
        (["report", __file__], "no ledger of a run; give the folder"),
        (["run", "lock", "--output", __file__], "is a file; name a folder"),
        (["run", "--budget", "much"], "'much' is not a number"),
        (["explore", "pyproject.toml"], "is not a Python file"),
        (["run", "--budget", "-5"], "-5.0 is less than 1; try"),
        (["explore", "x.py", "--limit-seconds", "0"], "0.0 is not more than 0; try"),
        (["origin", "--port", "65536"], "65536 is not from 0 to 65535; try"),
        (["run", "lock", "--against", ""], "--against is empty; give a value"),
        (["run", "lock", "--against="], "--against is empty; give a value"),
        (["run", "lock", "-o", ""], "-o is empty; give a value"),
        (["run", "lock", "--aa", ""], "an argument is empty; give a value"),
        (["report", ""], "an argument is empty; give a value"),
        (["decide", "lock"], "no argument 'lock'; name a pair as --pair lock"),
    ],
)
def test_bad_arguments_cost_one_line_that_says_what_to_do(arguments, advice, call):
    """Exit status 2, nothing on stdout, no traceback."""
    status, shown, complaint = call(*arguments)

    assert (status, shown) == (2, "")
    assert complaint.count("\n") == 1
    assert advice in complaint


@pytest.mark.parametrize("arguments", [["list"], ["show", "lock"], ["--help"]], ids=str)
def test_a_reader_that_has_gone_is_no_error(arguments):
    """`| head -1` closes the pipe early; an error message would have no reader."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        left = bench(*arguments, stdout=writing)
    finally:
        os.close(writing)

    assert (left.returncode, left.stderr) == (141, "")


@pytest.mark.parametrize("problem", [BrokenPipeError(32, "Broken pipe"), None])
def test_a_reader_that_has_gone_is_not_the_status_of_a_broken_program(
    problem, monkeypatch, call
):
    """rich ends a command with 1 when its pipe is closed, which says `broken`."""

    def ends(begun):
        try:
            if problem is not None:
                raise problem
        except BrokenPipeError:
            raise SystemExit(1)  # noqa: B904 - as rich does
        raise SystemExit(1)

    monkeypatch.setattr(cli, "exit_status", ends)
    monkeypatch.setattr(cli, "discard_output", lambda: None)

    assert call("list")[0] == (1 if problem is None else 141)


def test_explore_tells_the_status_of_a_reader_that_has_gone(call):
    """A script that has `set -o pipefail` sees it."""
    _, shown, _ = call("explore", "--help")

    assert "141 the reader of the output has gone" in " ".join(shown.split())


@pytest.mark.skipif(not NO_ROOM.exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [["list"], ["show", "lock"], ["--help"]], ids=str)
def test_output_that_cannot_be_written_costs_one_line(arguments):
    """A full disk behind `>` is a status that a script sees, not half a file and 0."""
    with NO_ROOM.open("w") as full:
        refused = bench(*arguments, stdout=full)

    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "make room" in refused.stderr


@pytest.mark.long
def test_a_terminal_without_the_characters_gets_others():
    """A line that is drawn must not crash where only ASCII can be shown."""
    ascii_only = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}

    shown = bench("show", "lock", env=ascii_only)

    assert (shown.returncode, shown.stderr) == (0, "")
    assert "?" in shown.stdout


@pytest.mark.parametrize(
    "arguments", [["list"], ["list", "--json"], ["show", "lock"], ["--help"]], ids=str
)
def test_a_result_for_a_closed_output_is_an_error(arguments, call, monkeypatch):
    """Python has no stdout then, and status 0 would say that the result is there."""
    monkeypatch.setattr(sys, "stdout", None)
    status, _, complaint = call(*arguments)

    assert status == 2
    assert complaint.count("\n") == 1
    assert "standard output is closed" in complaint


@pytest.mark.parametrize(
    ("arguments", "is_lost"),
    [
        (["report", "RUN"], False),
        (["report", "RUN", "--json"], True),
        (["run"], False),
        (["explore", "lock"], True),
    ],
)
def test_a_remark_for_a_closed_output_is_no_error(arguments, is_lost, monkeypatch):
    """The result of such a command is a file; cron may close the output."""
    discarded = cli.Discarded()
    monkeypatch.setattr(sys, "stdout", discarded)

    assert not cli.is_result_lost(arguments)
    discarded.write("a line")
    assert cli.is_result_lost(arguments) is is_lost


def test_a_summary_for_a_closed_output_is_told_on_standard_error(
    call, tmp_path, monkeypatch
):
    """The status is 0, because the page has the summary too."""
    monkeypatch.setattr(sys, "stdout", None)
    folder = tmp_path / "run"
    status, _, said = call("run", "lock", "--lens", "shape", "-o", str(folder))

    assert status == 0
    assert "the output of run is lost, but its files are written" in said
    assert (folder / "report.html").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a directory that is used")
@pytest.mark.parametrize(
    "arguments",
    [
        ("list",),
        ("run", "lock", "--lens", "shape"),
        ("report", "../run"),
        ("shape", "lock"),
    ],
    ids=str,
)
def test_a_deleted_working_directory_costs_one_line(
    arguments, call, tmp_path, monkeypatch
):
    """A job in a cleaned folder must not end in a traceback."""
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()

    status, shown, complaint = call(*arguments)

    assert (status, shown, complaint.count("\n")) == (2, "", 1)
    assert "working directory has been deleted; change to another one" in complaint


def test_it_runs_from_any_directory(tmp_path):
    """The package is installed, not found by luck in the working directory."""
    assert "condition" in bench("list", cwd=tmp_path).stdout


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", ["enum", "threading", "queue"])
def test_a_file_called_as_a_module_of_the_library_is_not_taken_for_it(tmp_path, name):
    """`-m` looks into the working directory first, and this package needs them all."""
    program = tmp_path / f"{name}.py"
    program.write_text(
        "class Both:\n"
        "    def work(self):\n"
        "        self.done = True\n"
        "    workers = (work, work)\n"
    )

    shown = bench("explore", program.name, cwd=tmp_path)

    assert (shown.returncode, shown.stderr) == (0, "")
    assert f"{name}.py:Both\n  holds" in shown.stdout


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
@pytest.mark.parametrize(
    ("command", "is_handled"), [("run", True), ("decide", True), ("explore", False)]
)
def test_only_commands_that_measure_handle_sigterm(command, is_handled):
    """The explorer holds Ctrl-C during a run, and such a run may never end."""
    before = signal.getsignal(signal.SIGTERM)
    with terminating.restored():
        terminating.handle(command)
        changed = signal.getsignal(signal.SIGTERM) is not before

    assert changed is is_handled
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_sigterm_interrupts_once_and_the_second_ends_at_once():
    """A command that does not end after the first must not need SIGKILL."""
    with terminating.restored():
        terminating.handle("run")
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)

        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
        assert terminating.RECEIVED == [signal.SIGTERM]


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_sigterm_keeps_its_default_where_ctrl_c_is_ignored():
    """A shell starts a program in the background so: it must end nevertheless."""
    ignored = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with terminating.restored():
            before = signal.getsignal(signal.SIGTERM)
            terminating.handle("run")
            assert signal.getsignal(signal.SIGTERM) is before
    finally:
        signal.signal(signal.SIGINT, ignored)
