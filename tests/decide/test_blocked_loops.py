"""A coroutine function that blocks its loop: measured, predicted, run and told."""

import asyncio
import time
from dataclasses import replace
from functools import partial

import pytest

from bench.decide import functions, recording, window_plans
from bench.decide.candidates import ASYNCIO, THREADS, Candidate
from bench.decide.cost_model import predict
from bench.decide.described.work import Wishes, Work, changed
from bench.decide.function_profile import calls
from bench.decide.loads import job, tasks
from bench.decide.predicting import Predictor
from bench.records.decisions import Measured, Repaired, Shares
from bench.report.words import decision as words
from tests.decide.costs import FREE, USUAL
from tests.decide.decisions import function, newcomer

RUDE = Work(concurrency=40, wait_seconds=0.03, blocking_seconds=0.02, cpu_seconds=0.0)
TIMES = {"elapsed_seconds": 3.0, "cpu_seconds": 0.1, "queued_seconds": 0.1}


def test_a_loop_that_is_blocked_20_ms_a_job_does_50_a_second():
    """However many there are at once; threads are not held by it."""
    assert predict(RUDE, ASYNCIO, FREE).jobs_per_second == pytest.approx(50, rel=0.01)
    assert predict(RUDE, ASYNCIO, FREE).bound == "the loop"
    threads = predict(RUDE, THREADS, FREE).jobs_per_second
    assert threads == pytest.approx(40 / 0.03, rel=0.01)


def test_each_process_has_a_loop_of_its_own_to_block():
    """Four of them do 200 a second, on two cores too: blocking takes no core."""
    four = Candidate(kind="processes", loop="asyncio", pool=4)

    assert predict(RUDE, four, FREE).jobs_per_second == pytest.approx(200, rel=0.01)


def test_the_last_of_a_rush_waits_until_the_loop_was_blocked_for_all_others():
    """40 x 20 ms."""
    assert predict(RUDE, ASYNCIO, FREE).p99_seconds == pytest.approx(0.8, rel=0.05)


def test_a_wait_that_becomes_shorter_blocks_no_longer_than_it_lasts():
    """Or a search for a threshold would ask about what cannot be."""
    work, _ = changed(RUDE, Wishes(), "wait", 0.005)

    assert work.blocking_seconds == 0.005


def test_what_steps_took_beyond_their_computing_is_blocked():
    """3 s, of which 2.2 s in steps that computed and were queued for 0.2 s."""
    assert functions.blocking(TIMES | {"stepped_seconds": 2.2}) == pytest.approx(2.0)


@pytest.mark.parametrize("stepped", [0.0, 0.1, 0.25])
def test_a_step_that_only_computes_blocks_nothing(stepped):
    """Up to 2 % of the time may be what looking costs."""
    assert functions.blocking(TIMES | {"stepped_seconds": stepped}) == 0.0


async def rude():
    """What the steps of it block is more than what it awaits."""
    await asyncio.sleep(0)
    time.sleep(0.02)  # noqa: ASYNC251 - it is to block


def test_the_steps_of_a_coroutine_function_are_counted_while_it_is_called():
    """What blocks is within them, whatever else the machine does."""
    target = f"{__name__}:rude"
    found = calls._shares(calls.Function(target, "{}"), 0.05)

    assert found["stepped_seconds"] >= 0.02 * found["calls"]


def test_the_work_of_such_a_function_blocks_as_long():
    """Of 30 ms, all of them waiting, 20 ms."""
    parts = Shares(with_gil=0.0, without_gil=0.0, waiting=1.0, queued=0.0)
    found = Measured(
        name="f", calls=10, seconds=0.03, shares=parts, is_coroutine=True,
        blocking_seconds=0.02,
    )  # fmt: skip
    work = functions.work_of(found, 40)

    assert (work.wait_seconds, work.blocking_seconds) == (0.03, 0.02)


def task_of(candidate):
    return window_plans.task(
        RUDE, Wishes(), candidate, USUAL, predict(RUDE, candidate, USUAL), 1.0
    )


def test_only_what_runs_on_a_loop_is_told_to_block_it():
    """On threads the same job only waits, 30 ms either way."""
    on_loop, on_thread = task_of(ASYNCIO).load, task_of(THREADS).load

    assert on_loop["wait_seconds"] == pytest.approx(0.01)
    assert on_loop["blocking_seconds"] == 0.02
    assert on_thread["wait_seconds"] == 0.03
    assert on_thread["blocking_seconds"] == 0.0


def test_tasks_block_one_after_another(monkeypatch):
    """Each sleeps on the loop's thread, and none does once the window is over."""
    slept = []
    window = job.Window(job.Load(3, wait_seconds=0.0, blocking_seconds=0.5))
    window.start, window.deadline = 1.0, 3.0
    now = [1.0]

    def sleep(seconds):
        slept.append(seconds)
        now[0] += seconds

    monkeypatch.setattr(tasks.time, "sleep", sleep)
    monkeypatch.setattr(tasks.time, "perf_counter", lambda: now[0])
    monkeypatch.setattr(job, "perf_counter", lambda: now[0])
    tallies = [job.Tally() for _ in range(3)]

    async def main():
        go = asyncio.Event()
        go.set()
        await asyncio.gather(*map(partial(tasks.work, window, go), tallies))

    asyncio.run(main())

    assert slept == [0.5] * 4  # 2 s of the loop's thread
    assert sum(one.jobs for one in tallies) == 3  # the window cut off the fourth


def test_the_answer_says_what_it_is_and_what_it_would_be_once_repaired():
    """A verdict of the repaired function would be wrong as it stands."""
    mended = recording.repaired(RUDE, Wishes(), Predictor(USUAL))
    assert mended is not None
    told = newcomer(
        function=function(is_coroutine=True, blocking_seconds=0.02), repaired=mended,
        asked={"concurrency": 40, "wait_seconds": 0.03, "blocking_seconds": 0.02},
    )  # fmt: skip
    said = " ".join(words.paragraph(told))

    assert Predictor(USUAL).decide(RUDE, Wishes()).verdict == "threads"
    assert mended.verdict == "either"
    assert "one loop does at most about 50.0/s, and this verdict is for that" in said
    assert "1,3" in said
    assert "the verdict either are predicted" in said


def test_a_function_that_gives_its_loop_back_needs_no_repair():
    """Nothing is said of it."""
    polite = replace(RUDE, blocking_seconds=0.0)

    assert recording.repaired(polite, Wishes(), Predictor(USUAL)) is None
    assert not isinstance(newcomer().repaired, Repaired)
