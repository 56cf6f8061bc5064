"""The described work as it runs: what its windows tell, in each carrier."""

import asyncio
import threading

import pytest

from bench.decide.loads import job, pooled, tasks, threads
from bench.decide.loads.job import Load, Tally, Window, values

CARRIERS = {
    "threads": threads.run,
    "tasks": lambda load: asyncio.run(tasks.run(load)),
    "pooled": lambda load: asyncio.run(pooled.run(load)),
}


@pytest.mark.parametrize("carrier", CARRIERS)
def test_each_of_the_crowd_has_one_latency_in_the_rush(carrier):
    """Due together: one for each worker, whether done or cut off."""
    found = CARRIERS[carrier](Load(5, crowd=5, wait_seconds=0.001, seconds=0.05))

    assert len(found["rush"]) == 5
    assert found["jobs"] == sum(x is not None for x in found["rush"]) + len(
        found["latencies"]
    )


def test_a_crowd_larger_than_its_threads_is_served_by_them_in_turn():
    """A pool of two with six due jobs."""
    found = threads.run(Load(2, crowd=6, wait_seconds=0.001, seconds=0.1))

    assert len(found["rush"]) == 6


def test_a_job_that_the_window_cut_off_counts_for_the_part_that_was_done():
    """Half of its portions are half a job."""
    load = Load(1, portions=4, seconds=1.0)
    window = Window(load)
    window.start, window.deadline = 10.0, 11.0
    tally = Tally(portions=2)
    found = values(window, [tally], 0.0)

    assert found["by_progress"] == pytest.approx(0.5)
    assert found["rush"] == [None]
    assert found["starved"] == 1


def test_workers_that_wake_late_have_computed_less():
    """A crowd that gets the lock at the very end is slow, not infinitely fast."""
    load = Load(1, portions=1, wait_seconds=0.5, seconds=1.5)
    window = Window(load)
    window.start, window.deadline = 10.0, 11.5
    late = Tally(portions=1, jobs=1, first_done=11.499, last_done=11.499)
    found = values(window, [late], 0.0)

    assert found["by_progress"] == pytest.approx(1.0)  # from 10.5 to 11.5


def test_a_worker_that_wakes_late_is_slow_from_the_start():
    """A crowd that stands in the queue for its first second has lost that second."""
    window = Window(Load(2, wait_seconds=0.1, seconds=2.0))
    window.start, window.deadline = 10.0, 12.0
    soon = Tally(jobs=10, first_done=10.1, last_done=11.0)
    late = Tally(jobs=10, first_done=11.1, last_done=12.0)
    found = values(window, [soon, late], 0.0)

    assert found["by_cycles"] == pytest.approx(10 / 1.0 + 10 / 2.0)


def answered(tallies, rate, seconds):
    window = Window(Load(len(tallies), rate_per_second=rate, seconds=seconds))
    return values(window, tallies, 0.0)["by_cycles"]


def test_where_jobs_arrive_the_rate_is_of_all_workers_from_the_first_that_was_done():
    """Six jobs in 1 s; a worker that has one job has no rate of its own."""
    once = [Tally(jobs=1, first_done=at, last_done=at) for at in (11.0, 11.2)]
    twice = [Tally(jobs=2, first_done=at, last_done=at + 0.4) for at in (11.4, 11.6)]

    assert answered([*once, *twice, Tally()], 6.0, 1.0) == pytest.approx(5 / 1.0)


def test_workers_that_end_their_jobs_together_are_counted_from_their_first_round_on():
    """Two that need 0.1 s do 20 a second: at 0.1, 0.2 ... 0.5 s, and 30 arrive."""
    both = [Tally(jobs=5, first_done=10.1, last_done=10.5) for _ in range(2)]

    assert answered(both, 30.0, 0.5) == pytest.approx(8 / 0.4)


def test_no_more_are_answered_than_arrive():
    """Three that end at once have no rate of their own."""
    at_once = [Tally(jobs=1, first_done=10.1, last_done=10.1) for _ in range(3)]

    assert answered(at_once, 30.0, 0.1) == 30.0


