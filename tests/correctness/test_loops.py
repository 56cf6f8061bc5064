"""Loops that a program makes, runs in threads of its own, stops and closes."""

import warnings
from pathlib import Path

import pytest

from bench.correctness import explore
from tests.correctness import loop_rules, scenarios

RULES = Path(loop_rules.__file__)


@pytest.mark.parametrize("rule", loop_rules.RULES)
def test_the_rule_holds_of_the_stock_loop(rule):
    """Or else the model's rules would be of our own making."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        getattr(loop_rules, rule)()


@pytest.mark.parametrize("order", ["any", "fifo"])
@pytest.mark.parametrize("rule", loop_rules.RULES)
def test_the_rule_holds_in_every_schedule(rule, order):
    """So that what is proved of a program is true of it."""
    verdict = explore(f"{RULES}:{rule}", order=order)

    assert (verdict.outcome, verdict.failure) == ("holds", None)
    assert verdict.exhausted


@pytest.mark.parametrize("order", ["any", "fifo"])
def test_what_the_stock_loop_does_to_a_task_left_behind_is_explored(order):
    """It has one more turn at most, for the loop stops when the main task ends."""
    stock = scenarios.LeavesATaskBehind()
    stock.start()
    verdict = explore(f"{scenarios.__file__}:LeavesATaskBehind", order=order)

    assert f"log={stock.log}" in {outcome.state for outcome in verdict.outcomes}
