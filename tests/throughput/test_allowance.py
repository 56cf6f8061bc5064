"""The time for an answer of the user's process: its limit, within the budget."""

import math
from time import monotonic

import pytest

from bench.throughput.allowance import LEAST_SECONDS, Allowance, is_cut, why_hung

OWN = {"own": {}}


@pytest.mark.parametrize(
    ("spec", "until", "expected"),
    [
        (OWN, math.inf, 20.0),
        (OWN, -math.inf, LEAST_SECONDS),
        ({}, -math.inf, 20.0),
    ],
)
def test_only_a_process_of_the_users_is_cut_by_the_budget(spec, until, expected):
    """The windows of the catalogue are short, and none of them hangs."""
    assert Allowance(until).seconds(spec, 20.0) == expected


def test_an_answer_may_take_the_rest_of_the_budget_and_no_more():
    """The report is written in the time after it."""
    now = monotonic()

    assert 1.0 < Allowance(now + 9.0).seconds(OWN, 20.0) <= 9.0
    assert Allowance(now + 9.0).seconds(OWN, 2.0) == 2.0


def test_what_answered_before_is_not_hung_because_it_is_a_little_slower():
    """The last block of a budget may end after it."""
    allowance = Allowance(-math.inf)
    allowance.answered({}, 50.0)  # the catalogue does not count
    allowance.answered(OWN, 4.0)
    allowance.answered(OWN, 3.0)

    assert allowance.seconds(OWN, 20.0) == 8.0
    assert allowance.seconds(OWN, 5.0) == 5.0


def test_the_reason_says_which_of_the_two_limits_was_reached():
    """With its stacks below, which may have any words."""
    cut, over = why_hung(3.21, 20.0), why_hung(20.0, 20.0)

    assert over == "no result after 20 s"
    assert cut.startswith("no result after 3.2 s, all that was left of the budget")
    assert is_cut(f"{cut}\nstack")
    assert not is_cut(f"{over}\n{cut}")
    assert not is_cut(None)
