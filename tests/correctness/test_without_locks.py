"""`explore --without-locks`: each lock out of effect in turn, and what comes of it."""

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from bench.commands.targets import programs
from bench.correctness.records.options import Options
from bench.correctness.watch.without_locks import explore_without_locks
from tests.correctness import locked_programs

FILE = locked_programs.__file__
ROOT = Path(__file__).parents[2]


def reports(target, **options):
    return list(explore_without_locks(partial(programs, target), Options(**options)))


def command(*arguments, directory=ROOT):
    return subprocess.run(
        [sys.executable, "-m", "bench", "explore", "--without-locks", *arguments],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.sampled(3)
@pytest.mark.parametrize("program", locked_programs.NEEDS, ids=lambda p: p.__name__)
def test_a_lock_is_needed_when_a_schedule_fails_without_it(program):
    """The user's question: do I need this lock?  By exhaustion, not by opinion."""
    needs = locked_programs.NEEDS[program]
    [report] = reports(f"{FILE}:{program.__name__}")

    assert {one.lock.name: one.answer for one in report.answers} == needs
    assert report.outcome == ("answered" if needs else "no locks")
    for one in report.answers:
        assert (one.answer == "needed") == (one.broken > 0 and bool(one.symptom))


@pytest.mark.long
def test_a_program_that_is_broken_anyway_has_no_answers():
    """Without its locks it would be broken too, whatever they are for."""
    done = command(f"{FILE}:BrokenAnyway")

    assert done.returncode == 1
    assert "broken with all its locks" in done.stdout
    assert "guard" not in done.stdout


@pytest.mark.long
def test_the_answers_are_counted_and_named_as_in_the_program():
    """A reader checks the count against the trace of the exploration without it."""
    done = command(f"{FILE}:TwoLocks")

    assert done.returncode == 0
    assert "needed: guard (broken without it in 4 of 8 schedules)" in done.stdout
    assert "not needed: idle (holds without it: 2 schedules" in done.stdout


@pytest.mark.long
def test_a_program_without_locks_is_no_answer():
    """Nothing was tried, so the question was not answered: status 2."""
    done = command(f"{FILE}:WithoutAny")

    assert done.returncode == 2
    assert "no lock to try" in done.stdout


@pytest.mark.long
def test_an_exploration_that_was_cut_is_no_verdict():
    """Three schedules of eight without a failure say nothing about the others."""
    [report] = reports(f"{FILE}:HallOfTasks", limit_schedules=1)

    assert report.outcome == "cut"

    done = command(f"{FILE}:HallOfTasks", "--limit-schedules", "1")

    assert done.returncode == 2
    assert "cut with all its locks" in done.stdout


SLOW_WITHOUT = """
import threading

class Slow:
    def __init__(self):
        self.guard = threading.Lock()
        self.steps = 0
    def work(self):
        with self.guard:
            for _ in range(6):
                self.steps += 0
    workers = (work, work, work)
"""


@pytest.mark.long
def test_a_lock_whose_absence_cannot_be_explored_is_undecided(tmp_path):
    """Without the lock there are far more schedules: the limit is reached."""
    path = tmp_path / "slow.py"
    path.write_text(SLOW_WITHOUT, encoding="utf-8")

    done = command(str(path), "--limit-schedules", "20")

    assert done.returncode == 2
    assert "undecided: guard (no verdict without it: the limit of 20" in done.stdout


@pytest.mark.long
def test_the_candy_machine_needs_its_lock_in_threads_only():
    """The question of the pair, as a command: without an await nothing separates."""
    done = command("candy_machine", "--json")

    told = {one["scenario"]: one for one in map(json.loads, done.stdout.splitlines())}
    answers = {
        scenario: {lock["name"]: lock["answer"] for lock in one["answers"]}
        for scenario, one in told.items()
    }
    assert done.returncode == 0
    assert answers["threaded.candy_machine"] == {
        "bars": "not tried", "guard": "needed",
    }  # fmt: skip
    assert answers["asyncio_impl.candy_machine"] == {
        "bars": "not tried", "guard": "not needed",
    }  # fmt: skip


@pytest.mark.long
def test_it_does_not_replay():
    """The two options ask for different things."""
    done = command(f"{FILE}:TwoLocks", "--replay", "x.json")

    assert done.returncode == 2
    assert "--without-locks" in done.stderr


@pytest.mark.long
def test_a_lock_without_which_the_end_changes_is_told(tmp_path):
    """Without a check no end is wrong, and "not needed" would be the worst answer."""
    path = tmp_path / "account.py"
    path.write_text(
        """
import threading
class Account:
    def __init__(self):
        self.lock = threading.Lock()
        self.balance = 10
    def take(self):
        with self.lock:
            if self.balance >= 6: self.balance -= 6
    workers = (take, take)
""",
        encoding="utf-8",
    )

    done = command(str(path))

    assert done.returncode == 0
    assert "changes the end: lock" in done.stdout
    assert "balance=-2" in done.stdout
