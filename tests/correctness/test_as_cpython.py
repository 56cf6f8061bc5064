"""The models keep CPython's rules: run and explored, the same code sees the same."""

import warnings
from pathlib import Path

import pytest

from bench.correctness import explore
from bench.correctness.programs.end_state import show
from tests.correctness.as_cpython import task_rules, thread_rules


def rules_of(module):
    """The rules of a module: its functions without an underscore."""
    return [
        name
        for name, value in vars(module).items()
        if getattr(value, "__module__", None) == module.__name__
        and callable(value)
        and not name.startswith("_")
    ]


def as_it_is(module, rule):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return show(getattr(module, rule)())


@pytest.mark.parametrize("rule", rules_of(thread_rules))
def test_a_rule_of_threads_is_cpythons(rule):
    """Whatever another order of threads could change is not part of a rule."""
    seen = as_it_is(thread_rules, rule)
    verdict = explore(f"{Path(thread_rules.__file__)}:{rule}", limit_seconds=20)

    assert verdict.outcome == "holds", verdict.failure
    assert {outcome.state for outcome in verdict.outcomes} == {seen}


@pytest.mark.parametrize("rule", rules_of(task_rules))
def test_a_rule_of_tasks_is_cpythons(rule):
    """The stock loop's order is one of the explored ones, and in fifo the only one."""
    seen = as_it_is(task_rules, rule)
    path = f"{Path(task_rules.__file__)}:{rule}"
    fifo = explore(path, order="fifo", limit_seconds=20)
    outcomes = explore(path, limit_seconds=20, keep_going=True).outcomes

    assert fifo.outcome == "holds", fifo.failure
    assert {outcome.state for outcome in fifo.outcomes} == {seen}
    assert seen in {outcome.state for outcome in outcomes}


def test_there_are_rules():
    """A renamed file must not pass by being empty."""
    assert len(rules_of(thread_rules)) >= 34
    assert len(rules_of(task_rules)) >= 30
