"""A saved schedule that does not fit is counted step by step, and never "mended"."""

from dataclasses import replace

import pytest

from bench.correctness import explore
from bench.correctness.explain.replay import replay_schedule
from bench.correctness.programs.discovery import find_scenarios
from tests.correctness import scenarios

COUNTER = f"{scenarios.__file__}:Counter"
ABSENT = ("a worker that is not there", "reads value", 1)


@pytest.fixture(scope="module")
def kept():
    return explore(COUNTER).schedule


def replayed(schedule):
    (program,) = find_scenarios(COUNTER)
    return replay_schedule(program, schedule, "greenlet")


def test_a_schedule_that_fits_misses_nothing(kept):
    """Each turn was taken, and it fails as it did."""
    result = replayed(kept)

    assert (result.missed, result.symptom) == (0, kept.symptom)


@pytest.mark.parametrize("times", [1, 3])
def test_each_turn_of_a_worker_that_cannot_run_is_missed(times, kept):
    """A worker that was removed, or is blocked by now."""
    result = replayed(replace(kept, turns=(ABSENT,) * times + kept.turns))

    assert (result.missed, result.symptom) == (times, kept.symptom)


@pytest.mark.parametrize("times", [1, 2])
def test_each_turn_that_is_left_at_the_end_is_missed(times, kept):
    """The program ended before: an operation of it was removed."""
    never = tuple((name, "never does this", 1) for name, _, _ in kept.turns)
    last = (never[-1],) * times

    assert replayed(replace(kept, turns=kept.turns + last)).missed == times


def test_an_operation_that_is_made_less_often_is_missed(kept):
    """A loop that makes fewer rounds: the worker never comes to the last one."""
    turns = [(name, what, count + 1) for name, what, count in kept.turns]

    assert replayed(replace(kept, turns=tuple(turns))).missed == len(turns)


def test_a_turn_that_was_taken_already_is_not_missed(kept):
    """A worker that has made its operation need not make it again."""
    result = replayed(replace(kept, turns=(kept.turns[0], *kept.turns)))

    assert result.missed == 0
