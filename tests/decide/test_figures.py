"""Quantiles and their intervals, from windows."""

import math
import random

import pytest

from bench.decide.candidates import THREADS
from bench.decide.figures import figures, least, quantile, ranks
from bench.decide.judging import within

LOAD = {"workers": 4, "seconds": 1.0}


def window(**changed):
    return {
        "by_progress": 100.0, "by_cycles": 90.0, "rush": [0.1, 0.2, 0.3, None],
        "latencies": [0.05] * 6, "cut_off": [], "jobs": 9, "starved": 1, "late_due": 0,
        "ready_seconds": 0.01, "peak_memory_bytes": 2e7, "cpu_seconds": 0.5,
        "elapsed_seconds": 1.0, "other_cores": 0.1, "gil": True,
    } | changed  # fmt: skip


def test_a_p99_has_an_upper_end_from_299_samples_on():
    """0.99 ** 299 is below 5 %: the largest is then above the true one."""
    assert ranks(298, 0.99)[1] == 299
    assert ranks(299, 0.99)[1] <= 299


def test_the_interval_of_a_quantile_holds_it_nine_times_of_ten():
    """Of 400 draws each: exact by the binomial distribution, whatever is drawn."""
    drawn = random.Random(7)
    held = 0
    for _ in range(400):
        found = quantile([drawn.random() ** 3 for _ in range(300)], 0.9)
        held += found.low <= 0.9**3 <= found.high

    assert 0.88 <= held / 400 <= 0.98


def test_fewer_than_300_jobs_have_no_p99():
    """One in a hundred of 40 jobs is not a job."""
    found = figures(THREADS, [window()], LOAD, saturated=True, every_job=False)

    assert found.samples == 4
    assert found.p99 is None
    assert found.p50 is not None


def test_a_job_that_was_cut_off_counts_as_longer_than_all():
    """Else only the lucky ones would be counted."""
    windows = [window(rush=[0.1] * 200 + [None] * 200)]
    found = figures(THREADS, windows, LOAD, saturated=True, every_job=False)

    assert found.p99.value == math.inf
    assert found.p50.value == 0.1


def arriving(*cut):
    windows = [window(rush=[0.1], latencies=[0.1] * 399, cut_off=[*cut])]
    load = LOAD | {"rate_per_second": 500.0}
    return figures(THREADS, windows, load, saturated=False, every_job=True)


def test_arrivals_that_were_cut_off_late_make_the_p99_a_lower_bound():
    """Else a side that leaves a tenth of its jobs behind would meet the limit."""
    found = arriving(*[0.3] * 40)

    assert (found.p99.value, found.p99.high) == (0.3, math.inf)
    assert found.samples == 440
    limits = {0.2: "no", 0.35: "undecided"}
    assert {limit: within(found, limit) for limit in limits} == limits


def test_arrivals_that_are_no_later_than_the_others_say_nothing():
    """The end of a window cuts off some of a side that is in time."""
    assert arriving(*[0.09] * 40) == arriving()
    assert within(arriving(), 0.2) == "yes"


@pytest.mark.parametrize(("saturated", "rate"), [(True, 100.0), (False, 90.0)])
def test_the_rate_is_by_progress_where_there_is_always_work(saturated, rate):
    """By the workers' own cycles where there is not."""
    found = figures(THREADS, [window()], LOAD, saturated=saturated, every_job=True)

    assert found.jobs_per_second.value == rate


def test_a_candidate_without_windows_failed():
    """Nothing is made up for it."""
    assert figures(THREADS, [], LOAD, saturated=True, every_job=True).failure


@pytest.mark.parametrize(
    ("waits", "exceeded"),
    [
        ([1.0, 1.1, 1.2, 1.3], 1.3),  # 1 - 0.99 ** 4 = 0.039
        ([1.0] * 7 + [9.0], 1.0),  # 1 - 0.99 ** 8 = 0.077: the second longest
        ([1.0, 1.1, 1.2, math.inf], 2.0),  # it was cut off at the end of the window
        ([], 0.0),
    ],
)
def test_few_jobs_say_what_the_p99_exceeds(waits, exceeded):
    """Not what it is."""
    assert least(waits, 2.0) == exceeded
