"""A fixture that explores a scenario, and fails the test with the schedule that breaks.

pytest_plugins = ["bench.correctness.pytest_plugin"]  # in conftest.py

def test_the_counter_counts(explore):
    explore(Counter)
"""

from typing import Any, Protocol

import pytest

from bench.correctness.api import explore as explore_scenario
from bench.correctness.explain.render import verdict_text
from bench.correctness.records.verdict import Verdict

WIDTH = 100


class Explore(Protocol):
    def __call__(self, target: Any, **options: Any) -> Verdict: ...


@pytest.fixture
def explore() -> Explore:
    """Explore a class, or "file.py:Name"; fail unless it holds in every schedule.

    The options are those of `bench.correctness.explore`; a search that was cut by a
    limit fails as well, because it proves nothing.
    """

    def run(target: Any, **options: Any) -> Verdict:
        verdict = explore_scenario(target, **options)
        if verdict.outcome != "holds":
            pytest.fail(verdict_text(verdict, WIDTH), pytrace=False)
        return verdict

    return run
