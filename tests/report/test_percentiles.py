"""A percentile that is missing has its reason on the page."""

import re

import msgspec
import pytest

from bench.records.runs import Settings
from bench.records.samples import Measurement
from bench.records.subjects import Runtime
from bench.report.page import html_file
from bench.report.words import percentiles
from bench.throughput import probing
from bench.throughput.probes import quantiles
from tests.report.sample_results import THREADS, empty, run


def beats(count, rounds=6, **values):
    return Measurement(
        name="heartbeat",
        title="lateness of a beat",
        model="threads",
        runtime=THREADS,
        rounds=rounds,
        values={
            "lateness_count": float(count),
            "lateness_max_seconds": 0.1,
            "lateness_p50_seconds": 0.05,
            **values,
        },
    )


def test_the_page_says_why_there_is_no_p99():
    """The number of values that it needs, and the number that there are."""
    page = html_file.render(msgspec.structs.replace(empty(), measurements=(beats(40),)))

    assert (
        "The 99th percentile needs at least 300 values; lateness of a beat has fewer:"
        " threads 40." in page
    )
    assert "run jobs --sweep full --budget 600" in re.sub("</?span[^>]*>", "", page)


def test_two_runtimes_of_a_model_have_two_names():
    """It said: asyncio 3 and asyncio 5."""
    sides = [
        msgspec.structs.replace(
            beats(count), model="asyncio", runtime=Runtime(python="3.11.7", loop=loop)
        )
        for count, loop in ((3, "asyncio"), (5, "uvloop"))
    ]
    [said, _] = percentiles.without_p99([beats(14), *sides], run())

    assert said.endswith(
        ": threads 14, asyncio (Python 3.11.7, all cores) 3 and"
        " asyncio (Python 3.11.7, on uvloop, all cores) 5."
    )


@pytest.mark.parametrize(
    ("rounds", "sweep", "said"),
    [
        (3, "default", "A larger `--budget` gives more values"),
        (6, "default", "`python -m bench run jobs --sweep full --budget 600`"),
        (6, "full", "did not give enough values"),
    ],
)
def test_the_option_is_one_that_brings_more_values(rounds, sweep, said):
    """A larger budget adds rounds, but at most six."""
    made = msgspec.structs.replace(run(), settings=Settings(sweep=sweep))

    assert said in percentiles.without_p99([beats(40, rounds)], made)[-1]


@pytest.mark.parametrize(
    "one",
    [beats(400, lateness_p99_seconds=0.09), beats(0)],
    ids=["it has p99", "it has no value at all"],
)
def test_nothing_is_said_of_a_measurement_that_lacks_nothing(one):
    """A reason for a figure that is there would confuse."""
    assert percentiles.without_p99([one], run()) == []


def test_the_numbers_are_those_of_the_probes():
    """The words cannot import the probes, so a test compares."""
    needed = percentiles.FOR_P99
    few, enough = (
        quantiles.quantiles("x", [1.0] * count) for count in (needed - 1, needed)
    )

    assert "x_p99_seconds" not in few
    assert "x_p99_seconds" in enough
    assert percentiles.ROUNDS == probing.ROUNDS
