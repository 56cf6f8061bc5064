"""Quantities are read strictly: a unit that is missing or unknown is never guessed."""

import pytest

from bench.decide.described import quantities
from bench.decide.described.quantities import QuantityError


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (quantities.seconds, "50ms", 0.05),
        (quantities.seconds, "2s", 2.0),
        (quantities.seconds, "100us", 1e-4),
        (quantities.seconds, "100µs", 1e-4),
        (quantities.seconds, " 1.5 ms ", 0.0015),
        (quantities.seconds, "1e3ms", 1.0),
        (quantities.seconds, "2min", 120.0),
        (quantities.seconds, "0", 0.0),
        (quantities.bytes_, "512MB", 512_000_000),
        (quantities.bytes_, "64KiB", 65_536),
        (quantities.bytes_, "1.5GB", 1_500_000_000),
        (quantities.rate, "2000/s", 2000.0),
        (quantities.rate, "90/min", 1.5),
        (quantities.share, "30%", 0.3),
        (quantities.share, "100 %", 1.0),
        (quantities.whole, "300", 300),
        (quantities.whole, "2_000", 2000),
    ],
)
def test_a_quantity_is_a_number_and_its_unit(read, text, value):
    """As people write them, blanks and exponents included."""
    assert read(text) == pytest.approx(value)


@pytest.mark.parametrize(
    ("read", "text", "advice"),
    [
        (quantities.seconds, "50", "did you mean 50ms or 50s?"),
        (quantities.seconds, "50msec", "did you mean 50ms?"),
        (quantities.seconds, "50MS", "did you mean 50ms?"),
        (quantities.seconds, "5 seconds", "did you mean 5s?"),
        (quantities.seconds, "1,5ms", "did you mean 1.5ms?"),
        (quantities.seconds, "1,500ms", "did you mean 1500ms?"),
        (quantities.seconds, "-5ms", "at least 0"),
        (quantities.seconds, "1.2.3ms", "not a time"),
        (quantities.seconds, "fast", "write it as 50ms"),
        (quantities.seconds, "", "write it as 50ms"),
        (quantities.seconds, "50parsecs", "no unit of time"),
        (quantities.bytes_, "512", "did you mean 512MB or 512KB?"),
        (quantities.bytes_, "512mb", "did you mean 512MB?"),
        (quantities.bytes_, "512M", "did you mean 512MB?"),
        (quantities.rate, "2000", "did you mean 2000/s?"),
        (quantities.rate, "2000rps", "did you mean 2000/s?"),
        (quantities.rate, "2k/s", "did you mean 2000/s?"),
        (quantities.rate, "1.5K/sec", "did you mean 1500/s?"),
        (quantities.rate, "3m/min", "did you mean 3000000/min?"),
        (quantities.share, "0.3", "did you mean 30%?"),
        (quantities.share, "3", "did you mean 3%?"),
        (quantities.share, "130%", "more than the whole"),
        (quantities.whole, "1k", "did you mean 1000?"),
        (quantities.whole, "1,000", "did you mean 1000?"),
        (quantities.whole, "0", "at least 1"),
        (quantities.whole, "3.0", "did you mean 3?"),
        (quantities.whole, "many", "such as 300"),
    ],
)
def test_what_is_nearly_right_is_named(read, text, advice):
    """Guessing milliseconds for seconds would be wrong by a thousand."""
    with pytest.raises(QuantityError) as refused:
        read(text)

    assert advice in str(refused.value)
