"""Interpreters are found, asked, and never trusted before they have answered."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bench.commands.beginning import measured_interpreters
from bench.errors import CannotRunError
from bench.throughput import runtimes
from bench.throughput.runtimes import Interpreter, ask, can_run, current, discover

ROOT = Path(__file__).parents[2]


def script(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def interpreter(version=(3, 12, 1), packages=(), **changed):
    usual = {
        "executable": "python",
        "prefix": "/",
        "free_threaded": False,
        "gil": True,
        "packages": dict.fromkeys(packages, "1"),
    }
    return Interpreter(version=version, **{**usual, **changed})


def test_this_interpreter_tells_of_itself():
    """From its own mouth, as all others are asked."""
    found = current()

    assert found.version == sys.version_info[:3]
    assert found.prefix == sys.prefix
    assert "compiler" in found.build


@pytest.mark.parametrize(
    "text", ["exit 1", "echo nonsense", "echo '{}'", "echo '[1]'", "kill -9 $$"]
)
def test_what_does_not_answer_as_a_python_is_none(tmp_path, text):
    """A shim without a version, a broken build, another program of that name."""
    assert ask(script(tmp_path / "python3", text)) is None


def test_a_path_that_is_no_python_is_refused(tmp_path):
    """One line, with the path."""
    with pytest.raises(CannotRunError, match="is not a Python that answers"):
        runtimes.named(str(tmp_path / "nothing"))


def test_a_python_that_is_too_old_is_refused(monkeypatch):
    """With its version and the oldest that will do."""
    monkeypatch.setattr(runtimes, "ask", lambda *_: interpreter((3, 9, 1)))

    with pytest.raises(CannotRunError, match=r"Python 3\.9\.1; 3\.11 or newer"):
        runtimes.named("python3.9")


def test_pythons_are_looked_for_on_the_path_and_among_pyenvs(tmp_path, monkeypatch):
    """By name only, each file once, nothing run yet."""
    for folder in ("bin", "pyenv/versions/3.13.0/bin"):
        (tmp_path / folder).mkdir(parents=True)
    wanted = {
        script(tmp_path / "bin" / "python3.12", "exit 1"),
        script(tmp_path / "pyenv/versions/3.13.0/bin/python3.13t", "exit 1"),
    }
    script(tmp_path / "bin" / "python2", "exit 1")
    script(tmp_path / "bin" / "python3-config", "exit 1")
    (tmp_path / "bin" / "python3.13").write_text("not executable")
    (tmp_path / "bin" / "python3").symlink_to(tmp_path / "bin" / "python3.12")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))

    found = list(runtimes.interpreter_paths())
    assert {path.resolve() for path in found} == wanted
    assert len(found) == 2


def test_files_that_cannot_be_another_usable_python_are_not_asked(
    tmp_path, monkeypatch
):
    """Asking takes time: this one, old ones by name, and the scripts of pyenv."""
    for folder in ("bin", "pyenv/shims", "pyenv/versions/3.13.0/bin"):
        (tmp_path / folder).mkdir(parents=True)
    wanted = script(tmp_path / "pyenv/versions/3.13.0/bin/python3.13", "exit 1")
    script(tmp_path / "pyenv/shims/python3.13", "exit 1")
    script(tmp_path / "bin/python3.9", "exit 1")
    (tmp_path / "bin/python3").symlink_to(tmp_path / "bin/python3.9")
    (tmp_path / "bin/python3.11").symlink_to(sys.executable)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{tmp_path / 'pyenv/shims'}")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))

    assert list(runtimes.interpreter_paths()) == [wanted]


def test_an_interpreter_without_an_answer_in_time_is_named(monkeypatch):
    """Asking is part of the budget: `--budget 1` waited for all of them."""
    paths = [Path("/a/python3.12"), Path("/b/python3.13")]
    given = []

    def asked(path, seconds=None):
        if path not in paths:
            return interpreter((3, 11, 7))
        given.append(seconds)
        if path == paths[0]:
            raise subprocess.TimeoutExpired([path], seconds)
        return interpreter((3, 13, 0))

    monkeypatch.setattr(runtimes, "interpreter_paths", lambda: iter(paths))
    monkeypatch.setattr(runtimes, "ask", asked)

    measured, late = measured_interpreters(("all",), 0.5)

    assert [one.name for one in measured] == ["3.11.7", "3.13.0"]
    assert late == ["/a/python3.12 gave no answer in 0.5 s: not measured"]
    assert max(given) <= 0.5


def test_interpreters_are_asked_at_the_same_time(monkeypatch):
    """Each waits until the others have been asked too."""
    all_asked = threading.Barrier(4)

    def asked(path, seconds=None):
        if path != sys.executable:
            all_asked.wait(30)
        return interpreter((3, 11, 7))

    paths = [Path(f"/{name}/python3.12") for name in "abcd"]
    monkeypatch.setattr(runtimes, "interpreter_paths", lambda: iter(paths))
    monkeypatch.setattr(runtimes, "ask", asked)

    assert len(discover()) == 1
    assert len(runtimes.named_together(map(str, paths))) == 4


def test_this_interpreter_comes_first_and_old_ones_are_left_out(monkeypatch):
    """And of two with one version the first, as their figures would share a name."""
    answers = {
        "old": interpreter((3, 9, 1)),
        "new": interpreter((3, 14, 0)),
        "free": interpreter((3, 14, 0), free_threaded=True, gil=False),
        "twin": interpreter((3, 14, 0), executable="other"),
        "broken": None,
    }
    monkeypatch.setattr(runtimes, "interpreter_paths", lambda: iter(answers))
    monkeypatch.setattr(runtimes, "current", lambda: interpreter((3, 11, 7)))
    monkeypatch.setattr(runtimes, "ask", answers.get)

    assert [found.name for found in discover()] == ["3.11.7", "3.14.0", "3.14.0t"]


@pytest.mark.parametrize(
    ("version", "packages", "expected"),
    [
        ((3, 11, 7), (), {"asyncio"}),
        ((3, 12, 1), (), {"asyncio", "eager"}),
        ((3, 11, 7), ("uvloop", "anyio"), {"asyncio", "uvloop", "anyio"}),
        ((3, 12, 1), ("trio",), {"asyncio", "eager"}),
        ((3, 12, 1), ("trio", "anyio"), {"asyncio", "eager", "anyio", "trio"}),
    ],
)
def test_a_loop_is_offered_where_it_can_run(version, packages, expected):
    """By version and by what is installed there, not here."""
    one = interpreter(version, packages)

    assert {loop for loop in runtimes.LOOPS if can_run(one, loop)} == expected


def test_a_loop_that_does_not_exist_is_refused():
    """With those that do."""
    with pytest.raises(CannotRunError, match="there is no loop 'curio'"):
        can_run(interpreter(), "curio")


def test_each_runtime_has_a_label_of_its_own():
    """Cases are told apart by it."""
    one = interpreter(packages=("uvloop", "anyio", "trio"))
    labels = [found.label for found in runtimes.runtimes([one], runtimes.LOOPS)]

    assert len(labels) == 6
    assert len(set(labels)) == 6


@pytest.mark.parametrize(
    ("loop", "version", "said"),
    [
        ("uvloop", (3, 12, 1), "python -m pip install uvloop"),
        ("trio", (3, 12, 1), "python -m pip install anyio trio"),
        ("eager", (3, 11, 7), "needs Python 3.12 or newer"),
    ],
)
def test_a_loop_that_cannot_run_is_refused_with_the_next_step(loop, version, said):
    """It was left out, and the run ended well without it."""
    with pytest.raises(CannotRunError, match=said):
        runtimes.check_loops([interpreter(version)], [loop], skip=False)


def test_of_all_interpreters_those_without_the_loop_are_named():
    """`--python all` finds many, and few have every package."""
    both = [interpreter(packages=("uvloop",)), interpreter((3, 13, 0))]

    [said] = runtimes.check_loops(both, ["asyncio", "uvloop"], skip=True)

    assert "3.13.0" in said
    assert "left out there" in said
    with pytest.raises(CannotRunError, match="pip install uvloop"):
        runtimes.check_loops(both, ["uvloop"], skip=False)
    with pytest.raises(CannotRunError, match="pip install uvloop"):
        runtimes.check_loops(both[1:], ["uvloop"], skip=True)


def test_the_first_command_of_the_readme_installs_the_loops():
    """`run --loop uvloop` must work after it, where there is a wheel."""
    make = (ROOT / "Makefile").read_text()
    stamp = make.partition("$(VENV)/bench.stamp:")[2].partition("$(VENV)/test.stamp")[0]

    assert "LOOPS = uvloop trio" in make
    assert "for extra in $(LOOPS)" in stamp
    assert "--only-binary=:all:" in stamp
