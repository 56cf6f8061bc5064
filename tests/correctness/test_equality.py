"""The reduced search ends in the same states as every interleaving: so it may prove.

HYPOTHESIS_PROFILE=many generates thousands of programs, the same each time; thorough
ten thousand new ones, and compares the whole catalogue of mutants; the default is a
sample of both.
"""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from bench.correctness.api import explore_program
from bench.correctness.engine.kernel import Kernel
from bench.correctness.models.asyncio_ import module as aio
from bench.correctness.programs import loader as load
from bench.correctness.programs.discovery import find_scenarios
from bench.correctness.records.options import Options
from tests.correctness import scenarios
from tests.correctness.outcomes import end_states
from tests.correctness.programs import (
    mixed_programs,
    task_programs,
    thread_programs,
    wide_task_programs,
    wide_thread_programs,
)

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "")
THOROUGH = PROFILE == "thorough"
EXAMPLES = {"many": 400, "thorough": 2_000}.get(PROFILE, 16)
CATALOGUE = sorted((Path(__file__).parents[1] / "mutants").glob("[!_]*.py"))
MODELS = ["threads", "asyncio"]
pytestmark = pytest.mark.timeout(7_200 if PROFILE else 60)
STRIDE = 1 if THOROUGH else 5
generated = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=not THOROUGH,
    suppress_health_check=list(HealthCheck),
)


def compare(path, order="any"):
    """Compare the two searches on each scenario of a file; return how many."""
    compared = 0
    for program in find_scenarios(str(path)):
        brute = end_states(program, "brute", order=order, schedules=400, seconds=0.3)
        if brute is not None:
            assert end_states(program, "dpor", order=order) == brute, program.name
            compared += 1
    return compared


@given(source=wide_thread_programs)
@generated
def test_generated_threads_end_in_the_states_of_every_interleaving(
    source, tmp_path_factory
):
    """A reduction that loses a state would certify a program that breaks."""
    path = tmp_path_factory.mktemp("generated") / "program.py"
    path.write_text(source, encoding="utf-8")

    compare(path)


@pytest.mark.parametrize("order", ["any", "fifo"])
def test_generated_tasks_end_in_the_states_of_every_interleaving(
    order, tmp_path_factory
):
    """In asyncio what a step touches is known only afterwards."""

    @given(source=wide_task_programs)
    @generated
    def same(source):
        path = tmp_path_factory.mktemp("generated") / "program.py"
        path.write_text(source, encoding="utf-8")
        compare(path, order)

    same()


@pytest.mark.parametrize("order", ["any", "fifo"])
def test_generated_threads_beside_tasks_end_in_the_states_of_every_interleaving(
    order, tmp_path_factory
):
    """Where a thread may come between what a task does without an await."""

    @given(source=mixed_programs)
    @generated
    def same(source):
        path = tmp_path_factory.mktemp("generated") / "program.py"
        path.write_text(source, encoding="utf-8")
        compare(path, order)

    same()


