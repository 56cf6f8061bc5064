"""What would be enough if neither model is enough: it names what is the limit."""

import pytest

from bench.decide import easing, remedies
from bench.decide.advice import told_remedies
from bench.decide.described.work import Wishes, Work, changed
from bench.decide.findings import Finding, Question
from bench.decide.judging import Decision
from bench.decide.predicting import Predictor
from tests.decide.costs import FREE, USUAL


def told(work, wishes, costs=USUAL):
    model = Predictor(costs)
    found = Finding(
        model, model.pair(work), model.predictions(work), [], [], None,
        Decision("neither", sure=True, because="wishes"), [], [],
        fewer=remedies.fewer(model, work, wishes),
        more=remedies.more(model, work, wishes),
        processes=remedies.processes(model, work, wishes),
        eased=easing.eased(model, work, wishes),
    )  # fmt: skip
    assert model.decide(work, wishes).verdict == "neither"
    return [one.text for one in told_remedies(found, Question(work, wishes), costs)]


def job(count, wait, cpu, **other):
    return Work(concurrency=count, wait_seconds=wait, cpu_seconds=cpu, **other)


def test_memory_that_even_an_interpreter_exceeds_asks_for_more_of_it():
    """20 MB for the interpreter; less computing was advised."""
    few = Wishes(memory_bytes=10_000_000)
    [said] = told(job(10, 0.01, 0.001), few, FREE)

    assert said == "at least about 20.4 MB of memory allowed"


def test_jobs_that_arrive_faster_than_are_answered_ask_for_more_at_once():
    """200/s of 100 ms are 20 in hand, and there were 10; two more are to spare."""
    fast = Wishes(rate_per_second=200)
    [said] = told(job(10, 0.1, 0.0), fast)

    assert said.startswith("at least about 23 jobs at once in one process")


def test_more_at_once_in_one_process_is_preferred_to_many_processes():
    """Earlier, 24 processes with 3 each were named, although one with 71 is enough."""
    [said] = told(job(50, 0.1, 0.0001), Wishes(rate_per_second=700))

    assert said == (
        "at least about 75 jobs at once in one process, on asyncio, with 5 % to spare"
    )


def test_a_rate_that_needs_more_cores_and_more_at_once_is_told_both():
    """10,000/s x 2 ms are 20 cores; 10,000/s x 52 ms are 520 in hand."""
    [said] = told(job(100, 0.05, 0.002), Wishes(rate_per_second=10_000))

    count, each = [int(word) for word in said.split() if word.isdigit()][:2]
    assert 20 <= count <= 23
    assert count * each >= 520
    assert f"on {count} cores; this machine has 2" in said


def test_a_wait_that_is_longer_than_what_is_allowed_is_the_limit():
    """Less computing is of no use: there is none."""
    said = told(job(4, 1.0, 0.0), Wishes(p99_seconds=0.5))

    assert said == [
        "at least about 1 s allowed at p99",
        "at most about 500 ms of waiting in a job",
    ]


def test_what_cannot_be_cancelled_asks_for_shorter_waits_or_another_client():
    """A thread that waits ends when its wait does."""
    stuck = job(20, 0.5, 0.001, blocking_library=True)
    said = told(stuck, Wishes(cancel=True))

    assert said[0].endswith("ms of waiting in a job")
    assert said[1].startswith("an asynchronous client")
    assert not any("computing" in one for one in said)


def test_processes_hold_the_memory_of_all_jobs_too():
    """1,000 x 300 KB are all of 300 MB, however many processes share them."""
    heavy = job(1000, 0.2, 0.001, payload_bytes=300_000)
    said = told(heavy, Wishes(memory_bytes=300_000_000))

    assert len(said) == 1
    assert said[0].startswith("at most about 8")


@pytest.mark.parametrize(
    ("work", "wishes"),
    [
        (job(4, 1.0, 0.0), Wishes(p99_seconds=0.5)),
        (job(10, 0.01, 0.001), Wishes(memory_bytes=10_000_000)),
        (job(10, 0.1, 0.0), Wishes(rate_per_second=200)),
        (job(300, 0.5, 0.5), Wishes(p99_seconds=0.2, memory_bytes=30_000_000)),
    ],
)
def test_what_is_eased_does(work, wishes):
    """If the question is asked again with the eased value, one model is enough."""
    model = Predictor(USUAL)
    found = easing.eased(model, work, wishes)

    assert found
    for one in found:
        if one.input != "times":
            again = changed(work, wishes, one.input, one.at)
            assert model.decide(*again).verdict != "neither"


def test_where_neither_time_alone_is_the_limit_both_are_told():
    """5 x (500 + 100 ms), to be done in 200 ms: about a fifth of all."""
    model = Predictor(FREE)
    work, strict = job(5, 0.5, 0.1), Wishes(p99_seconds=0.2)
    [*_, last] = easing.eased(model, work, strict)

    assert last.input == "times"
    assert last.at == pytest.approx(0.2, rel=0.02)
