"""The claim about a pair says how many schedules it rests on, and no more."""

import msgspec
import pytest

from bench.records.certificates import Certificate, Failure
from bench.report.page.scenarios import overview
from bench.report.words.certainty import correctness
from bench.report.words.standings import broken_as_named, of_model
from tests.report.sample_results import certificates


def explored(outcome, schedules, **more):
    return Certificate(
        pair="p",
        model="threads",
        scenario="p",
        outcome=outcome,
        method="explored",
        schedules=schedules,
        **more,
    )


BROKEN = explored("broken", 7, failure=Failure(symptom="deadlock"))


@pytest.mark.parametrize(
    ("found", "brief", "full"),
    [
        (
            [explored("holds", 20), explored("holds", 300)],
            "all 320 hold",
            "holds: all 320 schedules",
        ),
        (
            [explored("holds", 20), explored("cut", 3_000)],
            "all 20 hold, 1 cut",
            "holds: all 20 schedules; 1 larger load cut short",
        ),
        (
            [explored("cut", 3_000), explored("holds", 20), explored("cut", 40)],
            "all 20 hold, 2 cut",
            "holds: all 20 schedules; 2 larger loads cut short",
        ),
        (
            [explored("cut", 3_000), explored("cut", 40)],
            "3,040, cut",
            "no failure in 3,040 schedules, cut short",
        ),
        ([explored("cut", 0)], "none tried", "no schedule was tried"),
        (
            [explored("holds", 20), BROKEN, explored("cut", 40)],
            "BREAKS: deadlock",
            "breaks: deadlock",
        ),
    ],
)
def test_only_what_was_exhausted_counts_as_all_schedules(found, brief, full):
    """ "All 3,020 hold" would be false: only 20 of them were all that there are."""
    standing = of_model(found, "threads")

    assert standing is not None
    assert (standing.brief, str(standing)) == (brief, full)
    [row] = overview({"p": found}).rows
    assert row[1].endswith(full)


def test_another_model_and_a_counter_example_do_not_count():
    """The claim is about the program in one model."""
    found = [
        explored("holds", 20),
        explored("holds", 5, expected="broken"),
        Certificate(
            pair="p",
            model="asyncio",
            scenario="p",
            outcome="holds",
            method="explored",
            schedules=100,
        ),
    ]

    standing = of_model(found, "threads")

    assert standing is not None
    assert standing.schedules == 20
    assert of_model(found, "anyio") is None


def test_a_counter_example_must_fail_as_named_however_it_was_tried():
    """One of two ways that does not show the symptom is one too few."""
    named, other = (
        Certificate(
            pair="p",
            model="threads",
            scenario="broken.p",
            outcome="broken",
            method=method,
            expected="broken",
            symptom="deadlock",
            failure=Failure(symptom=symptom),
        )
        for method, symptom in (("provoked", "deadlock"), ("explored", "KeyError"))
    )
    elsewhere = msgspec.structs.replace(other, model="asyncio")

    assert broken_as_named([named]) == (1, 1)
    assert broken_as_named([named, other]) == broken_as_named([other, named]) == (0, 1)
    assert broken_as_named([named, elsewhere]) == (1, 2)


def test_one_program_holds_and_two_hold():
    """`1 of 1 program hold`."""
    one = explored("holds", 5)
    other = msgspec.structs.replace(one, pair="other", scenario="other")

    assert correctness([one])[0].startswith("1 of 1 program holds in every")
    assert correctness([one, other])[0].startswith("2 of 2 programs hold in every")


def test_a_program_of_which_no_schedule_ran_is_told_as_not_tried():
    """ "No failure in the schedules that ran" was said where none ran."""
    [said] = correctness([explored("cut", 0)])

    assert said.endswith("a small load; 1 was not tried.")


def test_a_program_whose_only_search_was_cut_is_not_settled():
    """ "0 of 2 hold" was read as a failure, and the cut load was no larger one."""
    [said] = correctness([explored("cut", 3000), explored("cut", 500)])

    assert said.startswith(
        "0 of 1 program holds in every schedule of a small load; 1 is"
    )
    assert "not settled" in said
    assert "larger" not in said


def test_the_verb_agrees_with_a_single_counter_example():
    """It said that 1 counter-example break."""
    [broken, *_] = [one for one in certificates() if one.expected == "broken"]

    assert (
        "1 counter-example breaks with its expected symptom" in correctness([broken])[0]
    )
