"""How many schedules each small program has, and in how many states they end.

A search that runs too few may miss a state; one that runs too many has lost what it
knows of independent steps, and is slow.  Where nothing else tells, the count does.
"""

import time

import pytest

from bench.correctness import explore
from bench.correctness.programs.discovery import scenario_of
from bench.correctness.programs.packages import DEFAULT_CHOICE
from bench.correctness.programs.session import Conditions, session
from bench.correctness.records.options import Options
from bench.correctness.search.exploration import Exploration
from tests.correctness import counted_programs

COUNTS = {  # outcome, schedules of the reduced search and of brute force, end states
    "LostUpdate": ("holds", 4, 6, 2),
    "ReadByTwo": ("holds", 30, 560, 9),
    "Locked": ("holds", 216, None, 3),
    "LockedAround": ("holds", 18, 306, 3),
    "Handed": ("holds", 10, 252, 1),
    "TwoLocks": ("broken", 3, 6, 2),
    "TwoItems": ("holds", 4, 10, 3),
    "WholeAndPart": ("holds", 6, 6, 3),
    "Notified": ("holds", 8, 8, 2),
    "WokenTogether": ("holds", 24, 100, 2),
    "TimesOut": ("holds", 9, 58, 2),
    "SleepsInTurn": ("holds", 12, 182, 8),
    "LongSleeper": ("holds", 92, None, 6),
    "Daemon": ("holds", 4, 4, 3),
    "Child": ("holds", 3, 5, 3),
    "Tries": ("holds", 4, 8, 2),
    "Queued": ("holds", 48, 180, 2),
    "Blocked": ("broken", 2, 2, 2),
    "Sleepers": ("holds", 7, 70, 3),
    "TasksLost": ("holds", 4, 6, 2),
    "TasksLocked": ("holds", 36, 36, 1),
    "TasksAwaited": ("holds", 12, 70, 4),
    "TasksCancelled": ("holds", 4, 77, 2),
    "TasksQueued": ("holds", 14, 14, 1),
    "Beside": ("holds", 9, 15, 4),
    "OwnVariables": ("holds", 1, 924, 1),
    "OneVariable": ("holds", 4, 10, 2),
    "OneVariableOfTasks": ("holds", 762, 1680, 5),
    "LoopsApart": ("holds", 4, None, 1),
    "KeepsAll": ("holds", 1, 1, 1),
    "LetsOneGo": ("holds", 8, 8, 2),
    "OwnNumbers": ("holds", 2, 2, 1),
    "SharedSlot": ("holds", 16, 70, 2),
}
MANY = 5_000  # schedules: brute force is not asked where it has more


def explored(name, search):
    return explore(
        getattr(counted_programs, name),
        search=search,
        keep_going=True,
        jobs=1,
        independent=True,
        limit_schedules=MANY,
    )


@pytest.mark.parametrize("name", COUNTS)
def test_the_reduced_search_runs_so_many_schedules(name):
    """The same number on every machine, and on every version of Python."""
    outcome, schedules, _, states = COUNTS[name]

    verdict = explored(name, "dpor")

    assert verdict.exhausted
    assert verdict.outcome == outcome
    assert (verdict.schedules, len(verdict.outcomes)) == (schedules, states)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", [name for name, row in COUNTS.items() if row[2]])
def test_every_interleaving_ends_in_the_same_states(name):
    """The oracle of the reduction: it looks at no clock, and leaves nothing out."""
    outcome, _, schedules, _ = COUNTS[name]

    verdict = explored(name, "brute")

    assert verdict.exhausted
    assert (verdict.outcome, verdict.schedules) == (outcome, schedules)
    assert {row.state for row in verdict.outcomes} == {
        row.state for row in explored(name, "dpor").outcomes
    }


def test_a_time_out_ends_in_two_ways_with_tasks():
    """Their number of schedules differs: `wait_for` is written anew in Python 3.12."""
    verdict = explored("TasksTimeOut", "dpor")
    every = explored("TasksTimeOut", "brute")

    assert verdict.schedules < every.schedules
    assert {o.state for o in verdict.outcomes} == {o.state for o in every.outcomes}
    assert len(verdict.outcomes) == 2


def test_a_call_that_is_due_in_the_past_does_not_move_the_clock_back():
    """It is made at once, at the time that it is by then."""
    verdict = explored("TasksCalledAt", "dpor")

    assert verdict.outcome == "holds"
    assert {row.state for row in verdict.outcomes} == {"x=0, seen=[2.0]"}


@pytest.mark.parametrize(("name", "points"), [("LockedAround", 9), ("Handed", 9)])
def test_what_is_ordered_is_no_scheduling_point(name, points):
    """An acquisition follows the release before it, a new worker what its maker did.

    A clock that does not know it costs no state, but each schedule is longer.
    """
    assert explored(name, "dpor").points == points


def test_a_search_that_ended_runs_early_has_not_seen_all():
    """What comes after the last step that a run may take was never looked at."""
    program = scenario_of(counted_programs.ReadByTwo, DEFAULT_CHOICE)
    verdicts = []
    for most in (8, 1_000):
        conditions = Conditions("any", "any", 0, "greenlet", most_transitions=most)
        with session(program, conditions, describe=str) as pool:
            search = Exploration(program, Options(), pool, time.perf_counter())
            verdicts.append(search.verdict())

    assert [verdict.outcome for verdict in verdicts] == ["cut", "holds"]
