"""What is said of a function of the user's, and of the pool behind a loop."""

from dataclasses import replace

import pytest

from bench.decide import recording
from bench.decide.candidates import ASYNCIO, THREADS, Candidate
from bench.decide.described.work import Work
from bench.decide.findings import Finding
from bench.decide.judging import Decision
from bench.decide.predicting import Predictor
from bench.records.decisions import Shares
from bench.report.words import functions
from tests.decide.costs import FREE
from tests.decide.decisions import function, newcomer

POOLED = Candidate(kind="to_thread", loop="asyncio")


def told(**shares):
    parts = Shares(**{"with_gil": 0.0, "without_gil": 0.0, "queued": 0.0} | shares)
    return " ".join(functions.of_decision(newcomer(function=function(shares=parts))))


def test_the_command_that_describes_a_function_has_its_share_without_the_lock():
    """Without it the answer was another one."""
    said = told(with_gil=0.01, without_gil=0.39, waiting=0.6)

    assert "`decide -n 300 -w 6ms -c 4ms --without-gil 98%`" in said


def test_what_holds_the_lock_for_all_of_its_computing_has_no_such_share():
    """The option takes no 0 %."""
    assert "`decide -n 300 -w 6ms -c 4ms`" in told(with_gil=0.4, waiting=0.6)


@pytest.mark.parametrize("waiting", [0.0, 0.001])
def test_what_does_not_wait_is_given_no_asynchronous_client(waiting):
    """There is nothing for one to wait for."""
    said = told(with_gil=1 - waiting, waiting=waiting)

    assert "decide -n" not in said
    assert "It computes and does not wait" in said


def found(right, concurrency):
    work = Work(concurrency=concurrency, wait_seconds=0.03, cpu_seconds=0.0)
    work = replace(work, blocking_library=right is POOLED)
    model = Predictor(FREE)
    return work, Finding(
        model, (THREADS, right), model.predictions(work), [], [], None,
        Decision("either", sure=True, because="throughput"), [], [],
    )  # fmt: skip


def test_a_pool_that_must_be_set_is_told_with_what_the_usual_one_carries():
    """6 threads here, of which each does a job in 30 ms."""
    work, finding = found(POOLED, 40)
    [note] = recording._pool_needed(finding, work, FREE)

    assert "set_default_executor(ThreadPoolExecutor(40))" in note
    assert "the default pool has 6 threads here, and 200 jobs a" in note


@pytest.mark.parametrize(("right", "concurrency"), [(POOLED, 6), (ASYNCIO, 40)])
def test_a_pool_that_is_large_enough_is_not_told(right, concurrency):
    """Nor where there is none."""
    work, finding = found(right, concurrency)

    assert recording._pool_needed(finding, work, FREE) == []


def test_the_row_of_a_loop_with_threads_has_their_number():
    """A reader took it for the default pool."""
    assert recording.name_of(POOLED, 40) == "asyncio + to_thread, pool of 40"
    assert recording.name_of(replace(POOLED, pool=6), 40).endswith("pool of 6")
    assert recording.name_of(ASYNCIO, 40) == "asyncio"
