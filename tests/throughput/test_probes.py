"""Probes are measured with small loads, and only what no machine changes is checked."""

import asyncio
import sys
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.records.subjects import Runtime
from bench.throughput.launching import Reading
from bench.throughput.probes import (
    cancel,
    floors,
    heartbeat,
    latency,
    lifecycle,
    memory,
)
from bench.throughput.probes.quantiles import quantiles
from bench.throughput.probing import ROUNDS, Probe, measurement, probe, probes_of
from tests.throughput.fakes import small_plan

models = pytest.mark.parametrize("model", ["threads", "asyncio_"])


def take(module, model, **options):
    function = getattr(module, model)
    return (
        function(**options) if model == "threads" else asyncio.run(function(**options))
    )


@given(st.lists(st.floats(0, 1), min_size=1, max_size=3000))
def test_quantiles_are_values_that_were_seen_in_their_order(seconds):
    """Nearest rank: only the median may be between two values."""
    found = quantiles("x", seconds)
    levels = {name: value for name, value in found.items() if name != "x_count"}

    assert [*levels.values()] == sorted(levels.values())
    levels.pop("x_p50_seconds", None)
    assert set(levels.values()) <= set(seconds)
    assert found["x_max_seconds"] == max(seconds)


@given(st.lists(st.floats(0, 1), min_size=6, max_size=60))
def test_the_50th_percentile_is_the_median(seconds):
    """The page says so; of 14 values it was the eighth."""
    assert quantiles("x", seconds)["x_p50_seconds"] == pytest.approx(median(seconds))


@given(st.lists(st.integers(0, 10_000), min_size=30, max_size=3000, unique=True))
def test_a_percentile_is_exceeded_by_no_more_than_its_share(seconds):
    """And by at least three values, without which it is not given."""
    found = quantiles("x", seconds)

    for name, share in (("x_p90_seconds", 10), ("x_p99_seconds", 100)):
        if name in found:
            above = sum(value > found[name] for value in seconds)
            assert above == len(seconds) // share
            assert above >= 3


@pytest.mark.parametrize(("count", "known"), [(29, "p50"), (299, "p90"), (2999, "p99")])
def test_a_quantile_beyond_the_data_is_left_out(count, known):
    """The 99th percentile of 100 values is their maximum; it takes 300."""
    found = quantiles("x", [float(n) for n in range(count)])
    levels = [name for name in found if name.startswith("x_p")]

    assert levels[-1] == f"x_{known}_seconds"


@models
def test_all_idle_workers_are_started_and_end(model):
    """Memory is measured for each, with the cost of start and end."""
    values = take(memory, model, workers=20)

    assert values["started_workers"] == 20
    assert values["start_seconds"] > 0
    assert values["stop_seconds"] > 0
    assert "memory_bytes_per_worker" in values


def test_the_limit_of_threads_is_an_answer(monkeypatch):
    """How many there were when no more could be had, and all of them end."""
    import threading

    before = threading.active_count()
    real, left = threading.Thread.start, iter(range(7))

    def start(thread):
        if next(left, None) is None:
            raise RuntimeError("can't start new thread")
        real(thread)

    monkeypatch.setattr(threading.Thread, "start", start)

    assert memory.threads(20)["started_workers"] == 7
    assert threading.active_count() == before


@models
def test_beats_are_counted_and_never_early(model):
    """Lateness is what a request would wait that came in at that moment."""
    values = take(heartbeat, model, workers=1, chunk_seconds=0.0001, seconds=0.05)

    assert values["lateness_count"] >= 1
    assert values["lateness_max_seconds"] >= 0


def test_tasks_are_gone_when_cancelled_and_sleeping_threads_are_not():
    """A blocking call cannot be cancelled: that is the models' plainest difference."""
    tasks = take(cancel, "asyncio_", workers=5, wait_seconds=30.0)
    threads = take(cancel, "threads", workers=5, wait_seconds=1.0)

    assert tasks["left_after_10_ms"] == 0
    # A busy machine may start a thread so late that it finds the flag set already.
    assert 0 < threads["left_after_10_ms"] <= 5
    assert threads["left_after_10_ms_cooperative"] < threads["left_after_10_ms"]


@models
def test_every_request_is_answered_and_timed(model):
    """The load is another process; unanswered requests are counted."""
    values = take(
        latency,
        model,
        rate_per_second=400,
        seconds=0.1,
        workers=2,
        wait_seconds=0.0,
        cpu_seconds=0.0,
    )

    assert values["unanswered"] == 0
    assert values["latency_count"] == 40


def test_a_stall_delays_all_requests_that_were_due_in_it():
    """One worker and 10 ms a request at 400 a second: the last waits for all others.

    Measured from when it was sent by a client that waits for answers, each would
    have taken 10 ms: that is the omission which the intended start avoids.
    """
    values = take(
        latency,
        "threads",
        rate_per_second=400,
        seconds=0.05,
        workers=1,
        wait_seconds=0.010,
        cpu_seconds=0.0,
    )

    assert values["latency_max_seconds"] >= 20 * 0.010 - 20 / 400


def test_floors_are_told(monkeypatch):
    """Of a loop turn everywhere; of processes where they can be pinned."""
    monkeypatch.setattr(floors, "ROUNDS", 50)
    values = floors.machine()

    assert all(value > 0 for value in values.values())
    assert "loop_turn_seconds" in values


def test_what_a_resumed_run_has_already_is_not_taken_again():
    """Neither the machine's floors nor a probe of a runtime."""
    wanted = probes_of(small_plan())
    done = [
        measurement(one, runtime, Reading("ok"), number)
        for one, runtime in wanted
        for number in range(one.rounds)
    ]

    assert {one.model for one in done} == {None, "threads", "asyncio"}
    assert list(probe(wanted, done)) == []


@pytest.mark.parametrize(
    "changed",
    [{"budget_seconds": 10}, {"against_itself": True}, {"shard": (2, 2)}],
    ids=lambda changed: next(iter(changed)),
)
def test_a_short_run_a_study_and_the_other_shards_probe_nothing(changed):
    """It would take the time of what was asked for."""
    plan = small_plan(("condition", "jobs"), **changed)

    assert probes_of(plan) == []
    assert plan.budget_seconds == plan.settings.budget_seconds


def test_what_the_probes_take_is_not_spent_twice():
    """The budget is for the whole lens."""
    plan = small_plan(budget_seconds=60)

    assert probes_of(plan)
    assert plan.budget_seconds < 60


def test_the_full_sweep_probes_further():
    """A million tasks, but not a million threads."""
    wanted = probes_of(small_plan(sweep="full"))
    most = {r.loop: o.options["workers"] for o, r in wanted if o.name == "memory"}

    assert most == {None: 10_000, "asyncio": 1_000_000}


def test_a_probe_that_fails_is_a_record_with_its_reason():
    """And the others are taken."""
    runtime = Runtime(python="3", executable=sys.executable)
    wrong = Probe("memory", "idle", {"no_such_option": 1})
    right = Probe("memory", "idle", {"workers": 4})
    failed, *others = probe([(wrong, runtime), (right, runtime)])
    fine = others[0]

    assert (failed.status, fine.status) == ("crashed", "ok")
    assert len(others) == ROUNDS  # and a failed one is not repeated
    assert "no_such_option" in failed.reason
    assert fine.values["started_workers"] == 4


@models
def test_start_and_end_of_a_model_are_measured_without_work(model):
    """A window of a pair contains them once, on either side."""
    values = take(lifecycle, model, workers=2, times=2)

    assert values["start_and_end_seconds"] > 0
