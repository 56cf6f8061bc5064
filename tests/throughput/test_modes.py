"""Two groups of samples are never described by one number."""

import math
import random

import pytest

from bench.throughput.modes import two_modes


def draw(count, centres, spread, seed):
    random_ = random.Random(seed)
    return [
        random_.choice(centres) * math.exp(random_.gauss(0, spread))
        for _ in range(count)
    ]


@pytest.mark.parametrize("seed", range(20))
def test_threads_that_share_a_core_or_not_are_two_modes(seed):
    """16 and 40 us a handoff, as measured for free threads."""
    found = two_modes(draw(24, (16, 40), 0.05, seed))

    assert found == pytest.approx((16, 40), rel=0.1)


@pytest.mark.parametrize("count", [16, 24, 48, 96])
def test_one_mode_is_rarely_called_two(count):
    """At most 2 % of normal samples, of any size from 16 up."""
    alarms = sum(
        two_modes(draw(count, (20,), 0.1, seed)) is not None for seed in range(500)
    )

    assert alarms <= 10


def test_one_outlier_is_not_a_mode():
    """A mode holds a fifth of the samples at least."""
    assert two_modes([*draw(23, (20,), 0.02, 1), 80.0]) is None


def test_modes_closer_than_a_tenth_do_not_matter():
    """They would not change what a reader decides."""
    assert two_modes([20.0, 20.001] * 6 + [21.0, 21.001] * 6) is None


def test_few_samples_have_no_modes():
    """With a handful, any gap looks like two groups."""
    assert two_modes([1.0, 1.01, 5.0, 5.01]) is None
