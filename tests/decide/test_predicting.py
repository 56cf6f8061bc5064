"""What would change the verdict, and what would be enough, as predicted."""

import pytest

from bench.decide import remedies
from bench.decide.described.work import (
    INPUTS,
    LIMITS,
    Wishes,
    Work,
    changed,
    value_of,
)
from bench.decide.predicting import Predictor, flips
from tests.decide.costs import FREE, USUAL

NEWCOMER = Work(concurrency=300, wait_seconds=0.05, cpu_seconds=0.002)
WISHES = Wishes(p99_seconds=0.2, memory_bytes=512_000_000)
MODEL = Predictor(USUAL)


def turns(work, wishes):
    return {turn.input: turn for turn in flips(MODEL, work, wishes)}


def test_the_newcomers_case_is_neither():
    """300 x 2 ms is a round of 600 ms through one lock, and 200 ms were asked for."""
    assert MODEL.decide(NEWCOMER, WISHES).verdict == "neither"


def test_it_turns_where_the_rush_is_short_enough():
    """50 ms + n x 2 ms <= 200 ms: at 75, or at 0.5 ms each, or from 650 ms on."""
    found = turns(NEWCOMER, WISHES)

    assert 70 <= found["concurrency"].at <= 77
    assert found["cpu"].at == pytest.approx(0.0005, rel=0.1)
    assert found["p99"].at == pytest.approx(0.65, rel=0.05)
    assert "memory" not in found


@pytest.mark.parametrize("name", ["concurrency", "cpu", "p99"])
def test_beyond_a_turn_the_verdict_is_the_one_that_it_names(name):
    """And before it, it is the one of now."""
    turn = turns(NEWCOMER, WISHES)[name]
    at, step = turn.at, 1.02 if turn.at > turn.now else 1 / 1.02
    beyond = changed(NEWCOMER, WISHES, name, at * step)
    before = changed(NEWCOMER, WISHES, name, at / step**2)

    assert MODEL.decide(*beyond).verdict == turn.verdict
    assert MODEL.decide(*before).verdict == "neither"


def test_few_jobs_that_wait_are_either_and_turn_with_more_at_once():
    """At 10 it does not matter; threads that want one lock are what ends that."""
    work = Work(concurrency=10, wait_seconds=0.01, cpu_seconds=0.0)
    found = turns(work, Wishes())

    assert MODEL.decide(work, Wishes()).verdict == "either"
    assert found["concurrency"].verdict == "asyncio"
    assert found["concurrency"].at > 100


def test_hashing_belongs_to_threads_and_turns_with_the_lock():
    """Half as fast on one core; with the lock held there is no difference."""
    work = Work(concurrency=8, wait_seconds=0.0, cpu_seconds=0.02, without_gil=1.0)
    found = turns(work, Wishes())

    assert MODEL.decide(work, Wishes()).verdict == "threads"
    assert found["without_gil"].verdict == "either"


def test_about_seventy_at_once_are_what_one_process_carries():
    """The newcomer's arithmetic, with a little spare."""
    found = remedies.fewer(MODEL, NEWCOMER, WISHES)

    assert 66 <= found.at_once <= 74
    assert found.candidate.kind == "asyncio"


def test_so_many_processes_would_do_on_as_many_cores():
    """Of four with 75 each, each needs its core when all are due together."""
    found = remedies.processes(MODEL, NEWCOMER, WISHES)

    assert found.count in (4, 5)
    assert found.cores == found.count


def test_processes_have_the_same_to_spare_as_fewer_at_once():
    """Four with 75 each take 50 + 75 x 2 = 200 ms: all that was asked for."""
    most = remedies.fewer(MODEL, NEWCOMER, WISHES).at_once

    assert remedies.processes(MODEL, NEWCOMER, WISHES).jobs_each <= most


def test_jobs_at_once_turn_at_a_whole_number():
    """Eight at once turned `below 1`, of which there are none."""
    work = Work(concurrency=8, wait_seconds=0.0, cpu_seconds=0.01, without_gil=1.0)
    turn = turns(work, Wishes())["concurrency"]

    assert turn.at == 1.0
    assert MODEL.decide(*changed(work, Wishes(), "concurrency", 1)).verdict == "either"
    assert MODEL.decide(*changed(work, Wishes(), "concurrency", 2)).verdict == "threads"


def test_where_even_one_at_once_is_too_slow_nothing_is_promised():
    """A job that takes longer than its limit cannot be helped by fewer at once."""
    strict = Wishes(p99_seconds=0.01)

    assert remedies.fewer(MODEL, NEWCOMER, strict) is None
    assert remedies.processes(MODEL, NEWCOMER, strict) is None


def test_a_loop_is_full_from_where_the_computing_fills_the_waiting():
    """(50 + 2) / 2 = 26."""
    assert remedies.knee(Predictor(FREE), NEWCOMER) in (26, 27)


def test_a_pool_needs_no_more_threads_than_fill_the_lock():
    """About 11 of 10 ms + 1 ms; a thousand would be in each other's way."""
    work = Work(concurrency=1000, wait_seconds=0.01, cpu_seconds=0.001)
    best = remedies.best_pool(MODEL, work, MODEL.pair(work)[0])

    assert 9 <= best <= 32


@pytest.mark.parametrize("name", [*INPUTS, *LIMITS])
def test_each_input_and_limit_can_be_changed(name):
    """The search for a flip sets each of them, and reads what it set."""
    value = 0.5 if name == "without_gil" else 7

    assert value_of(*changed(NEWCOMER, WISHES, name, value), name) == value


def test_an_input_without_a_rule_is_an_error():
    """A new limit must not silently change the rate."""
    with pytest.raises(KeyError):
        changed(NEWCOMER, WISHES, "energy", 7.0)
