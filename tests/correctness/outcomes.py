"""The end states of a scenario under a search, for comparing searches."""

import time

import pytest

from bench.correctness.programs.session import Conditions, session
from bench.correctness.records.options import Options
from bench.correctness.search.exploration import Exploration

# The search that is tested, and the oracle, which takes as long again.
SEARCHES = ["dpor", pytest.param("brute", marks=pytest.mark.long)]


def end_states(program, search, *, order="any", schedules=None, seconds=None):
    """Return the end states seen, or None when a limit was reached first."""
    options = Options(
        search=search,
        order=order,
        keep_going=True,
        limit_schedules=schedules,
        limit_seconds=seconds,
    )
    conditions = Conditions(order, "any", 0, "greenlet")
    with session(program, conditions, describe=str) as pool:
        exploration = Exploration(program, options, pool, time.perf_counter())
        if not exploration.run_all():
            return None
    return {outcome.state for outcome in exploration.tally.outcomes()}
