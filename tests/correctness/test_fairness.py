"""Who loops may take all of its turns first, but nobody polls for ever alone."""

import pytest

from bench.correctness import explore
from bench.correctness.engine.spinning import BOUNDED
from bench.correctness.programs.discovery import find_scenarios
from tests.correctness import scenarios
from tests.correctness.outcomes import end_states

SEARCHES = ["dpor", "brute"]


def states(name, search):
    (program,) = find_scenarios(f"{scenarios.__file__}:{name}")
    return end_states(program, search)


def verdict(name, **options):
    return explore(f"{scenarios.__file__}:{name}", **options)


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", ["GivesUp", "GivesUpLate"])
def test_who_looks_so_often_may_have_looked_in_vain(name, search):
    """The other need not come between: a loop that counts, or looks at the clock."""
    ends = {state.partition("end=")[2] for state in states(name, search)}

    assert "'gave up'" in ends
    assert {f"'found at {tries}'" for tries in range(4)} <= ends


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", ["WorksToItsEnd", "WorksToItsEndInTasks"])
def test_a_loop_that_does_something_may_come_to_its_end_first(name, search):
    """It takes an item in each of its turns, and nothing tells it from a poll else."""
    seen = {state[-1] for state in states(name, search)}

    assert seen == set("012345")


@pytest.mark.long
@pytest.mark.parametrize("order", ["any", "fifo"])
@pytest.mark.parametrize("name", ["TwoPoll", "TwoPollInTasks"])
def test_two_who_poll_turn_by_turn_let_the_third_go_on(name, order):
    """Each finds that the other took a step, but neither got on with anything."""
    found = verdict(name, order=order)

    assert (found.outcome, found.bound) == ("holds", None)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("order", ["any", "fifo"])
@pytest.mark.parametrize(
    ("name", "ends"),
    [("TriesUntilInTime", {"answer=42"}), ("GetsUntilThereIsOne", {"got='item'"})],
)
def test_who_is_out_of_time_and_tries_again_is_in_time_at_last(name, ends, order):
    """Its time could be up just before it goes on, again and again."""
    found = verdict(name, order=order)

    assert {outcome.state for outcome in found.outcomes} == ends
    assert (found.outcome, found.exhausted, found.bound) == ("holds", True, None)


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("NobodyIsReady", "any"),
        ("NobodyIsReadyInTasks", "fifo"),
        ("NeverInTime", "fifo"),
    ],
)
def test_who_polls_for_what_never_comes_does_not_end(name, order):
    assert (
        verdict(name, order=order).failure.symptom == "does not end within 1,000 steps"
    )


def test_the_answer_tells_of_a_loop_that_was_bounded():
    """Twenty turns are explored in full: that it holds is known only as far as that."""
    found = verdict("CountsItsLooks")
    looks = {outcome.state for outcome in found.outcomes}

    assert {f"ready=True, looks={n}" for n in range(1, 20)} < looks
    assert (found.outcome, found.bound) == ("holds", BOUNDED)
