"""`bench.studies.packages`, with a package of our own: no network, no pip."""

import subprocess
from textwrap import dedent

import pytest
from click.testing import CliRunner

from bench.studies import packages
from bench.studies.package_cases import CASES, Case

UNLOCKED = """
class Counter:
    def __init__(self): self.value = 0
    def add(self): self.value += 1
"""
LOCKED = """
import threading

class Counter:
    def __init__(self):
        self.value, self.lock = 0, threading.Lock()
    def add(self):
        with self.lock: self.value += 1
"""
PROGRAM = """
from tiny_counter import Counter

class Adds:
    def __init__(self): self.counter = Counter()
    def work(self): self.counter.add()
    workers = (work, work)
    def check(self): assert self.counter.value == 2
"""
OLD = Case("tiny-counter", "1.0", "Adds", "two threads add", "broken", "ours")
NEW = Case("tiny-counter", "1.1", "Adds", "two threads add", "holds", "ours")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Two releases of a package, installed, and the scenario of the study."""
    for case, source in ((OLD, UNLOCKED), (NEW, LOCKED)):
        place = packages.place(case, tmp_path)
        place.mkdir(parents=True)
        (place / "tiny_counter.py").write_text(dedent(source), encoding="utf-8")
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "of_tiny_counter.py").write_text(PROGRAM, encoding="utf-8")
    monkeypatch.setattr(packages, "PROGRAMS", programs)
    monkeypatch.setenv("EXPLORE_CACHE", "")
    return tmp_path


def study(folder, monkeypatch, *cases):
    monkeypatch.setattr(packages, "CASES", cases)
    return CliRunner().invoke(packages.main, ["--folder", str(folder)])


@pytest.mark.long
def test_the_old_release_is_broken_and_the_new_one_holds(folder, monkeypatch):
    """Each is explored in its own directory, though both have one name."""
    told = study(folder, monkeypatch, OLD, NEW)

    assert told.exit_code == 0, told.output
    assert "2 of 2 as expected, 0 not explored" in told.output


def test_a_verdict_that_is_not_expected_is_status_1(folder, monkeypatch):
    """The table says what was expected."""
    wrong = Case("tiny-counter", "1.0", "Adds", "two threads add", "holds", "ours")

    told = study(folder, monkeypatch, wrong)

    assert told.exit_code == 1
    assert "0 of 1 as expected" in told.output


def test_what_is_not_installed_is_named(folder, monkeypatch):
    """One line says what to install; nothing is fetched unasked."""
    absent = Case("tiny-counter", "9.9", "Adds", "two threads add", "holds", "ours")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("a process"))

    told = study(folder, monkeypatch, absent)

    assert told.exit_code == 2
    assert "to install: --install FOLDER (tiny-counter==9.9)" in told.output


def test_each_case_has_its_scenario():
    """A case without one would be refused only where its package is installed."""
    assert len({case.package for case in CASES}) >= 12
    for case in CASES:
        source = (packages.PROGRAMS / f"{case.module}.py").read_text(encoding="utf-8")
        assert any(f"{word} {case.scenario}" in source for word in ("class", "def")), (
            case
        )
