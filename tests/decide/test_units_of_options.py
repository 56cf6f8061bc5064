"""Options of time and memory that take a bare number or one with its unit."""

import pytest
import rich_click as click

from bench.commands.options import InUnits
from bench.decide.described import quantities
from bench.report.words import decision as words
from bench.report.words import units
from tests.decide.decisions import newcomer

SECONDS = InUnits(1, quantities.seconds, 1.0)
GIB = InUnits(0.01, quantities.bytes_, 2**30)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (SECONDS, "60", 60.0),
        (SECONDS, "60s", 60.0),
        (SECONDS, "2min", 120.0),
        (GIB, "2", 2.0),
        (GIB, "2GiB", 2.0),
        (GIB, "512MiB", 0.5),
    ],
)
def test_a_number_may_have_its_unit(kind, text, value):
    """Other options demand one, and a bare number is what it always was."""
    assert kind.convert(text, None, None) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "said"),
    [("60sec", "did you mean 60s?"), ("500ms", "not in the range")],
)
def test_what_is_no_time_is_refused_with_what_was_meant(text, said):
    """And the least value counts in any unit."""
    with pytest.raises(click.BadParameter) as refused:
        SECONDS.convert(text, None, None)

    assert said in str(refused.value.message)


def test_a_small_ratio_keeps_two_digits():
    """`0.00×` said nothing."""
    assert [units.times(one) for one in (0.0042, 0.035, 0.5)] == [
        "0.0042×",
        "0.035×",
        "0.50×",
    ]


def told(**changed):
    known = {"verdict": "threads", "because": "throughput"}
    return " ".join(words._why(newcomer(**known | changed)))


def test_a_pair_is_so_many_times_as_fast():
    """A job of it is a whole call, of which jobs a second say little."""
    option = newcomer().evidence[:2]
    said = told(asked={"pair": "pages"}, evidence=option)

    assert "asyncio is 1.02× as fast as threads" in said


def test_what_is_not_sure_says_why():
    """And what would make it so."""
    option = newcomer().evidence[:2]

    assert "leaves another verdict possible" in told(sure=False, evidence=option)
    assert "leaves another verdict" not in told(sure=True, evidence=option)
