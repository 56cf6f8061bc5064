"""When a schedule that passed is run again."""

from typing import Any

import pytest

from bench.correctness.api import explore
from bench.correctness.programs.first_import import InOrder
from bench.correctness.search import exploration
from bench.correctness.search.counterexample import Follow
from bench.correctness.search.repeats import (
    FEW_RUNS,
    SUSPICIOUS_RUNS,
    Passed,
    times_to_repeat,
)
from bench.errors import CannotRunError

PROGRAMS = """
import asyncio, ctypes, threading

class Counted:
    def __init__(self): self.lock, self.n = threading.Lock(), 0
    def work(self):
        with self.lock: self.n += 1
    workers = (work, work)

class Drifting(Counted):
    def check(self):
        self.size = ctypes.get_errno()  # of the process: no run puts it back
        ctypes.set_errno(self.size + 1)
    workers = (Counted.work, Counted.work)

class Awaited:
    def __init__(self): self.lock, self.items = asyncio.Lock(), []
    async def work(self):
        async with self.lock:
            await asyncio.sleep(0)
            self.items.append(0)
    workers = (work, work)
"""
FIRST = Passed([1, 1, 2, 0], [1, 2, 0], "n=2")


@pytest.fixture
def choosers(monkeypatch):
    """The choosers of the runs of an exploration, one for each run."""
    seen: list[Any] = []
    run_once = exploration.run_once

    def noting(program, chooser, *args, **options):
        seen.append(chooser)
        return run_once(program, chooser, *args, **options)

    monkeypatch.setattr(exploration, "run_once", noting)
    return seen


@pytest.fixture
def programs(tmp_path):
    path = tmp_path / "repeated.py"
    path.write_text(PROGRAMS, encoding="utf-8")
    return path


def count(choosers, kind):
    return sum(type(one) is kind for one in choosers)


@pytest.mark.parametrize("search", ["dpor", "brute"])
def test_a_search_that_began_again_has_run_its_first_schedule_twice(
    programs, choosers, search
):
    """The run that discovered the last points had the same order of workers."""
    verdict = explore(f"{programs}:Counted", search=search, jobs=1)

    assert verdict.outcome == "holds"
    assert len(choosers) > verdict.schedules
    assert count(choosers, Follow) == 0


@pytest.mark.parametrize("search", ["dpor", "brute"])
def test_a_search_that_never_began_again_repeats_its_first_schedule(
    programs, choosers, search
):
    """Or a program that is not deterministic would pass by chance."""
    verdict = explore(f"{programs}:Awaited", search=search, jobs=1)

    assert verdict.outcome == "holds"
    assert count(choosers, Follow) == 1


def test_the_repeated_schedule_shows_what_brute_force_does_not_note(programs, choosers):
    """One more run, only to see what is shared, would do the same again."""
    verdict = explore(f"{programs}:Awaited", search="brute", jobs=1)

    assert verdict.shared == explore(f"{programs}:Awaited", jobs=1).shared > 0
    assert count(choosers, InOrder) == 0


@pytest.mark.parametrize("search", ["dpor", "brute"])
def test_a_program_that_passes_with_another_end_each_time_is_refused(programs, search):
    """Each of its schedules passes; only the same one, run twice, shows it."""
    with pytest.raises(CannotRunError, match=r"ended with 'n=2, size=\d+'"):
        explore(f"{programs}:Drifting", search=search, jobs=1)


@pytest.mark.parametrize(
    ("earlier", "runs", "times"),
    [
        (None, 7, 1),
        (FIRST, 7, 0),
        (FIRST, FEW_RUNS + 1, 1),
        (FIRST._replace(order=[1, 2, 1, 0]), 7, 1),
        (FIRST._replace(choices=[0]), 7, 0),
        (FIRST._replace(state="n=1"), 7, SUSPICIOUS_RUNS),
    ],
)
def test_a_schedule_is_repeated_as_often_as_it_may_end_otherwise(earlier, runs, times):
    """A long search is repeated all the same: it costs little, and tells more."""
    assert times_to_repeat(FIRST, earlier, runs) == times
