"""The models keep CPython's rules: the same code sees the same, explored or not."""

import gc
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from bench.correctness import explore
from bench.correctness.programs.discovery import find_scenarios
from bench.correctness.programs.end_state import show
from bench.errors import CannotRunError
from tests.correctness.as_cpython import (
    eager,
    ends,
    frames,
    sets,
    task_rules,
    thread_rules,
    tries,
)
from tests.correctness.outcomes import end_states

EAGER = [eager] if sys.version_info >= (3, 12) else []


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
        try:
            return show(getattr(module, rule)())
        finally:
            gc.collect()  # or a task that failed would say so within another test


@pytest.mark.long
@pytest.mark.parametrize("rule", rules_of(thread_rules))
def test_a_rule_of_threads_is_cpythons(rule):
    """Whatever another order of threads could change is not part of a rule."""
    seen = as_it_is(thread_rules, rule)
    verdict = explore(f"{Path(thread_rules.__file__)}:{rule}", limit_seconds=60)

    assert verdict.outcome == "holds", verdict.failure
    assert {outcome.state for outcome in verdict.outcomes} == {seen}


@pytest.mark.long
@pytest.mark.parametrize("rule", rules_of(task_rules))
def test_a_rule_of_tasks_is_cpythons(rule):
    """The stock loop's order is one of the explored ones, and in fifo the only one."""
    seen = as_it_is(task_rules, rule)
    path = f"{Path(task_rules.__file__)}:{rule}"
    fifo = explore(path, order="fifo", limit_seconds=60)
    outcomes = explore(path, limit_seconds=60, keep_going=True).outcomes

    assert fifo.outcome == "holds", fifo.failure
    assert {outcome.state for outcome in fifo.outcomes} == {seen}
    assert seen in {outcome.state for outcome in outcomes}


@pytest.mark.sampled(2)
@pytest.mark.parametrize("rule", rules_of(frames))
def test_a_rule_of_frames_is_cpythons(rule):
    """Frames of hooks are between those of the program, and no code of it sees them."""
    seen = as_it_is(frames, rule)
    path = f"{Path(frames.__file__)}:{rule}"
    verdict = explore(path, limit_seconds=60, independent=True)

    assert verdict.outcome == "holds", verdict.failure
    assert {outcome.state for outcome in verdict.outcomes} == {seen}


def test_there_are_rules():
    """A renamed file must not pass by being empty."""
    assert len(rules_of(thread_rules)) >= 34
    assert len(rules_of(task_rules)) >= 30


# --- Scenarios ------------------------------------------------------------------------


def scenarios_of(*modules):
    """Scenarios, each with what its docstring says is true of it."""
    return [
        pytest.param(module, name, value.__doc__, id=f"{module.__name__[25:]}.{name}")
        for module in modules
        for name, value in vars(module).items()
        if hasattr(value, "workers") and value.__module__ == module.__name__
    ]


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("module", "name", "said"), scenarios_of(tries, ends, sets, *EAGER)
)
def test_the_verdict_is_what_is_true(module, name, said):
    """Each was worked out by hand, or seen on CPython."""
    scenario = f"{module.__file__}:{name}"
    word, _, reason = said.partition(": ")
    if word == "Refused":
        with pytest.raises(CannotRunError, match=reason.split(": ")[0].rstrip(".")):
            explore(scenario, limit_seconds=60)
        return
    verdict = explore(scenario, limit_seconds=60)

    assert verdict.outcome == word.lower(), verdict.failure or verdict.bound


@pytest.mark.parametrize(("module", "name", "said"), scenarios_of(tries))
def test_a_try_is_not_forgotten(module, name, said):
    """Brute force knows nothing of clocks, nor which operation was the last."""
    (program,) = find_scenarios(f"{module.__file__}:{name}")
    brute = end_states(program, "brute", schedules=20_000)

    assert brute is None or end_states(program, "dpor") == brute


@pytest.mark.long
def test_sets_have_the_same_order_in_another_process():
    """The hashes of texts are drawn when Python starts."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from bench.correctness import explore\n"
        "for name in sys.argv[3:]:\n"
        "    verdict = explore(f'{sys.argv[2]}:{name}', jobs=1)\n"
        "    print(name, verdict.outcome, sorted(o.state for o in verdict.outcomes))\n"
    )
    names = [name for name, value in vars(sets).items() if hasattr(value, "workers")]
    names = [n for n in names if not vars(sets)[n].__doc__.startswith("Refused")]
    texts = set()
    for seed in ("1", "2", "random"):
        ended = subprocess.run(
            [sys.executable, "-c", program, os.getcwd(), sets.__file__, *names],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        texts.add(ended.stdout)

    assert len(texts) == 1
