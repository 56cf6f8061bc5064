"""From samples to verdicts: what an interval may claim, and what it must not."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.throughput import inference
from bench.throughput.inference import Interval
from tests.throughput.fakes import ASYNCIO, THREADS, blocks, sample

logs = st.lists(st.floats(-1, 1), min_size=6, max_size=60)


@given(st.integers(1, 60), st.data())
def test_coverage_is_that_of_the_binomial_distribution(count, data):
    """Counted another way: exactly, from the chance of each number below."""
    rank = data.draw(st.integers(1, (count + 1) // 2))

    between = sum(math.comb(count, below) for below in range(rank, count - rank + 1))

    assert inference.coverage(count, rank) == pytest.approx(
        float(Fraction(between, 2**count))
    )


@given(logs)
def test_an_interval_holds_the_median_and_covers_what_it_claims(values):
    """At least 95 %, by ranks that are the tightest which do."""
    found = inference.interval(values)

    assert found is not None
    assert found.low <= inference.median(values) <= found.high
    assert found.confidence >= inference.CONFIDENCE


@pytest.mark.parametrize("count", range(6))
def test_too_few_blocks_have_no_interval(count):
    """Five values cover 93.75 % at most: no interval rather than a weaker one."""
    assert inference.interval([0.0] * count) is None


def test_an_interval_of_six_is_lowest_to_highest():
    """The smallest case that covers 95 %: 1 - 2/64."""
    found = inference.interval([3.0, 1.0, 2.0, 6.0, 5.0, 4.0])

    assert found == Interval(1.0, 6.0, 1 - 2 / 64)


@pytest.mark.parametrize("draw", ["gauss", "cauchy", "two modes"])
def test_intervals_hold_the_truth_as_often_as_they_claim(draw):
    """Whatever the tails: coverage is a matter of ranks, not of a distribution."""
    random_ = random.Random(7)
    draws = {
        "gauss": lambda: random_.gauss(0, 1),
        "cauchy": lambda: math.tan(math.pi * (random_.random() - 0.5)),
        "two modes": lambda: random_.choice((-1, 1)) * random_.uniform(0, 2),
    }
    found = [
        inference.interval([draws[draw]() for _ in range(12)]) for _ in range(1000)
    ]

    hits = sum(one.low <= 0 <= one.high for one in found)
    assert 0.94 <= hits / 1000 <= 0.98  # 96.1 % exactly, less and more by chance


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (-0.04, 0.04, "equivalent"),
        (0.01, 0.04, "equivalent"),  # different, but it does not matter
        (0.01, 0.10, "faster"),
        (0.06, 0.10, "faster"),
        (-0.10, -0.01, "slower"),
        (-0.10, 0.01, "undecided"),
        (-0.10, 0.10, "undecided"),
    ],
)
def test_the_verdict_reads_the_whole_interval(low, high, expected):
    """Inside 5 % is equivalent, without 1 is faster or slower, else undecided."""
    assert inference.verdict(Interval(low, high, 0.95)) == expected


@given(logs)
def test_exchanging_the_sides_exchanges_the_verdict(values):
    """A method that prefers a side is no judge; the 5 % band is even in the logs."""
    mirror = {"faster": "slower", "slower": "faster"}
    one = inference.verdict(inference.interval(values))
    other = inference.verdict(inference.interval([-value for value in values]))

    assert other == mirror.get(one, one)


def test_ratios_are_paired_inside_the_block():
    """What slows a whole block slows both sides, and leaves its ratio alone."""
    samples = [
        sample(block, position, side, (1.0 if side else 2.0) * (1 + 5 * block))
        for block in range(8)
        for position, side in enumerate((0, 1, 1, 0))
    ]

    assert inference.log_ratios(samples) == pytest.approx([math.log(2)] * 8)


def test_a_linear_drift_cancels_in_a_block():
    """ABBA: both sides have the same mean position."""
    drift = [math.exp(0.1 * position) for position in range(4)]
    samples = [
        sample(0, position, side, drift[position])
        for position, side in enumerate((0, 1, 1, 0))
    ]

    assert inference.log_ratios(samples) == pytest.approx([0.0])


def test_a_block_with_a_failed_sample_gives_no_ratio():
    """Half a pair would compare this block's machine with another's."""
    samples = blocks(2)
    samples[3] = sample(
        0, 3, 0, 1e-6, status="crashed", reason="x", seconds_per_operation=None
    )

    assert len(inference.log_ratios(samples)) == 1


@pytest.mark.parametrize("seed", range(5))
def test_a_difference_is_found_and_named(seed):
    """asyncio with 1.2 times the throughput is faster, its mirror slower."""
    [faster] = inference.compare(blocks(12, 1.2, seed=seed))
    [slower] = inference.compare(blocks(12, 1 / 1.2, seed=seed))

    assert (faster.verdict, slower.verdict) == ("faster", "slower")
    assert faster.low <= 1.2 <= faster.high
    assert faster.operations_per_second["asyncio"] == pytest.approx(1.2e6, rel=0.05)


def test_one_wrong_outcome_makes_the_comparison_wrong():
    """A fast wrong answer is no answer."""
    samples = blocks(12, 1.5)
    samples[-1] = sample(11, 3, 0, 1e-6, status="wrong", reason="3 of 4 taken")

    [found] = inference.compare(samples)

    assert found.verdict == "wrong"
    assert "3 of 4 taken" in found.note


def test_different_but_within_five_percent_is_said_so():
    """Equivalent does not mean equal: the note has the difference."""
    [found] = inference.compare(blocks(24, 1.02, noise=0.001))

    assert found.verdict == "equivalent"
    assert found.note == "different, but by less than 5 %"


@pytest.mark.parametrize("count", [1, 11, 13, 23])
def test_blocks_are_looked_at_only_when_it_was_decided_beforehand(count):
    """Looking after each block and stopping when pleased would make luck a finding."""
    assert not inference.settled([0.5] * count, half_width=0.01)


@pytest.mark.parametrize("count", inference.LOOKS)
def test_a_clear_answer_at_a_look_is_enough(count):
    """And so is a tight one; the budget then goes to the cases that need it."""
    assert inference.settled([0.5] * count, half_width=0.01)
    assert inference.settled([0.0] * count, half_width=0.01)
    assert not inference.settled([-0.5, 0.5] * (count // 2), half_width=0.01)


@pytest.mark.parametrize("noise", [0.05, 0.1, 0.3])
def test_stopping_early_neither_makes_findings_nor_breaks_intervals(noise):
    """Equal sides through the looks, as a run takes them, and the interval reported."""
    alarms = covered = 0
    for seed in range(300):
        drawn = random.Random(seed)
        values = [drawn.gauss(0, noise) for _ in range(inference.LOOKS[-1])]
        stop = next(
            count
            for count in inference.LOOKS
            if count == len(values) or inference.settled(values[:count], 0.01)
        )
        found = inference.interval(values[:stop])
        alarms += inference.verdict(found) in ("faster", "slower")
        covered += found.low <= 0 <= found.high

    assert alarms / 300 <= 0.05
    assert covered / 300 >= 0.95


def test_a_side_against_itself_is_noise_and_no_comparison():
    """The floor under every other figure of the run."""
    same = [
        sample(b, p, s, 1e-6 * (1 + 0.001 * b), subject=sample(0, 0, 0, 1).subject)
        for b in range(12)
        for p, s in enumerate((0, 1, 1, 0))
    ]

    [floor] = inference.noise(same)

    assert inference.compare(same) == []
    assert floor.low <= 1 <= floor.high
    assert floor.subject.runtime == THREADS


def test_a_comparison_names_both_runtimes():
    """A ratio without what it is a ratio of says nothing."""
    [found] = inference.compare(blocks(6))

    assert (found.threads, found.asyncio) == (THREADS, ASYNCIO)
    assert found.models == ("threads", "asyncio")


def test_no_samples_say_nothing():
    """An empty run is no finding, and no crash."""
    assert inference.compare([]) == []
    assert inference.noise([]) == []


def test_what_slows_the_machine_for_some_rounds_is_outvoted():
    """40 % for a part of a block; its other rounds say that all is equal."""
    windows = {
        0: (9e-6, 1.4e-6, 1.4e-6, 1e-6, 1e-6, 1e-6),
        1: (9e-6, 1.4e-6, 1.0e-6, 1e-6, 1e-6, 1e-6),
    }
    block = [
        sample(0, position, side, 1e-6, windows=windows[side])
        for position, side in enumerate((0, 1, 1, 0))
    ]

    assert inference.log_ratios(block) == [0.0]


def test_the_first_window_of_a_sample_counts_nothing():
    """It warms up caches, and takes what that takes."""
    cold, warm = (5e-6, 1e-6, 1e-6), (1e-6, 1e-6, 1e-6)
    block = [sample(0, 0, 0, 1e-6, windows=cold), sample(0, 1, 1, 1e-6, windows=warm)]

    assert inference.log_ratios(block) == [0.0]
