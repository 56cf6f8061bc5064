"""What CPython really does is always among what the explorer says can happen.

By default a sample; HYPOTHESIS_PROFILE=thorough takes new programs for an hour.
"""

import os
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.correctness import explore
from tests.correctness.data_programs import DATA, data_source
from tests.correctness.programs import (
    AMONG_STATEMENTS,
    BESIDE_STATEMENTS,
    MIXED_STATE,
    MORE_TASK_STATEMENTS,
    MORE_THREAD_STATEMENTS,
    TASK_STATE,
    TASK_STATEMENTS,
    THREAD_STATE,
    THREAD_STATEMENTS,
    source,
    statements,
)
from tests.correctness.real_runs import real_mixed, real_tasks, real_threads, timeless

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "")
EXAMPLES = {"many": 200, "thorough": 2_000}.get(PROFILE, 12)
RUNS = 60 if PROFILE else 25  # of each program
SECONDS = 3_600.0 / 5  # of each kind of program, in the thorough profile
pytestmark = pytest.mark.timeout(7_200 if PROFILE else 120)
JITTER = "async def jitter(): await asyncio.sleep(0)\n"


def bodies(text, *, most=2, between=""):
    """The statements of a worker; tasks let others run before each of them."""
    body = st.lists(
        st.sampled_from(timeless(statements(text))), min_size=1, max_size=most
    )
    if between:
        return body.map(
            lambda lines: [part for one in lines for part in (between, one)]
        )
    return body


def two(body, colour, make):
    """Programs of two workers."""
    pair = st.tuples(body, body)
    return pair.map(lambda made: make([(colour, lines) for lines in made]))


THREADS = two(
    bodies(THREAD_STATEMENTS + MORE_THREAD_STATEMENTS),
    "",
    lambda made: source(THREAD_STATE, made),
)
THREADS_OVER_DATA = two(bodies(DATA), "", data_source)
TASKS = two(
    bodies(TASK_STATEMENTS + MORE_TASK_STATEMENTS, between="await jitter()"),
    "async ",
    lambda made: source(TASK_STATE, made) + JITTER,
)
TASKS_OVER_DATA = two(
    bodies(DATA, between="await jitter()"),
    "async ",
    lambda made: data_source(made) + JITTER,
)
# Two calls from a thread do not wake the loop up.  A timer of these runs would wake it,
# and so they could not end as the explored program does.  The third leaves a loop open.
LEFT_OUT = ("self.loop.call_soon(", "self.event.set()", "loop = asyncio.new_event_loop")
BESIDE = "\n".join(
    one for one in statements(BESIDE_STATEMENTS) if not one.startswith(LEFT_OUT)
)
MIXED = st.tuples(
    bodies(BESIDE), bodies(AMONG_STATEMENTS, between="await jitter()")
).map(
    lambda made: (
        source(MIXED_STATE, list(zip(("", "async "), made, strict=True))) + JITTER
    )
)


def explore_source(source, directory):
    """The ends of a program that the explorer finds; None if these are not all."""
    path = directory / "program.py"
    path.write_text(source, encoding="utf-8")
    verdict = explore(f"{path}:Program", keep_going=True, limit_schedules=4_000, jobs=1)
    if not verdict.exhausted:
        return None
    return {outcome.state for outcome in verdict.outcomes}


# A run that sticks is given up, with coroutines that nothing awaits any more.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.long
@pytest.mark.parametrize(
    ("programs", "really"),
    [
        pytest.param(THREADS, real_threads, id="threads"),
        pytest.param(THREADS_OVER_DATA, real_threads, id="threads over data"),
        pytest.param(TASKS, real_tasks, id="tasks"),
        pytest.param(TASKS_OVER_DATA, real_tasks, id="tasks over data"),
        pytest.param(MIXED, real_mixed, id="threads beside tasks"),
    ],
)
def test_real_ends_are_among_the_explored_ones(programs, really, tmp_path):
    """A model that does less than CPython proves what is not true."""
    seen = {"programs": 0, "compared": 0, "ends": 0}
    until = time.monotonic() + (SECONDS if PROFILE == "thorough" else 1e9)

    @given(source=programs)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=PROFILE != "thorough",
        suppress_health_check=list(HealthCheck),
    )
    def among(source):
        if time.monotonic() > until:
            return
        explored = explore_source(source, tmp_path)
        seen["programs"] += 1
        if explored is None:
            return
        real = really(source, runs=RUNS, may_stick="deadlock" in explored)
        assert real <= explored, (source, real - explored)
        seen["compared"] += 1
        seen["ends"] += len(real)

    among()
    print(seen)  # noqa: T201 - shown by -rP
    assert seen["compared"] >= 0.8 * seen["programs"]


def test_the_state_of_the_data_programs_is_seen():
    """Ends are compared by their text: one that says nothing would agree with all."""
    program = data_source([("", ["self.x += 1"])])
    (end,) = real_threads(program, runs=1, may_stick=False)

    assert "x=1" in end
    assert "nested=" in end


def test_an_end_that_is_not_explored_is_found(tmp_path):
    """Planted: the explorer is given another program than CPython."""
    explored = explore_source(data_source([("", ["self.x += 1"])]), tmp_path)
    program = data_source([("", ["self.x += 2"])])

    assert not real_threads(program, runs=1, may_stick=False) <= explored
