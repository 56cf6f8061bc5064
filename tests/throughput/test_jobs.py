"""The control pair: only what carries the workers differs."""

import asyncio
import inspect
import subprocess
import sys
from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.records.workload import Workload
from bench.throughput import (
    jobs,
    jobs_asyncio,
    jobs_bare,
    jobs_processes,
    jobs_threads,
    jobs_to_thread,
)
from bench.throughput.jobs import JOBS, JobsOutcome, Share
from bench.throughput.launching import ROOT
from bench.throughput.measurable import CARRIERS

carriers = pytest.mark.parametrize(
    "module",
    [jobs_threads, jobs_asyncio, jobs_bare, jobs_to_thread, jobs_processes],
    ids=lambda module: module.__name__.rpartition(".")[2],
)


def quiet(*words):
    """Ignore what is logged."""


def run(module, **options):
    if inspect.iscoroutinefunction(module.run):
        return asyncio.run(module.run(**options, log=quiet))
    return module.run(**options, log=quiet)


@carriers
def test_each_job_is_done_once_whatever_carries_the_workers(module):
    """The same outcome for all: a throughput of work left out would be none."""
    options = {"count": 12, "workers": 3, "wait_seconds": 0.0001, "steps": 10}
    outcome = run(module, **options)

    assert JOBS.wrong(outcome, options) is None
    assert outcome.seconds > 0
    assert sum(len(share.jobs) for share in outcome.shares) == 12


def outcome(*shares, seconds=1.0, busy=0.5):
    return JobsOutcome(
        0.0, seconds, [Share(list(jobs), 0.0, 1.0, busy) for jobs in shares]
    )


@pytest.mark.parametrize(
    ("shares", "reason"),
    [
        (([0, 1], [3]), "3 jobs done of 4"),
        (([0, 1], [1, 2, 3]), "5 jobs done of 4"),
        (([0, 1], [1, 2]), "one of them twice"),
    ],
)
def test_a_job_left_out_or_done_twice_is_wrong(shares, reason):
    """Whichever worker's share it is in."""
    assert reason in JOBS.wrong(outcome(*shares), {"count": 4, "workers": 2})


def test_more_jobs_in_hand_than_workers_is_wrong():
    """Little's law: durations were counted that did not happen."""
    found = JOBS.wrong(outcome([0], [1], busy=1.5), {"count": 2, "workers": 2})

    assert found == "3.0 jobs in hand with 2 workers"


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=50))
def test_fairness_is_between_one_worker_and_all(shares):
    """1 when all have the same, 1/n when one has everything."""
    assert 1 / len(shares) - 1e-9 <= jobs.jain(shares) <= 1 + 1e-9
    assert jobs.jain([7] * len(shares)) == pytest.approx(1)


def test_a_starved_worker_is_counted():
    """It finished no job, so no figure of finished jobs shows it."""
    measures = JOBS.measures(outcome([0, 1, 2], []))

    assert measures["starved_workers"] == 1
    assert measures["fairness_jain"] == pytest.approx(0.5)


def test_the_computing_part_follows_from_the_waiting_part():
    """8 ms waiting at 20 % computing is 2 ms: 10 ms in all."""
    workload = Workload(wait_seconds=0.008, cpu_share=0.2)

    assert jobs.cpu_seconds(workload) == pytest.approx(0.002)
    assert jobs.cpu_seconds(Workload(wait_seconds=0.01)) == 0


@pytest.mark.parametrize("module", ["jobs_threads", "jobs_bare"])
def test_threads_that_cannot_be_started_end_the_run(module):
    """Those that wait for the others at the barrier must not for ever.

    In a process of its own: threads left waiting would keep this one from ending.
    """
    code = (
        "import threading\n"
        f"from bench.throughput import {module}\n"
        "real, left = threading.Thread.start, iter(range(2))\n"
        "def start(thread):\n"
        "    if next(left, None) is None:\n"
        "        raise RuntimeError('no more threads')\n"
        "    real(thread)\n"
        "threading.Thread.start = start\n"
        f"{module}.run(count=6, workers=3, wait_seconds=0.0, steps=0)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PYTHONPATH": str(ROOT)},
    )

    assert ended.returncode == 1
    assert "RuntimeError: no more threads" in ended.stderr


def test_a_worker_that_finds_the_last_job_taken_is_done():
    """Another thread may take it between looking and taking."""

    class Vanishing(deque):
        def __bool__(self):
            return True

    import threading

    share = jobs_threads.work(threading.Barrier(1), Vanishing(), 0.0, 0)
    assert share.jobs == []


def test_every_carrier_can_be_imported():
    """A name in the catalogue without a file would fail in the worker only."""
    import importlib

    assert CARRIERS
    for module in CARRIERS.values():
        assert importlib.import_module(module).run
