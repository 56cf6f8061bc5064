"""The verdict follows by rule from figures and wishes."""

import math

import pytest

from bench.decide.candidates import ASYNCIO, THREADS
from bench.decide.described.work import Wishes
from bench.decide.figures import Estimate, Figures
from bench.decide.judging import (
    CONTRADICTING_BLOCKS,
    Decision,
    Judgement,
    Ratio,
    believed,
    decide,
    doubted,
    faster,
    judge,
    settled,
    together,
)

YES, NO, UNKNOWN = (Judgement(met) for met in ("yes", "no", "undecided"))


def of(**known):
    return Figures(THREADS, **known)


@pytest.mark.parametrize(
    ("low", "high", "met"),
    [(0.1, 0.19, "yes"), (0.21, math.inf, "no"), (0.19, 0.21, "undecided")],
)
def test_a_p99_is_met_when_its_whole_interval_is(low, high, met):
    """And not met when none of it is."""
    figures = of(p99=Estimate(0.2, low, high), p99_least=low, samples=400)

    assert judge(figures, Wishes(p99_seconds=0.2)).of("p99") == met


def test_too_few_jobs_for_a_p99_can_still_be_too_slow():
    """When what it surely exceeds is beyond the limit."""
    slow = of(p50=Estimate(0.5, 0.4, 0.6), p99_least=0.6, samples=20)
    fast = of(p50=Estimate(0.1, 0.1, 0.1), p99_least=0.1, samples=20)

    assert judge(slow, Wishes(p99_seconds=0.2)).meets == "no"
    assert judge(fast, Wishes(p99_seconds=0.2)).meets == "undecided"


@pytest.mark.parametrize(
    ("figures", "wishes", "met"),
    [
        (of(memory_bytes=4e8), Wishes(memory_bytes=512_000_000), "yes"),
        (of(memory_bytes=6e8), Wishes(memory_bytes=512_000_000), "no"),
        (of(memory_bytes=5.1e8), Wishes(memory_bytes=512_000_000), "undecided"),
        (of(unanswered=0.0), Wishes(rate_per_second=100), "yes"),
        (of(unanswered=0.4), Wishes(rate_per_second=100), "no"),
        (of(cancel_seconds=0.01), Wishes(cancel=True), "yes"),
        (of(cancel_seconds=2.0), Wishes(cancel=True), "no"),
        (of(), Wishes(cancel=True), "undecided"),
        (of(failure="killed"), Wishes(), "no"),
        (of(), Wishes(), "yes"),
    ],
)
def test_each_wish_is_judged_by_its_figure(figures, wishes, met):
    """One not met is enough."""
    assert judge(figures, wishes).meets == met


@pytest.mark.parametrize(
    ("threads", "asyncio", "verdict", "sure"),
    [
        (NO, NO, "neither", True),
        (YES, NO, "threads", True),
        (NO, YES, "asyncio", True),
        (NO, UNKNOWN, "asyncio", False),
        (YES, YES, "asyncio", True),
        (UNKNOWN, YES, "asyncio", False),
    ],
)
def test_what_was_asked_decides_before_the_throughput(threads, asyncio, verdict, sure):
    """The ratio here says asyncio."""
    found = decide(threads, asyncio, Ratio(2, 1.9, 2.1), Wishes(p99_seconds=1))

    assert (found.verdict, found.sure) == (verdict, sure)


@pytest.mark.parametrize(
    ("ratio", "verdict", "sure"),
    [
        (Ratio(1.01, 0.98, 1.03), "either", True),
        (Ratio(1.01, 0.90, 1.10), "either", False),
        (Ratio(1.20, 1.10, 1.30), "asyncio", True),
        (Ratio(1.20, 1.02, 1.30), "asyncio", False),
        (Ratio(0.80, 0.70, 0.90), "threads", True),
        (Ratio(0.80, 0.0, math.inf), "threads", False),
    ],
)
def test_within_five_percent_it_does_not_matter(ratio, verdict, sure):
    """Sure when the whole interval says the same."""
    assert faster(ratio) == (verdict, sure)


