"""The cost model against cases that are worked by hand."""

import math
from dataclasses import replace

import msgspec
import pytest

from bench.decide import cost_model
from bench.decide.candidates import ASYNCIO, THREADS, Candidate, default_pool
from bench.decide.cost_model import predict
from bench.decide.costs import lock_left
from bench.decide.described.work import Work
from tests.decide.costs import FREE, USUAL

NEWCOMER = Work(concurrency=300, wait_seconds=0.05, cpu_seconds=0.002)
POOL = Candidate(kind="to_thread", loop="asyncio", pool=6)


@pytest.mark.parametrize("candidate", [THREADS, ASYNCIO], ids=lambda one: one.name)
def test_waiting_jobs_follow_from_littles_law(candidate):
    """100 at once that take 10 ms each are 10,000 a second."""
    found = predict(Work(concurrency=100, wait_seconds=0.01, cpu_seconds=0.0),
                    candidate, FREE)  # fmt: skip

    assert found.jobs_per_second == pytest.approx(10_000)
    assert found.bound == "the jobs at once"
    assert not found.saturated


@pytest.mark.parametrize(
    ("candidate", "bound"), [(THREADS, "the lock"), (ASYNCIO, "one core")]
)
def test_one_lock_carries_one_job_for_each_time_of_computing(candidate, bound):
    """2 ms each: 500 a second, however many are at once."""
    found = predict(NEWCOMER, candidate, FREE)

    assert found.jobs_per_second == pytest.approx(500, rel=0.001)
    assert found.bound == bound
    assert found.load == pytest.approx(300 / 0.052 / 500)


def test_a_loop_serves_a_rush_in_order():
    """50 ms of waiting, then 300 x 2 ms one after the other."""
    found = predict(NEWCOMER, ASYNCIO, FREE)

    assert found.p99_seconds == pytest.approx(0.05 + 0.99 * 0.6)
    assert found.p50_seconds == pytest.approx(0.05 + 0.5 * 0.6)


def test_threads_serve_a_rush_in_no_order_when_the_first_come_again():
    """Then one in a hundred waits for ln(100) times the crowd."""
    found = predict(replace(NEWCOMER, wait_seconds=0.0), THREADS, FREE)

    assert found.p99_seconds == pytest.approx(math.log(100) * 0.6, rel=0.02)


def test_threads_that_wait_longer_than_the_rush_lasts_are_served_once_each():
    """None comes again before the last was served, so that order does not matter."""
    calm = replace(NEWCOMER, wait_seconds=1.0)

    assert predict(calm, THREADS, FREE).p99_seconds == pytest.approx(1.0 + 0.99 * 0.6)


def test_what_releases_the_lock_uses_the_other_core_on_threads_only():
    """Hashing of 10 ms on two cores: 200 a second against 100."""
    work = Work(concurrency=10, wait_seconds=0.0, cpu_seconds=0.01, without_gil=1.0)

    assert predict(work, THREADS, FREE).jobs_per_second == pytest.approx(200, rel=0.01)
    assert predict(work, ASYNCIO, FREE).jobs_per_second == pytest.approx(100, rel=0.01)


def test_without_a_lock_threads_compute_on_all_cores():
    """A free-threaded interpreter has no lock to saturate."""
    costs = msgspec.structs.replace(FREE, gil=False, cores=4)
    found = predict(NEWCOMER, replace(THREADS, gil=False), costs)

    assert found.jobs_per_second == pytest.approx(2000, rel=0.01)
    assert found.bound == "the cores"


def test_a_pool_carries_as_many_jobs_as_it_has_threads():
    """6 threads with jobs of 50 ms: 120 a second for 300 jobs at once."""
    work = Work(concurrency=300, wait_seconds=0.05, cpu_seconds=0.0)
    found = predict(work, POOL, FREE)

    assert found.jobs_per_second == pytest.approx(120)
    assert found.bound == "the pool"
    assert found.p99_seconds == pytest.approx(0.99 * 50 * 0.05)


def test_processes_carry_as_many_times_as_much_as_there_are_cores_for():
    """Four processes on two cores are two."""
    four = Candidate(kind="processes", loop="asyncio", pool=4)

    assert predict(NEWCOMER, four, FREE).jobs_per_second == pytest.approx(
        1000, rel=0.01
    )


def test_threads_that_wait_for_the_lock_slow_the_one_that_has_it():
    """A thousand of them leave 38 % of it here."""
    work = Work(concurrency=1000, wait_seconds=0.0, cpu_seconds=0.001)
    found = predict(work, THREADS, USUAL).jobs_per_second

    assert found == pytest.approx(0.38 / 0.00102, rel=0.02)


def test_between_calibrated_numbers_a_straight_line_is_read():
    """And nothing is lost by one that waits, or where there is no lock."""
    assert lock_left(USUAL, 1) == 1.0
    assert lock_left(USUAL, 350) == pytest.approx(0.8)
    assert lock_left(USUAL, 3000) < 0.05
    assert lock_left(msgspec.structs.replace(USUAL, gil=False), 1000) == 1.0


@pytest.mark.parametrize(
    ("candidate", "expected"),
    [
        (THREADS, 20e6 + 300 * 20e3 + 300 * 64e3),
        (ASYNCIO, 20e6 + 300 * 1e3 + 300 * 64e3),
        (POOL, 20e6 + 6 * 20e3 + 300 * 1e3 + 300 * 64e3),
        (
            Candidate(kind="processes", loop="asyncio", pool=2),
            2 * 22e6 + 300 * 1e3 + 300 * 64e3,
        ),
    ],
    ids=lambda one: getattr(one, "name", ""),
)
def test_memory_is_that_of_the_carriers_and_of_what_jobs_hold(candidate, expected):
    """Base, carriers, payloads."""
    work = replace(NEWCOMER, payload_bytes=64_000)

    assert predict(work, candidate, FREE).memory_bytes == pytest.approx(expected)


def test_at_a_rate_that_cannot_be_kept_up_with_there_is_no_p99():
    """The queue grows as long as jobs arrive."""
    found = predict(NEWCOMER, ASYNCIO, FREE)

    assert found.arriving(600) == math.inf
    assert found.arriving(250) == pytest.approx(0.052 + 0.002)


def test_the_pool_of_to_thread_has_its_documented_size():
    """min(32, cores + 4)."""
    assert [default_pool(cores) for cores in (1, 2, 28, 64)] == [5, 6, 32, 32]


EACH_PART = {
    "threads or tasks": lambda one: one.in_threads,
    "memory": lambda one: cost_model.memory(NEWCOMER, one, USUAL),
    "around": lambda one: cost_model._around(one, USUAL),
    "late": lambda one: cost_model._late(NEWCOMER, one, USUAL),
    "bounds": lambda one: cost_model._bounds(NEWCOMER, one, USUAL, 1, 0.0, 0.0, 1.0),
    "start": lambda one: cost_model._start(NEWCOMER, one, USUAL),
    "predict": lambda one: predict(NEWCOMER, one, USUAL),
}


@pytest.mark.parametrize("part", EACH_PART.values(), ids=EACH_PART)
def test_a_kind_of_candidate_that_no_rule_covers_is_an_error(part):
    """Otherwise it would silently get the costs and the bounds of another kind."""
    with pytest.raises((AssertionError, KeyError)):
        part(Candidate(kind="interpreters"))
