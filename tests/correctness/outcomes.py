"""The end states of a scenario under a search, for comparing searches."""

import time

from bench.correctness.engine.fibers import make_pool
from bench.correctness.engine.kernel import kernel
from bench.correctness.records.options import Options
from bench.correctness.search.exploration import Exploration


def end_states(program, search, *, order="any", schedules=None, seconds=None):
    """Return the end states seen, or None when a limit was reached first."""
    pool = make_pool("greenlet")
    options = Options(
        search=search,
        order=order,
        keep_going=True,
        limit_schedules=schedules,
        limit_seconds=seconds,
    )
    kernel.set_order(order)
    kernel.describe_with(str)
    exploration = Exploration(program, options, pool, time.perf_counter())
    try:
        exhausted = exploration.run_all()
    finally:
        program.close()
        pool.close()
        kernel.use_points(set())
    if not exhausted:
        return None
    return {outcome.state for outcome in exploration.tally.outcomes()}
