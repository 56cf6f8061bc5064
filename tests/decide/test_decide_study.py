"""The study that compares `decide` with full measurements: what it counts."""

import pytest

from bench.studies import decide_jobs
from bench.studies.decide import LONGEST_ROUND, counted, workloads
from bench.studies.decide_jobs import Jobs, threads
from bench.studies.decide_rows import Row, summary


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
    jobs = counted(work)

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
    jobs = Jobs(6, 3, 0.0, 1e-5, 1e-5, steps=10, rounds=1)

    assert threads(jobs) > 0


def test_the_plain_program_computes_for_as_long_as_was_asked_for(monkeypatch):
    """At the speed of a machine with 100 steps and 50 rounds a second."""
    clock = [0.0]

    def compute(steps, rounds):
        clock[0] += steps / 100 + rounds / 50

    monkeypatch.setattr(decide_jobs, "compute", compute)
    monkeypatch.setattr(decide_jobs.time, "thread_time", lambda: clock[0])
    jobs = decide_jobs.sized(Jobs(1, 1, 0.0, 3.0, 2.0))

    assert (jobs.steps, jobs.rounds) == (300, 100)
    assert decide_jobs.sized(Jobs(1, 1, 0.5, 0.0, 0.0)).steps == 0
