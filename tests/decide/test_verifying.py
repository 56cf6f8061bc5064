"""Real processes, briefly: what a block of each kind of candidate gives."""

import math
import sys

import pytest

from bench.decide import functions, verifying
from bench.decide.candidates import ASYNCIO, THREADS, Candidate
from bench.decide.cost_model import predict
from bench.decide.described.work import Wishes, Work
from bench.decide.window_plans import specification, task
from bench.records.user_pairs import UserPair
from bench.studies.shares import error
from bench.throughput.launching import Launcher
from tests.decide.costs import USUAL

WORK = Work(concurrency=6, wait_seconds=0.002, cpu_seconds=0.0002)
KINDS = [
    THREADS,
    ASYNCIO,
    Candidate(kind="threads", pool=2),
    Candidate(kind="to_thread", loop="asyncio", pool=3),
    Candidate(kind="processes", loop="asyncio", pool=2),
]


def tasks(work=WORK):
    return [
        task(work, Wishes(), one, USUAL, predict(work, one, USUAL), 0.05)
        for one in KINDS
    ]


@pytest.mark.long
def test_a_block_has_the_windows_of_each_candidate():
    """Whole: each of the crowd has its place in the rush."""
    failures = {}
    with Launcher() as launcher:
        block = verifying.take_block(tasks(), launcher, 1, failures)

    assert failures == {}
    for one, windows in zip(KINDS, block, strict=True):
        [window] = windows
        assert len(window["rush"]) == 6, one.name
        assert window["jobs"] > 0
        assert window["peak_memory_bytes"] > 0


def test_a_candidate_whose_process_fails_is_named_with_the_reason():
    """The others go on."""
    one, other, *_ = tasks()
    one.load["nonsense"] = 1
    with Launcher() as launcher:
        runs = verifying.run([one, other], launcher, 1.0, lambda _: True)

    failed, fine = runs.figures()
    assert "crashed" in failed.failure
    assert fine.failure is None


def test_disturbed_rounds_are_left_out_when_enough_are_calm():
    """Among other processes threads are favoured."""

    def window(rate, others):
        return {"by_cycles": rate, "by_progress": rate, "other_cores": others}

    calm = [[window(100, 0.0)], [window(100, 0.0)]]
    busy = [[window(100, 1.5)], [window(10, 1.5)]]
    runs = verifying.Runs(tasks()[:2], [calm, busy, calm, busy, busy, calm])

    assert runs.ratio().value == pytest.approx(1.0)
    runs = verifying.Runs(tasks()[:2], [busy, busy, calm])
    assert runs.ratio().value == pytest.approx(0.1)
    assert runs.ratio().high == math.inf


def test_the_first_window_is_left_out():
    """What is done first is slower."""
    assert specification(tasks()[0], 2)["windows"] == 3


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_a_function_is_measured_in_a_process_of_its_own():
    """One that sleeps has no share but waiting, whatever the machine does."""
    module = "bench.studies.shares_controls"
    own = UserPair(name="x", threads=f"{module}:sleeping", asyncio=f"{module}:awaiting")
    with Launcher() as launcher:
        found = functions.measure(launcher, f"{module}:sleeping", own, 0.2)

    assert found.calls >= 1
    assert found.shares.gil_from == "by sampling the lock"
    assert error(found.shares, (0.0, 0.0, 1.0)) < 0.5
