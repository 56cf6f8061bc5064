"""The failure that is shown is the easiest to read: fewest preemptions, then steps.

A preemption is counted where a worker that could have gone on was left for another.
"""

from operator import attrgetter

import pytest
from hypothesis import given

from bench.correctness import explore
from bench.correctness.engine.fibers import make_pool
from bench.correctness.engine.kernel import kernel
from bench.correctness.programs.discovery import find_scenarios
from bench.correctness.programs.single_run import run_once
from bench.correctness.records.options import Options
from bench.correctness.search import counterexample as explanation
from bench.correctness.search.counterexample import Explanation, Follow
from bench.correctness.search.exhaustive import Exhaustive
from bench.correctness.search.exploration import Exploration
from tests.correctness import scenarios
from tests.correctness.programs import task_programs, thread_programs
from tests.correctness.test_equality import generated

FILE = scenarios.__file__
SCHEDULES = 150  # of every interleaving: programs with more are left out
NEEDED = {
    "Counter": 1,  # left between reading and writing
    "Crossed": 1,  # left between the two locks
    "StartedCrossed": 1,  # the same, in threads of the program's own
    "HeldWhileWaiting": 0,  # the one who waits holds what the other needs
    "SpawnsAndLooks": 1,  # left before it looks: by the thread that it started
    "EachStartsOne": 1,  # once, though each is left with a thread of its own
    "BetweenTwoWrites": 1,
    "SeenTwice": 2,  # in and out between two looks
}


@pytest.fixture
def unhurried(monkeypatch):
    """Let the shortest schedule be looked for until it is found."""
    monkeypatch.setattr(explanation, "SPARE_SECONDS", 60.0)


@pytest.mark.parametrize("name", NEEDED)
def test_a_failure_counts_the_preemptions_that_it_needs(name):
    """Neither the start of a thread nor a wait that blocks is one."""
    assert explore(f"{FILE}:{name}").failure.preemptions == NEEDED[name]


@pytest.mark.parametrize("name", NEEDED)
def test_a_bound_finds_what_needs_no_more_preemptions_and_is_cut_below(name):
    """The bound, the count and the shortest schedule mean the same by the word."""
    for bound in range(NEEDED[name] + 1):
        verdict = explore(f"{FILE}:{name}", preemptions=bound)

        enough = bound == NEEDED[name]
        assert verdict.outcome == ("broken" if enough else "cut")
        assert enough or not verdict.exhausted


@pytest.mark.long
def test_what_breaks_is_in_the_table_of_outcomes():
    """Even when it was seen before all of the points were known."""
    for name in NEEDED:
        verdict = explore(f"{FILE}:{name}", preemptions=NEEDED[name])

        assert verdict.failure.symptom in {row.state for row in verdict.outcomes}


@pytest.mark.long
def test_the_longest_schedule_that_fails_becomes_the_shortest(unhurried):
    """Of every interleaving of the same points."""
    for name in NEEDED:
        assert compare(f"{FILE}:{name}") == 1


@pytest.mark.long
@pytest.mark.parametrize(
    "programs", [thread_programs, task_programs], ids=["threads", "asyncio"]
)
def test_the_schedules_of_generated_programs_become_the_shortest(
    programs, unhurried, tmp_path
):
    """Chosen ones would not show a way of counting that is right by chance."""
    path = tmp_path / "program.py"
    compared = 0

    @given(source=programs)
    @generated
    def same(source):
        nonlocal compared
        path.write_text(source, encoding="utf-8")
        compared += compare(path)

    same()
    assert compared >= 3


def compare(target):
    """Compare the shortest failures of each scenario with all there are; how many?"""
    compared = 0
    for program in find_scenarios(str(target)):
        pool = make_pool("greenlet")
        try:
            compared += is_compared(program, pool)
        finally:
            kernel.unwind()
            kernel.use_points(set())
            program.close()
            pool.close()
    return compared


def is_compared(program, pool):
    """Shorten the longest schedule of each symptom; False when none is known."""
    options = Options(keep_going=True, limit_schedules=SCHEDULES, limit_seconds=None)
    exploration = Exploration(program, options, pool, 0.0)
    exploration.run_all()
    points = exploration.point_ids
    failures = every_failure(program, points, pool)
    for symptom, failing in failures.items():
        worst = max(failing, key=attrgetter("cost"))
        short = Explanation(program, Options(), pool, worst, points).shortest(points)
        shown = run_once(program, Follow(short), pool)
        kernel.unwind()
        assert shown.symptom == symptom
        assert shown.cost == min(result.cost for result in failing), program.name
    return bool(failures)


def every_failure(program, points, pool):
    """The failing runs of every interleaving, by symptom; none when they are many."""
    search = Exhaustive()
    search.any_conflict = False
    kernel.use_points(points)
    failures = {}
    for _ in range(SCHEDULES):
        result = run_once(program, search, pool)
        if result.symptom is not None:
            failures.setdefault(result.symptom, []).append(result)
        more = search.learn(kernel)
        kernel.unwind()
        if not more:
            return failures
    return {}
