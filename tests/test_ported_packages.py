"""`bench.studies.ported_packages`, with a package of our own: no network, no pip."""

from textwrap import dedent

import pytest
from click.testing import CliRunner

from bench.studies import ported_packages
from bench.studies.ported_cases import CASES, Decision, PortedFile, PortedPackage
from bench.studies.ported_packages import decided, renamed
from bench.studies.ported_tests import place

SYNC = """
import threading


class Gate:
    def __init__(self):
        self.opened = threading.Event()

    def open(self):
        self.opened.set()

    def passed(self):
        self.opened.wait()
        return "passed"

    def size(self):
        return len(self.passed())
"""
ASYNC = """
import asyncio


class AsyncGate:
    def __init__(self):
        self.opened = asyncio.Event()

    def open(self):
        self.opened.set()

    async def passed(self):
        await self.opened.wait()
        return "passed"
"""
TESTS = """
import asyncio

from tiny_gate.aio import AsyncGate


async def passing():
    gate = AsyncGate()
    gate.open()
    return await gate.passed()


def test_an_open_gate_is_passed():
    assert asyncio.run(passing()) == "passed"


def test_it_is_a_loop_that_waits():
    assert type(AsyncGate().opened).__module__.startswith("asyncio")
"""
CASE = PortedPackage(
    "tiny-gate", "1.0", "tiny_gate", (PortedFile("sync.py", "aio.py"),),
    ("tests/test_gate.py",), (("Gate", "AsyncGate"),),
)  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A package, installed, and the source release with its tests."""
    there = place(CASE, tmp_path)
    package = there / "installed" / "tiny_gate"
    tests = there / "source" / "tiny-gate-1.0" / "tests"
    for directory in (package, tests):
        directory.mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "sync.py").write_text(dedent(SYNC), encoding="utf-8")
    (package / "aio.py").write_text(dedent(ASYNC), encoding="utf-8")
    (tests / "test_gate.py").write_text(TESTS, encoding="utf-8")
    monkeypatch.setattr(ported_packages, "CASES", (CASE,))
    return tmp_path


def study(folder):
    return CliRunner().invoke(ported_packages.main, ["--folder", str(folder)])


@pytest.mark.long
def test_a_port_that_passes_the_tests_of_its_package_is_as_listed(folder):
    """The draft took the place of the package's own file."""
    done = study(folder)

    assert done.exit_code == 0, done.output
    assert "1 of 1 as listed, 0 not ported" in done.output


@pytest.mark.long
def test_a_test_that_the_port_fails_and_no_line_lists_is_status_1(folder, monkeypatch):
    """With names that the draft has not, nothing can be imported."""
    case = PortedPackage(
        CASE.package, CASE.release, CASE.module, CASE.files, CASE.tests
    )
    monkeypatch.setattr(ported_packages, "CASES", (case,))

    done = study(folder)

    assert done.exit_code == 1, done.output
    assert "NOT LISTED" in done.output


@pytest.mark.long
def test_tests_of_the_package_that_pass_with_neither_are_not_asked_of_the_port(folder):
    """What fails with the package's own file says nothing about the port."""
    (tests,) = folder.rglob("test_gate.py")
    tests.write_text(f"{TESTS}\n\ndef test_never():\n    assert False\n")

    assert study(folder).exit_code == 0


def test_what_is_not_there_is_not_ported(tmp_path, monkeypatch):
    """Status 2: the question was not answered."""
    monkeypatch.setattr(ported_packages, "CASES", (CASE,))

    done = study(tmp_path)

    assert done.exit_code == 2
    assert "not installed" in done.output


def test_a_decision_takes_the_comment_that_asked_for_it_along():
    """Lines that the draft asked about are counted apart from those it did not."""
    draft = "a = 1\n    # port: or 3?\n    b = 2\nc = 3"

    made = decided(draft, [Decision("b = 2", "b = 3\nd = 4"), Decision("c = 3", "")])

    assert made == ("a = 1\n    b = 3\n    d = 4", 1, 1)


def test_a_decision_on_a_line_that_is_gone_is_refused():
    """A draft that has changed asks for other decisions."""
    with pytest.raises(ValueError, match="0 times"):
        decided("a = 1", [Decision("b = 2", "b = 3")])


def test_names_are_replaced_in_code_and_not_in_texts():
    """A word of another meaning stays."""
    text = 'class Gate:\n    name = "Gate"  # Gate\n    other = Gates, a.Gate, a.open\n'

    assert renamed(text, {"Gate": "AsyncGate", "open": "aopen"}) == (
        'class AsyncGate:\n    name = "Gate"  # Gate\n'
        "    other = Gates, a.Gate, a.aopen\n"
    )


def test_each_case_says_why_a_test_is_left():
    """An exception without a reason is a failure that is hidden."""
    assert len(CASES) >= 3
    assert all(reason for one in CASES for _, reason in (*one.left, *one.apart))