@pytest.mark.parametrize(
    ("ratio", "expected", "verdict"),
    [
        (Ratio(1.07, 0.97, 1.15), 1.01, "either"),
        (Ratio(0.93, 0.85, 1.02), 0.97, "either"),
        (Ratio(1.07, 0.97, 1.15), 1.20, "asyncio"),  # the prediction says so too
        (Ratio(0.94, 0.88, 0.98), 1.08, "either"),  # the prediction contradicts it
        (Ratio(1.07, 1.01, 1.15), 1.01, "either"),  # 1.01 to 1.05 does not matter
        (Ratio(1.09, 0.0, math.inf), 0.99, "either"),  # too few blocks for an interval
        (Ratio(1.07, 1.01, 1.15), None, "asyncio"),  # of a pair nothing is predicted
        (Ratio(1.30, 0.97, 1.90), 1.01, "asyncio"),  # more than small
        (Ratio(0.95, 0.90, 1.01), None, "either"),
        (Ratio(0.90, 0.82, 0.99), None, "threads"),
    ],
)
def test_a_small_difference_that_is_not_proved_is_left_to_the_prediction(
    ratio, expected, verdict
):
    """Blocks that differ by chance give a small difference in either direction."""
    found = decide(YES, YES, ratio, Wishes(), expected)

    assert (found.verdict, found.sure) == (verdict, False)


def test_a_small_difference_that_the_interval_proves_is_the_verdict():
    """A long run counts more than the prediction."""
    ratio = Ratio(1.08, 1.06, 1.10, CONTRADICTING_BLOCKS)
    found = decide(YES, YES, ratio, Wishes(), 1.01)

    assert (found.verdict, found.sure) == ("asyncio", True)


@pytest.mark.parametrize(
    ("blocks", "expected", "sure"),
    [(6, 1.01, False), (CONTRADICTING_BLOCKS, 1.01, True), (6, 0.8, True),
     (6, 1.3, False), (6, None, True)],
)  # fmt: skip
def test_a_few_blocks_do_not_refute_the_prediction(blocks, expected, sure):
    """On a core that changes its speed, six blocks showed 0.72 to 0.88 for 1.01."""
    ratio = Ratio(0.79, 0.72, 0.88, blocks)
    found = decide(YES, YES, ratio, Wishes(), expected)

    assert (found.verdict, found.sure) == ("threads", sure)
    assert settled(ratio, expected) == sure


def judgement(**wishes):
    return together(tuple(wishes.items()))


FAST, SLOW, LATE = (judgement(p99=met) for met in ("yes", "no", "undecided"))


@pytest.mark.parametrize(
    ("measured", "predicted", "ratio", "verdict", "because"),
    [
        ((YES, YES), (YES, YES), 2.0, "asyncio", "prediction"),
        ((SLOW, SLOW), (SLOW, FAST), 1.0, "asyncio", "prediction"),
        ((FAST, SLOW), (FAST, FAST), 1.0, "either", "prediction"),
        ((FAST, SLOW), (SLOW, SLOW), 1.0, "threads", "wishes"),
        ((FAST, FAST), (SLOW, SLOW), 1.0, "either", "prediction"),
        ((LATE, SLOW), (SLOW, SLOW), 1.0, "neither", "prediction"),
    ],
    ids=["ahead", "nothing did", "one failed in it", "one did", "both did", "unclear"],
)
def test_a_disturbed_run_says_what_did_and_not_what_did_not(
    measured, predicted, ratio, verdict, because
):
    """Other processes take more from one model than from the other."""
    asked = Wishes(p99_seconds=1)
    run = decide(*measured, Ratio(0.5, 0.4, 0.6), asked)
    said = doubted(run, measured, predicted, ratio, asked)

    assert (said.verdict, said.because) == (verdict, because)
    assert not said.sure


def test_a_disturbed_run_that_agrees_with_what_was_predicted_stands():
    """As sure as it was."""
    measured = Decision("asyncio", sure=True, because="throughput")

    said = doubted(measured, (YES, YES), (YES, YES), 2.0, Wishes())
    assert said == measured


def test_each_wish_is_believed_by_itself():
    """Cancelling was met in spite of other processes, the p99 was not."""
    run = judgement(p99="no", cancel="yes")
    found = believed(run, judgement(p99="yes", cancel="no"))

    assert found.reasons == (("p99", "yes"), ("cancel", "yes"))


def test_what_did_not_run_did_not_run():
    """Whatever was predicted of it."""
    failed = together((("it runs", "no"),))

    assert believed(failed, FAST).meets == "no"


def test_memory_is_what_the_jobs_hold_together_where_less_was_seen():
    """1,000 x 300 KB are 300 MB; in a disturbed run only some were in hand."""
    figures = of(memory_bytes=253e6, held_bytes=300e6)

    assert judge(figures, Wishes(memory_bytes=280_000_000)).meets == "no"


def test_at_a_rate_of_arrivals_both_that_keep_up_are_equal():
    """However much faster one of them could be."""
    found = decide(YES, YES, Ratio(3, 2.9, 3.1), Wishes(rate_per_second=100))

    assert found.verdict == "either"


def test_without_any_reason_all_is_met():
    """Nothing asked for is nothing missed."""
    assert together([]).meets == "yes"
    assert ASYNCIO.name == "asyncio"
