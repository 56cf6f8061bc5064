"""Both sides are timed over the same span: from the call to the end of all it made."""

from types import SimpleNamespace

import pytest

from bench.pairs.catalogue import PAIRS
from bench.records.workload import Workload
from bench.throughput import calling, worker
from bench.throughput.jobs import JOBS, JobsOutcome, Share, combined


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def advance(self, seconds):
        self.now += seconds


@pytest.fixture
def clock(monkeypatch):
    found = Clock()
    monkeypatch.setattr(calling, "perf_counter", found)
    return found


def test_the_loop_is_made_and_closed_inside_the_clock(clock, monkeypatch):
    """The pool of threads is, and decided a pair by 8 %."""

    def runner(loop, eager=False):
        def run(main):
            clock.advance(1.0)  # the loop is made
            coroutine = main()
            with pytest.raises(StopIteration) as ended:
                coroutine.send(None)
            clock.advance(1.0)  # and closed
            return ended.value.value

        return run

    async def run(*_, log, **__):
        clock.advance(5.0)
        return "outcome"

    monkeypatch.setattr(calling, "loop_runner", runner)
    module = SimpleNamespace(run=run, Account=lambda: None)
    call = calling.caller(PAIRS["lock"], module, {"loop": "asyncio"})

    assert call({}, 1.0) == (7.0, "outcome")


def test_threads_are_timed_over_all_of_run(clock):
    """Which makes and ends its pool."""

    def run(*_, log, **__):
        clock.advance(3.0)

    module = SimpleNamespace(run=run, Account=lambda: None)
    call = calling.caller(PAIRS["lock"], module, {"loop": None})

    assert call({}, 1.0) == (3.0, None)


def test_the_cpu_of_the_jobs_is_that_of_the_seconds_of_the_jobs():
    """Divided by other seconds it was up to 2.45 cores, on one."""
    shares = [
        Share([0], 10.0, 12.0, 1.0, cpu_started=5.0, cpu_ended=6.5),
        Share([1], 10.5, 13.0, 1.0, cpu_started=5.2, cpu_ended=7.0),
    ]
    outcome = combined(9.0, shares)

    assert (outcome.seconds, outcome.cpu_seconds) == (3.0, 2.0)
    assert JOBS.cpu_seconds(outcome) / JOBS.seconds(outcome) < 1


def test_a_window_takes_seconds_and_cpu_of_one_span(monkeypatch):
    """Of the jobs both come from the outcome."""
    outcome = JobsOutcome(0.0, 2.0, [Share([0], 0.0, 2.0, 1.0)], cpu_seconds=1.0)
    window, _ = worker.timed(JOBS, lambda *_: (9.0, outcome), {})

    assert (window.seconds, window.cpu_seconds, window.span_seconds) == (2.0, 1.0, 9.0)
    assert worker.measures(JOBS, [window], Workload(operations=1), outcome)[
        "cores_used"
    ] == pytest.approx(0.5)


def test_what_is_not_known_of_processes_is_left_out():
    """The CPU of a pool of processes is not that of its controller."""
    outcome = JobsOutcome(0.0, 2.0, [Share([0], 0.0, 2.0, 1.0)])
    window, _ = worker.timed(JOBS, lambda *_: (9.0, outcome), {})

    assert "cores_used" not in worker.measures(
        JOBS, [window], Workload(operations=1), outcome
    )
