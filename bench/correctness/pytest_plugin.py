"""A fixture that explores a scenario, and fails the test with the schedule that breaks.

pytest_plugins = ["bench.correctness.pytest_plugin"]  # in conftest.py

def test_the_counter_counts(explore):
    explore(Counter)
"""

from typing import Any, Protocol

import pytest

from bench.correctness.api import explore as explore_here
from bench.correctness.explain.render import verdict_text
from bench.correctness.records.verdict import Verdict
from bench.correctness.watch.one import explore_one_watched

WIDTH = 100


class Explore(Protocol):
    def __call__(self, target: Any, **options: Any) -> Verdict: ...


@pytest.fixture
def explore() -> Explore:
    """Explore a class, or "file.py:Name"; fail unless it holds in every schedule.

    The options are those of `bench.correctness.explore`; a search that was cut by a
    limit fails as well, because it proves nothing.  It runs in a process of its own,
    which is ended when it does not come back within the limit; `watched=False` lets it
    run in this one, for a debugger or a program that needs what the test has patched.
    """

    def run(target: Any, *, watched: bool = True, **options: Any) -> Verdict:
        explore_scenario = explore_one_watched if watched else explore_here
        verdict = explore_scenario(target, **options)
        if verdict.outcome != "holds":
            pytest.fail(verdict_text(verdict, WIDTH), pytrace=False)
        return verdict

    return run
