"""A trace speaks of the program's objects by the program's own names for them."""

from functools import partial

import pytest

from bench.commands.targets import programs
from bench.correctness import explore
from bench.correctness.records.options import Options
from bench.correctness.watch.exploring_process import explore_watched
from tests.correctness import told_programs

FILE = told_programs.__file__


def actions(failure):
    return {action for step in failure.steps for action in step.action.split(", ")}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a_list_under_a_lock", {"acquires guard", "appends to transcript"}),
        ("an_object_of_another_class", {"reads jars", "appends to jars"}),
        ("an_item_of_a_dict", {"reads stock['tea']", "writes stock['tea']"}),
        ("crossed", {"acquires left", "acquires right"}),
        ("two_of_a_class", {"acquires lock", "acquires away.lock"}),
        (
            "attribute_of_a_class_with_a_metaclass",
            {"reads Limits.most", "writes Limits.most"},
        ),
        ("tasks", {"acquires door", "releases door", "appends to entries"}),
    ],
)
def test_a_variable_of_a_function_has_its_own_name_in_a_trace(name, said):
    """`Lock 2 of main` would send the reader to count the locks of the program."""
    failure = explore(f"{FILE}:{name}").failure

    assert failure is not None
    assert said <= actions(failure)
    assert not {one for one in actions(failure) if "of main" in one}


def test_a_trace_of_an_endless_run_shows_how_its_loop_begins():
    """The end of such a trace is the same few lines again and again."""
    steps = explore(f"{FILE}:endless_after_a_decision").failure.steps

    assert "waits = bool(numbers)" in {step.source for step in steps}
    assert "steps repeat" in steps[-1].action


def test_a_deadlock_names_the_locks_that_are_waited_for():
    """Which two locks were crossed is the whole explanation."""
    failure = explore(f"{FILE}:crossed").failure

    waits = {waiter.worker: waiter.waits_for for waiter in failure.waiters}
    assert waits == {"one": "right", "other": "left"}


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (
            "threaded.broken.candy_machine_bare_counter",
            {"reads candies", "appends to transcript", "acquires guard"},
        ),
        (
            "threaded.broken.condition",
            {"acquires not_empty", "waits for not_empty", "pops from integers"},
        ),
        (
            "asyncio_impl.broken.candy_machine_lost_update",
            {"reads candies", "writes candies"},
        ),
    ],
)
def test_the_state_of_a_pair_is_named_as_in_its_class(target, said):
    """A pair has no scenario class, so that its state was a `list` and a `Lock 1`."""
    options = Options(limit_seconds=60, jobs=1)
    found = list(explore_watched(partial(programs, target), options))

    assert said <= actions(found[-1].answer.failure)
    assert not {one for one in actions(found[-1].answer.failure) if "of main" in one}


@pytest.mark.parametrize("name", ["crossed", "two_of_a_class", "tasks"])
def test_a_schedule_replays_whatever_a_reader_is_told(name):
    """The words of a saved schedule are not those of the trace, which depend on it."""
    verdict = explore(f"{FILE}:{name}")

    assert verdict.replay() == verdict.failure.symptom
    words = " ".join(what for _, what, _ in verdict.schedule.turns)
    assert "away" not in words
