"""Jobs that wait for long, or hold much: what a round takes is known beforehand."""

import asyncio
from dataclasses import replace

import pytest

from bench.commands import decisions
from bench.decide import verifying, window_plans
from bench.decide.candidates import ASYNCIO, THREADS
from bench.decide.cost_model import predict
from bench.decide.deciding import Inquiry
from bench.decide.described.work import Wishes, Work, check_memory
from bench.decide.findings import Question
from bench.decide.loads import job, tasks
from bench.errors import CannotRunError
from tests.decide.costs import USUAL
from tests.decide.stand_in_machine import Machine

LONG = Work(concurrency=20, wait_seconds=10.0, cpu_seconds=0.0)


def test_a_round_takes_one_wait_and_a_quarter_of_each_model_at_least():
    """And what starting takes: 212 s were spent where 16 s had been announced."""
    assert window_plans.shortest(LONG, Wishes()) == 12.5
    assert window_plans.least_seconds(LONG, Wishes()) == pytest.approx(26, abs=0.5)


def test_where_jobs_arrive_those_of_the_first_wait_are_followed_by_some_that_count():
    """A window of one wait has none that can be late."""
    assert window_plans.shortest(LONG, Wishes(rate_per_second=5)) == pytest.approx(22)


def test_a_question_whose_round_does_not_fit_is_refused_with_the_least_budget():
    """Before anything is calibrated or run."""
    options = {"budget": 20.0, "memory_limit": 4.0}

    with pytest.raises(CannotRunError, match="at least 26 s: give --budget 29"):
        decisions.of_description(LONG, Wishes(), options)


@pytest.mark.parametrize("seconds", [0.0, 0.9])
def test_a_short_call_is_measured_without_a_word(seconds):
    """It takes no longer than was announced."""
    decisions._told({"concurrency": 4, "budget": 5.0})(seconds)


def test_a_function_whose_round_does_not_fit_is_refused_after_its_first_calls():
    """One of 10 s took four minutes of a budget of 5 s."""
    tell = decisions._told({"concurrency": 20, "budget": 5.0})

    with pytest.raises(CannotRunError, match=r"a call takes 10\.0 s.* --budget 32"):
        tell(10.0)


def block_of(work, budget_seconds):
    """What the first block is told, with so much time left."""
    machine, asked = Machine(lambda spec: False), []
    inquiry = Inquiry(
        Question(work, Wishes(), budget_seconds=budget_seconds), USUAL, "", machine,
        asked.append, clock=lambda: 0.0,
    )  # fmt: skip
    specs = []
    readings = machine.readings
    machine.readings = lambda them: specs.extend(them) or readings(them)
    inquiry.compare(work, Wishes(), 0.0)
    return specs


def test_a_round_that_does_not_fit_is_as_short_as_it_can_be():
    """One window of each, of one wait and a quarter; else three of twice as long."""
    brief, usual = block_of(LONG, 30.0), block_of(LONG, 300.0)

    assert [(one["windows"], one["options"]["seconds"]) for one in brief] == [
        (2, 12.5), (2, 12.5)
    ]  # fmt: skip
    assert {one["windows"] for one in usual} == {3}
    assert all(one["options"]["seconds"] >= 22 for one in usual)


def test_short_jobs_have_their_usual_windows_whatever_is_left():
    """A p99 needs a round."""
    short = replace(LONG, wait_seconds=0.05)

    assert {one["windows"] for one in block_of(short, 0.1)} == {3}


def test_a_block_takes_its_windows_and_what_starting_takes():
    """Two models, two windows each of 0.4 s, 2 ms for their workers."""
    work = Work(concurrency=20, wait_seconds=0.1, cpu_seconds=0.0)
    both = [
        window_plans.task(work, Wishes(), one, USUAL, predict(work, one, USUAL), 0.4)
        for one in (THREADS, ASYNCIO)
    ]
    starting = window_plans.WARM_SECONDS + window_plans.PROCESS_SECONDS

    assert verifying.Runs(both).block_seconds == pytest.approx(
        2 * (2 * 0.402 + starting)
    )


def test_the_end_of_a_window_cuts_off_the_waits_in_it(monkeypatch):
    """Each window of 10 s waits lasted 10 s more."""
    waits = []
    window = job.Window(job.Load(1, wait_seconds=10.0))
    window.start, window.deadline = 1.0, 3.0
    monkeypatch.setattr(job, "perf_counter", lambda: 1.0)
    monkeypatch.setattr(tasks.time, "perf_counter", lambda: 1.0)
    sleep = asyncio.sleep

    async def noted(seconds):
        waits.append(seconds)
        monkeypatch.setattr(job, "perf_counter", lambda: 3.0)
        await sleep(0)

    monkeypatch.setattr(tasks.asyncio, "sleep", noted)

    async def main():
        go = asyncio.Event()
        go.set()
        await tasks.work(window, go, tally)

    tally = job.Tally()
    asyncio.run(main())

    assert waits == [2.0]
    assert tally.jobs == 0


def test_jobs_that_hold_more_than_a_functions_process_may_are_refused():
    """40 x 200 MB are 8 GB; they never came to be in hand together."""
    heavy = Work(concurrency=40, wait_seconds=0.02, cpu_seconds=0.0,
                 payload_bytes=200_000_000)  # fmt: skip

    with pytest.raises(CannotRunError, match=r"200 MB each are 8 GB.* give -n 21 or"):
        check_memory(heavy, None, 4.295e9)
    check_memory(heavy, None, 9e9)


def test_jobs_that_hold_more_than_is_free_here_are_refused():
    """The machine would be out of memory."""
    heavy = Work(concurrency=40, wait_seconds=0.02, cpu_seconds=0.0,
                 payload_bytes=200_000_000)  # fmt: skip

    with pytest.raises(CannotRunError, match="5 GB that are free here; give -n 20 or"):
        check_memory(heavy, 5e9)
