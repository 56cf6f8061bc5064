"""The ratio of a fetch is taken apart into the model's part and the libraries'."""

import pytest

from bench.decide.questions import Known, answers
from bench.records.library_parts import parts
from bench.records.runs import End, Results
from bench.records.subjects import Runtime
from bench.records.workload import Workload
from bench.report.words.answer import answer
from tests.report.sample_results import STARTED, comparison, run

EIGHT, ONE = Workload(workers=8), Workload(workers=1)
UVLOOP = Runtime(python="3.11.0", loop="uvloop")


def both(whole, model, load=EIGHT, **more):
    return [
        comparison("url_fetch", load, whole, 0.1, **more),
        comparison("lean_fetch", load, model, 0.05, **more),
    ]


def results(*comparisons):
    end = End(finished=STARTED, elapsed_seconds=1.0)
    return Results(run=run(), comparisons=comparisons, end=end)


def test_the_parts_multiply_to_the_whole():
    """By hand: 3.0 = 1.5 by the model times 2.0 by the libraries."""
    [found] = parts(both(3.0, 1.5))

    assert found.library.middle == pytest.approx(2.0)
    assert found.model.middle == 1.5
    # ln 1.5 / ln 3.0
    assert found.model_share == pytest.approx(0.369, abs=5e-4)


def test_the_interval_of_the_libraries_is_the_widest_that_both_allow():
    """3.0 / 1.1 over 1.5 * 1.05, and 3.0 * 1.1 over 1.5 / 1.05."""
    [found] = parts(both(3.0, 1.5))

    assert found.library.low == pytest.approx(1.7316, abs=1e-4)
    assert found.library.high == pytest.approx(2.31, abs=1e-4)


def test_parts_in_opposite_directions_have_no_share():
    """A model that loses what its library wins has no percentage of the sum."""
    [found] = parts(both(1.2, 0.8))

    assert found.model_share is None


def test_one_worker_comes_first():
    """There the model does nothing but wait for one answer."""
    found = parts([*both(3.0, 1.5), *both(1.5, 1.2, load=ONE)])

    assert [one.comparison.workload.workers for one in found] == [1, 8]


@pytest.mark.parametrize(
    "control",
    [
        comparison("lean_fetch", ONE, 1.5, 0.05),
        comparison("lean_fetch", EIGHT, 1.5, 0.05, asyncio=UVLOOP),
        comparison("lean_fetch", EIGHT, 1.5, 0.05, "wrong"),
    ],
    ids=["another load", "another loop", "a wrong outcome"],
)
def test_a_control_that_is_not_alike_takes_nothing_apart(control):
    """Its ratio would be about something else."""
    assert parts([comparison("url_fetch", EIGHT, 3.0, 0.1), control]) == []


def test_the_number_of_operations_may_differ():
    """Each pair gets as many as its speed needs."""
    whole, control = both(3.0, 1.5)
    more = comparison("lean_fetch", Workload(workers=8, operations=900), 1.5, 0.05)

    assert len(parts([whole, control])) == len(parts([whole, more])) == 1


def test_the_first_screen_says_both_parts():
    """Where both pairs were measured; alone neither says what a library costs."""
    said = " ".join(answer(results(*both(3.0, 1.5))).sentences)

    assert (
        "`url_fetch`, 8 workers: 3.00× is 1.50× [1.43 to 1.58] by the model"
        " (`lean_fetch`: one HTTP engine in both) times 2.00× [1.73 to 2.31] by the"
        " client libraries: 37 % of it is the model." in said
    )
    alone = answer(results(both(3.0, 1.5)[0])).sentences
    assert "client libraries" not in " ".join(alone)


def test_the_question_is_answered_with_both_parts():
    """One at once first."""
    run_of_both = results(*both(3.0, 1.5), *both(1.5, 1.2, load=ONE))
    [found] = answers(Known(run=run_of_both), (14,))

    assert found.said == (
        "1 at once: aiohttp over urllib3 is 1.50×, which is 1.20× from the model (one"
        " HTTP engine in both) times 1.25× from the libraries (the model's part: 45%);"
        " 8 at once: aiohttp over urllib3 is 3.00×, which is 1.50× from the model (one"
        " HTTP engine in both) times 2.00× from the libraries (the model's part: 37%)"
    )


def test_parts_in_opposite_directions_are_told():
    """A percentage of their sum would say nothing."""
    said = " ".join(answer(results(*both(1.2, 0.8))).sentences)

    assert "by the client libraries; the two pull in opposite directions." in said


def test_a_part_whose_interval_contains_1_has_no_direction():
    """The middles of 1.2 and 0.98 are on two sides of 1; the intervals are not."""
    model_open = " ".join(answer(results(*both(1.2, 0.98))).sentences)
    library_open = " ".join(answer(results(*both(1.45, 1.5))).sentences)

    assert "opposite directions" not in model_open + library_open
    assert "by the client libraries; the model's part may be none" in model_open
    assert "by the client libraries; the libraries' part may be none" in library_open


def test_a_part_whose_interval_contains_1_has_no_share():
    """37 % of a difference cannot be due to a part that may be none."""
    [of_model] = parts(both(3.0, 1.03))
    [of_whole] = parts(both(1.09, 1.06))

    assert of_model.model_share is None
    assert of_whole.model_share is None
