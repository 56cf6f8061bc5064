"""Text and figures from a run, made fit to be read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.records.workload import Workload
from bench.report.words import text, units, workloads


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_nothing_hidden_remains(given):
    """A character that turns a line around or moves a cursor must be seen."""
    shown = text.seen(given)

    assert not text.HIDDEN.search(shown)
    shown.encode()  # a lone surrogate would fail here, and with it the whole report


def test_what_is_hidden_is_named():
    """The reader must learn that a name holds more than is seen."""
    assert text.seen("a\u202eb\x00") == "a⟨right-to-left override⟩b⟨u+0000⟩"


def test_an_endless_text_says_how_much_was_cut():
    """An exception can carry megabytes, and a page that hangs shows nothing."""
    assert text.seen("x" * 10, longest=4) == "xxxx… (6 more characters)"


@given(st.text())
def test_a_slug_is_an_anchor(given):
    """Pair names of users become part of an element's id."""
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]*", text.slug(given))


def test_only_our_own_marks_become_code():
    """A sentence may hold a user's pair name: it is escaped like all the rest."""
    assert str(text.marked("In `<b>` it")) == "In <code>&lt;b&gt;</code> it"


@pytest.mark.parametrize(
    ("ratio", "shown"),
    [(1.44, "1.4"), (12.6, "13"), (403.0, "400"), (722.0, "720"), (7_220.0, "7,200")],
)
def test_a_ratio_in_a_sentence_has_no_exponent(ratio, shown):
    """A reader met `4e+02 times`."""
    assert units.about(ratio) == shown


def test_a_very_small_ratio_has_no_exponent():
    """`1.2e-05×` was too long for its column."""
    assert units.times(0.000012) == "0.000012×"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0"),
        (0.0123456, "0.0123"),
        (1.23456, "1.23"),
        (999.6, "1,000"),
        (12_345.0, "12,300"),
        (-2.5, "-2.50"),
        (float("inf"), "inf"),
    ],
)
def test_three_digits_are_enough(value, shown):
    """More digits than the measurement carries would be a lie."""
    assert units.digits(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0, "0 s"), (1.5e-7, "150 ns"), (0.0123, "12.3 ms"), (90.0, "90 s")],
)
def test_seconds_have_the_unit_that_suits_them(value, shown):
    """0.000015 s is read wrong; 15 µs is not."""
    assert units.seconds(value) == shown


@given(st.floats(min_value=1e-12, max_value=1e12))
def test_rounding_keeps_a_figure_within_half_a_percent(value):
    """Three digits may not change what a figure says."""
    read_back = float(units.digits(value).replace(",", ""))

    assert abs(read_back / value - 1) <= 0.005 + 1e-9


def test_a_job_is_its_waiting_and_its_computing():
    """A sweep of CPU shares keeps the job's length, and its waiting part varies."""
    load = Workload(workers=10, wait_seconds=0.008, cpu_share=0.2)

    assert workloads.in_words(load) == "10 workers, 10 ms a job, 20 % computing"


def test_an_option_is_not_broken_at_its_hyphens():
    """A browser broke a line behind the first hyphens of --budget."""
    found = text.command("run -n 5 --budget <5>")

    assert found == (
        'run <span class="whole">-n</span> 5'
        ' <span class="whole">--budget</span> &lt;5&gt;'
    )
    assert "<span" not in text.command(f"run --{'x' * 50}")


def test_each_coordinate_of_a_workload_has_words_of_its_own():
    """A coordinate without words must not silently be shown as the time of a job."""
    load = Workload(workers=3, capacity=5, wait_seconds=0.01, body_bytes=7)
    said = [workloads.coordinate(load, name) for name in workloads.AXES]

    assert len(set(said)) == len(workloads.AXES)
    with pytest.raises(KeyError):
        workloads.coordinate(load, "shards")


@pytest.mark.parametrize(
    ("ratio", "told"), [(1.04, "1.04"), (1.096, "1.10"), (1.14, "1.1"), (720.4, "720")]
)
def test_a_small_lead_is_not_told_as_once_as_fast(ratio, told):
    """A headline said `faster in five programs (1.0 to 3.1 times)`."""
    assert units.about(ratio) == told
