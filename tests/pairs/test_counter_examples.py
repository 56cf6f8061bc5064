"""Every counter-example fails with the symptom it names, and only for its defect."""

import ast
import asyncio
import inspect
import runpy
import subprocess
import sys
import threading
import traceback
from importlib import import_module
from pathlib import Path

import pytest

import asyncio_impl.broken
import threaded.broken
from bench.pairs.catalogue import PAIRS

ROOT = Path(__file__).parents[2]
BROKEN = [
    f"{package}.broken.{path.stem}"
    for package in ("threaded", "asyncio_impl")
    for path in sorted((ROOT / package / "broken").glob("*.py"))
    if path.stem != "__init__"
]
ELSEWHERE = ("url_fetch", "lean_fetch")  # tested with what they fetch from
OURS = [name for name in BROKEN if not name.rpartition(".")[2].startswith(ELSEWHERE)]
RESCUED = [  # by threaded.broken.must_end, from a wait that would never end
    name
    for name in OURS
    if "rescue=" in (ROOT / f"{name.replace('.', '/')}.py").read_text(encoding="utf-8")
]


def symptom(module) -> str:
    return inspect.getdoc(module).splitlines()[-1].removeprefix("Symptom: ")


def last_line(error: BaseException) -> str:
    return traceback.format_exception_only(error)[-1].strip()


def right_class(module) -> type:
    """The class that a counter-example overrides, from the pair itself."""
    for name, value in vars(module).items():
        if inspect.isclass(value) and value.__module__ == module.__name__:
            base = value.__bases__[0]
            if base.__name__ == name:
                return base
    raise AssertionError(f"{module.__name__} overrides no class of its pair")


@pytest.fixture
def patience(monkeypatch):
    """Sets how long a provocation waits before it calls a wait endless."""

    def set_seconds(seconds: float) -> None:
        for package in (threaded.broken, asyncio_impl.broken):
            monkeypatch.setattr(package, "TIMEOUT_SECONDS", seconds)

    return set_seconds


@pytest.mark.parametrize("name", BROKEN)
def test_a_counter_example_ends_its_docstring_with_its_symptom(name):
    """The harness and the reader take it from there."""
    path = ROOT / f"{name.replace('.', '/')}.py"
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))

    assert docstring.startswith("Counter-example: ")
    assert docstring.splitlines()[-1].startswith("Symptom: ")


@pytest.mark.parametrize("name", OURS)
def test_a_counter_example_shows_its_symptom(name, patience, monkeypatch):
    """What waits for ever is given little time, since no time would be enough."""
    patience(0.02)
    monkeypatch.delitem(sys.modules, name, raising=False)  # runpy warns of it
    threads_before = threading.active_count()

    with pytest.raises(Exception) as caught:  # noqa: PT011 - the line below matches it
        runpy.run_module(name, run_name="__main__")

    assert last_line(caught.value) == symptom(import_module(name))
    assert threading.active_count() == threads_before


@pytest.mark.parametrize("name", RESCUED)
def test_a_rescue_that_comes_too_early_comes_again(name, patience, monkeypatch):
    """On a busy machine the wait may begin after it: no thread is left hanging."""
    patience(0)
    monkeypatch.delitem(sys.modules, name, raising=False)

    with pytest.raises(TimeoutError):
        runpy.run_module(name, run_name="__main__")


@pytest.mark.parametrize("name", OURS)
def test_the_provocation_spares_the_right_class(name, patience):
    """Else it would be the provocation that fails, and not the defect."""
    patience(20)
    module = import_module(name)

    provoked = module.provoke(right_class(module)())

    if inspect.iscoroutine(provoked):
        asyncio.run(provoked)


@pytest.mark.parametrize("name", [OURS[0], OURS[-1]])
def test_a_counter_example_run_alone_ends_in_its_symptom(name):
    """The last line on a reader's terminal is the one that the docstring names."""
    ended = subprocess.run(
        [sys.executable, "-m", name],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode != 0
    assert ended.stderr.splitlines()[-1] == symptom(import_module(name))


def test_the_catalogue_lists_every_counter_example():
    """One that is not listed is never run."""
    listed = [name for pair in PAIRS.values() for name in pair.counter_examples]

    assert len(listed) == len(set(listed))
    assert set(listed) == {name.rpartition(".")[2] for name in BROKEN}