@pytest.mark.parametrize("programs", [thread_programs, task_programs], ids=MODELS)
def test_a_run_that_follows_the_one_before_is_as_if_looked_at_anew(
    programs, tmp_path_factory, monkeypatch
):
    """What they share is not analysed twice: that must change no schedule."""

    def schedules(program, search):
        options = Options(search=search, keep_going=True, limit_schedules=100)
        verdict = explore_program(program, options)
        return verdict.schedules, verdict.outcomes

    @given(source=programs)
    @settings(generated, max_examples=EXAMPLES // 4)
    def same(source):
        path = tmp_path_factory.mktemp("generated") / "program.py"
        path.write_text(source, encoding="utf-8")
        for program in find_scenarios(str(path)):
            for search in ("dpor", "brute"):
                followed = schedules(program, search)
                with monkeypatch.context() as patched:
                    patched.setattr(Kernel, "begin_with_prefix", lambda *_: None)
                    assert schedules(program, search) == followed

    same()


@pytest.mark.parametrize("order", ["any", "fifo"])
def test_asyncio_as_it_is_ends_as_when_all_that_it_touches_is_told(
    order, tmp_path_factory, monkeypatch
):
    """Its locks and queues count as one access a call, where no threads are beside."""

    @given(source=task_programs)
    @settings(generated, max_examples=EXAMPLES // 4)
    def same(source):
        path = tmp_path_factory.mktemp("generated") / "program.py"
        path.write_text(source, encoding="utf-8")
        for program in find_scenarios(str(path)):
            whole = end_states(program, "dpor", order=order, schedules=400)
            with monkeypatch.context() as patched:
                patched.setitem(load.MODELS, "asyncio", aio.BESIDE_THREADS)
                (told,) = find_scenarios(str(path))
                states = end_states(told, "dpor", order=order, schedules=800)
            if whole is not None and states is not None:
                assert whole == states

    same()


def test_what_a_task_that_waits_did_not_come_to_is_reversed_all_the_same():
    """Found among two thousand programs: asleep for a step that it did not take."""
    (program,) = find_scenarios(f"{scenarios.__file__}:WaitsWhereItRaced")
    states = end_states(program, "brute")

    assert any(state.endswith("'first': 1}") for state in states if "x=1" in state)
    assert end_states(program, "dpor") == states


def test_callbacks_come_in_the_order_of_registration_in_either_search():
    """Found among random programs: one that runs every order knows it by the steps."""
    (program,) = find_scenarios(f"{scenarios.__file__}:CalledInOrder")

    states = {"ended=2, told=[1, 2]"}
    assert end_states(program, "brute") == end_states(program, "dpor") == states


def test_a_task_may_sleep_to_its_end_before_another_begins():
    """Found among two thousand programs: what sleeps in no loop does not poll."""
    (program,) = find_scenarios(f"{scenarios.__file__}:SleepsOnItsWay")

    states = {"begun=False", "begun=True"}
    assert end_states(program, "brute") == end_states(program, "dpor") == states


@pytest.mark.parametrize("order", ["any", "fifo"])
def test_a_loop_that_sleeps_is_told_in_the_end(order):
    """Found among two thousand programs: the helper is late, but nobody waits for it.

    That the loop was at work when it was told, and not asleep, makes a difference.
    """
    (program,) = find_scenarios(f"{scenarios.__file__}:HandsOverInSilence")
    states = end_states(program, "brute", order=order)

    assert {"x=1, y=1, items=[0], seen=1", "x=1, y=2, items=[0], seen=1"} < states
    assert "deadlock" not in states
    assert end_states(program, "dpor", order=order) == states


def test_a_lock_released_by_another_ends_in_the_states_of_every_interleaving():
    """Found among two thousand programs: such a release can come before a taking."""
    (program,) = find_scenarios(f"{scenarios.__file__}:ReleasedByAnother")
    states = end_states(program, "brute")

    assert {"value=5", "value=6"} < states
    assert end_states(program, "dpor") == states


def test_of_two_errors_it_is_always_the_same_that_is_told():
    """Which came first, nobody could tell: a reduction need not look for both."""
    (program,) = find_scenarios(f"{scenarios.__file__}:BothFail")

    assert end_states(program, "dpor") == end_states(program, "brute") == {"KeyError"}


def test_jobs_are_cancelled_before_or_after_a_thread_takes_them():
    """Found among two thousand programs: to cancel what waits is to touch it."""
    (program,) = find_scenarios(f"{scenarios.__file__}:ClosesThePool")
    states = end_states(program, "brute")

    assert states == {"done=[]", "done=[0]", "done=[0, 1]"}
    assert end_states(program, "dpor") == states


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("LeavesADaemon", {f"value={value}" for value in range(5)}),
        ("LeavesCallbacks", {f"value={value}" for value in (1, 10, 11, 12)}),
        (
            "FiresWhileTheRestEnds",
            {f"begun={b}, called={c}" for b in (False, True) for c in (False, True)},
        ),
    ],
)
def test_what_is_left_at_the_end_stops_at_any_of_its_steps(name, seen):
    """Nobody races with a step that is never made, unless the end itself does."""
    (program,) = find_scenarios(f"{scenarios.__file__}:{name}")

    assert end_states(program, "brute") == seen
    assert end_states(program, "dpor") == seen


def test_scenarios_of_the_catalogue_end_in_the_states_of_every_interleaving():
    """Chosen programs reach what random ones do not: pools, barriers, callbacks."""
    compared = 0
    for path in CATALOGUE:
        for program in find_scenarios(str(path))[::STRIDE]:
            brute = end_states(program, "brute", schedules=150, seconds=0.1)
            if brute is not None:
                assert end_states(program, "dpor") == brute, program.name
                compared += 1
    assert compared >= (300 if THOROUGH else 80)