def test_arrivals_that_are_not_done_in_time_are_no_part_of_the_rate():
    """Four of ten are done in a second, all near its end: not ten a second."""
    late = [
        Tally(jobs=1, first_done=at, last_done=at) for at in (10.9, 10.93, 10.97, 11)
    ]

    assert answered(late, 10.0, 1.0) == pytest.approx(4.0)


def test_a_job_that_arrived_and_is_not_done_takes_at_least_what_it_has_waited():
    """Of ten, two are done, two are begun, and six have their wait before them."""
    window = Window(Load(2, rate_per_second=10.0, wait_seconds=0.2, seconds=1.0))
    window.start, window.deadline = 10.0, 11.0
    taken = [window.due() for _ in range(4)]
    found = values(window, [Tally(jobs=2, dues=[taken[0], taken[2]])], 0.0)

    begun, waiting = [0.9, 0.7], [0.8, 0.7, 0.6, 0.5, 0.4, 0.3]
    assert found["cut_off"] == pytest.approx([*begun, *waiting])


@pytest.mark.parametrize("carrier", CARRIERS)
def test_each_job_that_arrives_is_done_or_cut_off(carrier):
    """More arrive than two can do, so the last ones are not even begun."""
    load = Load(2, wait_seconds=0.02, seconds=0.2, rate_per_second=400.0)
    found = CARRIERS[carrier](load)

    assert found["jobs"] + len(found["cut_off"]) == 80
    assert len(found["cut_off"]) > 40


def test_a_window_tells_no_more_jobs_that_were_cut_off_than_can_matter():
    """A million that wait are as late as the first of them."""
    window = Window(Load(1, rate_per_second=1e5, seconds=1.0))
    window.start, window.deadline = 10.0, 11.0

    assert len(values(window, [Tally()], 0.0)["cut_off"]) == job.MOST_CUT_OFF


def test_without_a_rate_the_rush_tells_what_was_cut_off():
    """By a None for each."""
    window = Window(Load(1, seconds=1.0))
    window.start, window.deadline = 10.0, 11.0

    assert values(window, [Tally()], 0.0)["cut_off"] == []


def test_one_job_that_arrived_has_no_rate():
    """Nor has none."""
    window = Window(Load(2, rate_per_second=5.0, seconds=1.0))
    found = values(window, [Tally(jobs=1, first_done=1.0, last_done=1.0)], 0.0)

    assert found["by_cycles"] == 0.0


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_job_whose_wait_the_window_cuts_short_is_not_done(carrier, monkeypatch):
    """A loop that rounds short waits to zero would do many of them at the end."""
    waits = iter([0.002, 0.002, 0.0005])
    monkeypatch.setattr(Window, "wait_seconds", lambda _: next(waits))
    found = CARRIERS[carrier](Load(1, crowd=1, wait_seconds=0.002, seconds=60.0))

    assert found["jobs"] == 2


def test_a_window_within_the_first_wait_tells_no_rate():
    """Nothing could be computed in it."""
    window = Window(Load(1, wait_seconds=2.0, seconds=1.0))
    window.begin()

    assert values(window, [Tally()], 0.0)["by_progress"] == 0.0


def test_threads_end_when_there_cannot_be_enough_of_them(monkeypatch):
    """Those there are wait for a start that never comes."""
    start, started = threading.Thread.start, []

    def third_fails(thread):
        if len(started) == 2:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        start(thread)

    monkeypatch.setattr(threads.threading.Thread, "start", third_fails)
    with pytest.raises(RuntimeError):
        threads.run(Load(3, wait_seconds=0.001, seconds=60.0))

    assert not any(thread.is_alive() for thread in started)


def test_nothing_is_computed_after_the_window():
    """Else a thousand tasks would each do a little more, and be called fast."""
    tally = Tally()

    assert not job.compute(Load(1, steps=10), tally, deadline=0.0)
    assert tally.portions == 0


def test_at_a_rate_a_job_is_due_at_its_place_in_the_arrivals():
    """Whether or not the ones before are done."""
    window = Window(Load(1, rate_per_second=10.0))
    window.begin()

    assert [window.due() - window.start for _ in range(3)] == pytest.approx(
        [0.0, 0.1, 0.2]
    )
