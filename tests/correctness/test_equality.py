"""The reduced search finds the same end states as the search of every interleaving.

HYPOTHESIS_PROFILE=many generates thousands of programs, the same in each run.  With
HYPOTHESIS_PROFILE=thorough, the programs are new in each run: PROGRAMS of each kind
(default 2,000).  This profile also compares the whole catalogue of mutants.  Without a
profile, the tests compare a sample of the programs and of the catalogue.  To compare
very many programs, run the tests several times, each with another --hypothesis-seed.
"""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from bench.correctness.engine.kernel import Kernel
from bench.correctness.models.asyncio_ import module as aio
from bench.correctness.programs import modelled
from bench.correctness.programs.discovery import find_scenarios
from bench.correctness.records.options import Options
from bench.correctness.search.program_search import explore_program
from tests.correctness import scenarios
from tests.correctness.data_programs import task_data_programs, thread_data_programs
from tests.correctness.outcomes import end_states
from tests.correctness.programs import (
    mixed_programs,
    small_task_programs,
    task_programs,
    thread_programs,
    wide_task_programs,
    wide_thread_programs,
)

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "")
THOROUGH = PROFILE == "thorough"
NEW = int(os.environ.get("PROGRAMS", "2000"))
EXAMPLES = {"many": 400, "thorough": NEW}.get(PROFILE, 20)
CATALOGUE = sorted((Path(__file__).parents[1] / "mutants").glob("[!_]*.py"))
MODELS = ["threads", "asyncio"]
pytestmark = pytest.mark.timeout(7_200 if PROFILE else 120)
STRIDE = 1 if THOROUGH else 5
generated = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=not THOROUGH,
    suppress_health_check=list(HealthCheck),
)


MOST_SCHEDULES = 6_000  # of an exhaustive search: a count, so that load changes nothing
LEAST_COMPARED = 0.95  # of the generated programs


class Comparison:
    """Compares the searches on generated programs, and counts how many it compared."""

    def __init__(self, directory):
        self.path = directory / "program.py"
        self.compared = self.programs = 0

    def compare(self, source, order="any"):
        """Compare the end states of both searches of a program."""
        self.path.write_text(source, encoding="utf-8")
        (program,) = find_scenarios(str(self.path))
        brute = end_states(program, "brute", order=order, schedules=MOST_SCHEDULES)
        self.count(brute is not None)
        if brute is not None:
            assert end_states(program, "dpor", order=order) == brute, source

    def count(self, compared):
        self.programs += 1
        self.compared += compared

    def end(self, what):
        """Say how many were compared; too few would be no test."""
        print(f"{what}: {self.compared} of {self.programs} compared")  # noqa: T201
        assert self.programs >= EXAMPLES // 4
        assert self.compared >= LEAST_COMPARED * self.programs


GENERATED = {
    "threads": wide_thread_programs,
    "tasks": wide_task_programs,
    "threads beside tasks": mixed_programs,
    "threads over data": thread_data_programs,
    "tasks over data": task_data_programs,
}


@pytest.mark.long
@pytest.mark.parametrize(
    ("what", "order"),
    [
        (what, order)
        for what in GENERATED
        for order in ("any", "fifo")
        if order == "any" or "tasks" in what
    ],
)
def test_generated_programs_end_in_the_states_of_every_interleaving(
    what, order, tmp_path
):
    """A reduction that loses a state would certify a program that breaks.

    In asyncio what a step touches is known only afterwards; beside it, a thread may
    come between what a task does without an await.
    """
    comparison = Comparison(tmp_path)

    @given(source=GENERATED[what])
    @generated
    def same(source):
        comparison.compare(source, order)

    same()
    comparison.end(f"{what}, {order}")


@pytest.mark.long
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


@pytest.mark.long
@pytest.mark.parametrize("order", ["any", "fifo"])
def test_asyncio_as_it_is_ends_as_when_all_that_it_touches_is_told(
    order, tmp_path, monkeypatch
):
    """Its locks and queues count as one access a call, where no threads are beside."""
    comparison = Comparison(tmp_path)

    @given(source=small_task_programs)
    @settings(generated, max_examples=EXAMPLES // 2)
    def same(source):
        comparison.path.write_text(source, encoding="utf-8")
        (program,) = find_scenarios(str(comparison.path))
        whole = end_states(program, "dpor", order=order, schedules=MOST_SCHEDULES)
        with monkeypatch.context() as patched:
            patched.setitem(modelled.MODELS, "asyncio", aio.BESIDE_THREADS)
            modelled.replacement.cache_clear()
            (told,) = find_scenarios(str(comparison.path))
            states = end_states(told, "dpor", order=order, schedules=MOST_SCHEDULES)
        modelled.replacement.cache_clear()
        comparison.count(None not in (whole, states))
        assert None in (whole, states) or whole == states

    same()
    comparison.end(f"asyncio as it is, {order}")


@pytest.mark.long
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


@pytest.mark.long
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


@pytest.mark.long
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


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("LeavesADaemon", {f"value={value}" for value in range(5)}),
        ("LeavesCallbacks", {"value=1", "value=12"}),
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


@pytest.mark.long
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
