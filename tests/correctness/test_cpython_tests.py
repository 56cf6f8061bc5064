"""CPython's own tests run over the models; what does not pass has a reason."""

import importlib.util

import pytest
from click.testing import CliRunner

from bench.studies import cpython_tests
from bench.studies.cpython_cases import Outcome, Suite
from bench.studies.cpython_reasons import DIFFERS, KINDS, REASONS
from bench.studies.cpython_tests import judged, main, outcomes, suites

INSTALLED = bool(
    importlib.util.find_spec("test") and importlib.util.find_spec("test.lock_tests")
)
needs_tests = pytest.mark.skipif(not INSTALLED, reason="the package test is missing")
LIMIT = 20.0
# A module of tests as CPython might have it, with each way in which a test can end.
PLANTED = """
import os, threading, unittest

class Planted(unittest.TestCase):
    def setUp(self):
        self.lock = threading.Lock()

    def test_passes(self):
        thread = threading.Thread(target=self.lock.acquire)
        thread.start()
        thread.join()
        self.assertTrue(self.lock.locked())

    def test_is_skipped(self):
        self.skipTest("not here")

    def test_fails(self):
        self.assertTrue(self.lock.locked(), "it is free")

    def test_is_refused(self):
        os.fork()

    def test_waits_for_ever(self):
        self.lock.acquire()
        self.lock.acquire()

    def test_never_returns(self):
        sum(iter(int, 1))
"""


@pytest.fixture
def planted(tmp_path):
    """A directory like that of the package `test`, with one module."""
    (tmp_path / "support").mkdir()
    (tmp_path / "test_queue.py").write_text(PLANTED, encoding="utf-8")
    return tmp_path


@pytest.mark.sampled(3)
@needs_tests
@pytest.mark.parametrize(
    ("module", "only", "least"),
    [
        ("lock_tests", "LockTests.test_", 25),
        ("lock_tests", "EventTests.test_", 5),
        ("test_queue", "PyQueueTest.test_", 5),
        ("test_asyncio.test_queues", "QueueGetTests.test_", 5),
    ],
)
def test_a_sample_of_cpythons_tests_passes(module, only, least):
    """What CPython promises of a primitive, the model of it keeps."""
    suite = Suite(module)
    found = [
        judged(suite, one)
        for one in outcomes(
            suite, cpython_tests.tests_directory(), limit_seconds=LIMIT, only=only
        )
    ]

    assert len(found) >= least
    assert [one for one in found if one.kind == DIFFERS] == []
    assert sum(one.kind == "passed" for one in found) >= 0.8 * len(found)


@pytest.mark.long
def test_each_way_in_which_a_test_can_end_is_told(planted):
    """A failure that passed for another would hide a model that differs."""
    found = outcomes(Suite("test_queue"), planted, limit_seconds=3.0)
    ends = {one.test.partition(".")[2]: one for one in found}

    assert {name: one.state for name, one in ends.items()} == {
        "test_passes": "passed",
        "test_is_skipped": "skipped",
        "test_fails": "failed",
        "test_is_refused": "refused",
        "test_waits_for_ever": "failed",
        "test_never_returns": "failed",
    }
    assert ends["test_is_skipped"].said == "not here"
    assert "it is free" in ends["test_fails"].said
    assert ends["test_waits_for_ever"].said == "deadlock"
    assert "not ended after 3 s" in ends["test_never_returns"].said


def test_what_is_refused_has_its_name_and_what_is_not_listed_differs():
    """A failure counts as explained only by a name."""
    suite = Suite("test_queue")
    refused = Outcome(
        "A.test_a", "refused", "os.fork is not modelled, so its schedules"
    )
    failed = Outcome("A.test_a", "failed", "AssertionError: 1 != 2")

    assert judged(suite, refused)[2:] == ("refused", "os.fork")
    assert judged(suite, failed)[2:] == (DIFFERS, "AssertionError: 1 != 2")
    assert judged(suite, Outcome("A.test_a", "passed")).kind == "passed"


def test_a_test_of_many_steps_is_excused_only_where_it_does_not_end():
    """What it asserts in its steps holds in those that are made, or differs."""
    suite, name = Suite("test_queue"), "PyQueueTest.test_many_threads"

    cut = judged(suite, Outcome(name, "failed", "not ended after 20 s: in get"))
    wrong = judged(suite, Outcome(name, "failed", "AssertionError: 1 != 2"))

    assert (cut.kind, wrong.kind) == ("real time", DIFFERS)


def test_a_reason_of_the_table_is_of_a_kind_and_says_why():
    """An empty reason would explain anything."""
    assert REASONS
    for pattern, (kind, why) in REASONS.items():
        assert kind in KINDS
        assert kind != DIFFERS
        assert len(why) > 10, pattern


def test_the_exit_status_says_whether_a_test_differs(planted, monkeypatch):
    """A run in which nothing could be run must not look like one without a failure."""
    monkeypatch.setattr(cpython_tests, "tests_directory", lambda: planted)
    ask = ["--limit-seconds", "3", "--only"]

    passed = CliRunner().invoke(main, [*ask, "test_passes", "test_queue"])
    failed = CliRunner().invoke(main, [*ask, "test_fails", "test_queue"])
    missing = CliRunner().invoke(main, [*ask, "test_passes", "test_nothing"])

    assert (passed.exit_code, failed.exit_code, missing.exit_code) == (0, 1, 2)
    assert "test_fails (Planted): differs: AssertionError" in failed.output
    assert "test.test_nothing is not installed" in missing.output


def test_without_the_package_one_line_says_what_to_do(monkeypatch):
    """Many systems leave the tests of Python out."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    found = CliRunner().invoke(main)

    assert found.exit_code == 2
    assert "the `test` package is not installed" in found.output
    assert len(found.output.splitlines()) == 1


@needs_tests
def test_asyncios_locks_and_queues_are_run_in_both_models():
    """Beside threads they are other code."""
    found = suites(("test_asyncio.test_locks",), cpython_tests.tests_directory())

    assert [one.beside_threads for one in found] == [False, True]
