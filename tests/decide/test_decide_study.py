"""The study that compares `decide` with full measurements: what it counts."""

import pytest

from bench.studies.decide import LONGEST_ROUND, Row, sized, summary, workloads
from bench.studies.decide_jobs import Jobs, threads
from tests.decide.costs import USUAL


def row(ratio, verdict, **changed):
    known = {
        "concurrency": 10, "wait_seconds": 0.01, "cpu_seconds": 0.0, "without_gil": 0.0,
        "verdict": verdict, "sure": True, "predicted": (100.0, 110.0),
        "full": (100.0, 100.0), "ratio": ratio, "low": ratio * 0.98,
        "high": ratio * 1.02, "other_cores": 0.0,
    }  # fmt: skip
    return Row(**known | changed)


def test_workloads_are_drawn_from_a_seed_and_none_twice():
    """So that a study that was cut off goes on with the same ones."""
    found = workloads(64, 1)

    assert found == workloads(64, 1)
    assert len(set(found)) == 64
    assert found != workloads(64, 2)


def test_no_round_of_computing_takes_minutes():
    """A study of 64 has to end."""
    assert all(
        one.concurrency * one.cpu_seconds <= LONGEST_ROUND for one in workloads(64, 3)
    )


@pytest.mark.parametrize("work", workloads(12, 5))
def test_a_full_measurement_has_whole_rounds(work):
    """Or the last jobs of a pool would have it for themselves."""
    jobs = sized(work, USUAL)

    assert jobs.count % jobs.at_once == 0
    assert jobs.count >= 2 * jobs.at_once


def test_a_clear_difference_that_was_not_said_counts_against_it():
    """Beyond 10 %; and equal within 3 %."""
    rows = [row(1.5, "asyncio"), row(0.8, "either"), row(1.02, "either"), row(1.0, "x")]
    said = summary(rows)

    assert "right in 1 of 2" in said[1]
    assert "`either` in 1 of 2" in said[2]
    assert "median error 5%" in said[0]


def test_the_plain_program_does_all_its_jobs():
    """It is what `decide` is compared with."""
    jobs = Jobs(count=6, at_once=3, wait_seconds=0.0, steps=10, rounds=1)

    assert threads(jobs) > 0
