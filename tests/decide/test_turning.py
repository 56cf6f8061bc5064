"""Where the verdict turns along an input: by functions that are worked by hand."""

import pytest

from bench.decide.deciding import Inquiry
from bench.decide.described.work import Wishes, Work, changed
from bench.decide.predicting import Predictor, flips
from bench.decide.turning import Threshold, first
from bench.records.decisions import Flip
from bench.report.words import decision_tables as tables
from bench.report.words import flips as flips_in_words
from tests.decide.costs import USUAL
from tests.decide.decisions import newcomer

MODEL = Predictor(USUAL)


def along(bands, now=100.0, name="rate", factor=1.19):
    """The first threshold above `now`; bands are (first value, verdict), ascending."""

    def ask(value):
        return [verdict for start, verdict in bands if value >= start][-1]

    return first(name, now, iter([now * factor**step for step in range(1, 40)]), ask)


def test_a_verdict_that_lasts_is_told_from_where_it_starts():
    """Exactly, although the search takes large steps."""
    found = along([(0, "either"), (499, "threads")])

    assert (found.verdict, found.until) == ("threads", None)
    assert found.at == pytest.approx(499, rel=0.001)


@pytest.mark.parametrize("edge", [500, 501, 520])
def test_a_verdict_that_is_over_within_five_percent_is_passed_over(edge):
    """Threads from 499 on was told, and a run at 700 said neither."""
    found = along([(0, "either"), (499, "threads"), (edge, "neither")])

    assert (found.verdict, found.then) == ("neither", None)
    assert found.at == pytest.approx(edge, rel=0.001)


def test_a_band_is_told_with_both_of_its_ends():
    """And with the verdict after it."""
    found = along([(0, "either"), (200, "threads"), (400, "neither")])

    assert (found.verdict, found.then) == ("threads", "neither")
    assert found.at == pytest.approx(200, rel=0.001)
    assert found.until == pytest.approx(400, rel=0.001)


def test_a_knife_edge_within_the_verdict_of_now_is_no_change():
    """It is the same on both sides of it."""
    assert along([(0, "either"), (300, "threads"), (301, "either")]) is None


def test_jobs_at_once_are_whole_numbers_in_a_band_too():
    """A band of one number is one."""
    found = along([(0, "either"), (3, "threads"), (3.6, "neither")], 2, "concurrency")

    assert (found.at, found.until) == (3.0, 4.0)


CASES = {
    "v11": (50, 0.1, 0.0001, Wishes(rate_per_second=400)),
    "v12": (50, 0.1, 0.0001, Wishes(rate_per_second=700)),
    "s21": (4, 0.1, 0.0, Wishes(p99_seconds=0.2)),
    "s22": (4, 0.1, 0.0, Wishes(p99_seconds=0.05)),
    "s7": (100, 0.05, 0.002, Wishes(rate_per_second=10_000)),
    "s8": (100, 0.05, 0.002, Wishes(rate_per_second=5)),
    "y4": (10, 0.01, 0.001, Wishes(memory_bytes=10_000_000)),
}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("case", CASES)
def test_what_is_told_of_a_change_holds_ten_percent_beyond_it(case):
    """A newcomer asked again there, and had another answer."""
    count, wait, cpu, wishes = CASES[case]
    work = Work(concurrency=count, wait_seconds=wait, cpu_seconds=cpu)
    for turn in flips(MODEL, work, wishes):
        beyond = turn.at * (1.1 if turn.at > turn.now else 1 / 1.1)
        inside = turn.until is None or (turn.until > beyond) == (turn.until > turn.at)
        asked = changed(work, wishes, turn.input, beyond)
        expected = turn.verdict if inside else turn.then
        assert MODEL.decide(*asked).verdict == expected, turn


def test_more_at_once_than_arrive_change_nothing():
    """5 a second of 52 ms are 0.26 in hand, however many there could be."""
    work = Work(concurrency=100, wait_seconds=0.05, cpu_seconds=0.002)
    found = {turn.input for turn in flips(MODEL, work, Wishes(rate_per_second=5))}

    assert "concurrency" not in found
    too_few = Work(concurrency=10, wait_seconds=0.1, cpu_seconds=0.0)
    [turn] = [
        one
        for one in flips(MODEL, too_few, Wishes(rate_per_second=200))
        if one.input == "concurrency"
    ]
    assert (turn.at, turn.verdict, turn.until) == (21.0, "either", None)


@pytest.mark.parametrize(
    ("turn", "sentence", "cells"),
    [
        (
            Flip(input="rate", now=400, at=499, verdict="threads", until=700,
                 then="neither"),
            "from about 499 to 700 jobs a second arriving, and neither above that",
            ("499 to 700", "threads, above neither"),
        ),
        (
            Flip(input="concurrency", now=300, at=75, verdict="asyncio", until=36,
                 then="either"),
            "from about 37 to 75 jobs at once, and either below that",
            ("37 to 75", "asyncio, below either"),
        ),
        (
            Flip(input="concurrency", now=2, at=3, verdict="asyncio", until=4,
                 then="either"),
            "at 3 jobs at once, and either above that",
            ("3", "asyncio, above either"),
        ),
    ],
)  # fmt: skip
def test_a_band_is_told_in_the_sentence_and_in_the_table(turn, sentence, cells):
    """One that only names where it starts is contradicted by the next question."""
    assert flips_in_words.flip(turn) == sentence
    assert tables.flip_rows(newcomer(flips=(turn,)))[0][1:3] == cells


@pytest.mark.parametrize(
    ("threshold", "value"),
    [
        (Threshold("rate", 400.0, 500.0, "threads"), 575.0),
        (Threshold("rate", 400.0, 500.0, "threads", 605.0, "neither"), 550.0),
        (Threshold("rate", 400.0, 200.0, "threads", 162.0, "neither"), 180.0),
    ],
)
def test_a_change_is_run_within_its_band(threshold, value):
    """Beyond it the run would not agree."""
    assert Inquiry._beyond(threshold) == pytest.approx(value)
