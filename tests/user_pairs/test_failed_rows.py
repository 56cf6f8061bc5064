"""A pair of the user's that fails: one row, one line, and nothing that doubts it."""

import msgspec
import pytest

from bench.pairs import function_pairs
from bench.pairs.catalogue import PAIRS
from bench.records.models import MODELS
from bench.records.runs import Results
from bench.records.samples import Sample
from bench.records.subjects import Subject
from bench.records.user_pairs import UserPair
from bench.records.workload import Workload
from bench.report.words.answer import answer
from bench.report.words.certainty import advice
from bench.report.words.contests import contests
from bench.report.words.tables import verdict
from bench.runs.progress import _total
from bench.throughput import inference
from bench.throughput.doubts import doubts
from bench.throughput.measuring import Progress, measure
from tests.report.sample_results import run
from tests.throughput.fakes import (
    ASYNCIO,
    THREADS,
    FakeWorkers,
    blocks,
    settings,
    small_plan,
)

FLEET = UserPair(name="fleet", threads="fleet:t", asyncio="fleet:a")


@pytest.fixture(autouse=True)
def _a_catalogue_of_its_own():
    """What a test registers is forgotten after it."""
    before = dict(PAIRS)
    yield
    PAIRS.clear()
    PAIRS.update(before)


def failed(model):
    """A case of which one side crashed before the other was begun."""
    runtime = THREADS if model == "threads" else ASYNCIO
    return Sample(
        subject=Subject(pair="fleet", model=model, runtime=runtime),
        workload=Workload(workers=1), case="fleet", side=MODELS.index(model), block=0,
        position=0, status="crashed", reason="Traceback\nValueError: x",
    )  # fmt: skip


@pytest.mark.parametrize("model", MODELS)
def test_a_case_with_one_side_only_compares_both_models(model):
    """It was a table of its own: threads over threads."""
    right = inference.comparison(blocks(6, 2.0))
    found = inference.comparison([failed(model)])

    assert found.models == MODELS
    assert len(contests([right, found])) == 1
    assert verdict(found) == "failed"


def test_a_pair_of_the_users_that_failed_is_not_doubted_as_well():
    """Its line says why already."""
    found = inference.comparison([failed("threads")])
    theirs = msgspec.structs.replace(run(), own=(FLEET,))

    assert doubts(Results(run=theirs, comparisons=(found,))) == []
    [said] = doubts(Results(run=run(), comparisons=(found,)))
    assert "ValueError: x" in said
    assert "its ratio" not in said


def test_more_time_is_not_advised_for_what_failed():
    """It would fail again."""
    found = inference.comparison([failed("threads")])

    assert advice([found], [], Results(run=run())) == []


def test_each_pair_of_the_users_is_begun_before_one_is_measured_to_its_end():
    """One that fails takes a moment, and there was `no time` to say so."""
    owns = tuple(
        UserPair(name=f"mine{number}", threads="a:t", asyncio="a:a")
        for number in range(8)
    )
    function_pairs.register(owns)
    workers, ledger = FakeWorkers(), []
    chosen = small_plan([one.name for one in owns], budget_seconds=10.0)
    for _ in measure(chosen, ledger, workers, clock=workers.clock):
        pass

    assert {spec["pair"] for spec in workers.specs} == {one.name for one in owns}


def test_a_case_that_failed_does_not_count_as_measured():
    """Progress said 1 of 1."""
    said = _total(Progress(doing="done", cases=3, measured_cases=2, failed_cases=1))

    assert said.startswith("2 of 3 cases measured in 0 s, 1 failed")


def named(case, model="threads", version=""):
    """A failed sample of a case, whose other side has none."""
    one = failed(model)
    subject = msgspec.structs.replace(one.subject, version=version)
    return msgspec.structs.replace(one, case=case, subject=subject)


def test_a_side_that_failed_against_itself_is_no_comparison():
    """It was a second row, equal to the first."""
    both = "fleet [1 worker] threads (3.11) : asyncio (3.11)"
    itself = "fleet [1 worker] threads (3.11) : threads (3.11)"

    assert len(inference.compare([named(both), named(itself)])) == 1


@pytest.mark.parametrize("version", ["", "HEAD~1"])
@pytest.mark.parametrize("model", MODELS)
def test_a_side_that_failed_against_another_version_is_named_with_it(model, version):
    """`threads over threads` did not say which is which."""
    case = f"fleet [1 worker] {model} at HEAD~1 (3.11 (x)) : {model} (3.11 (x))"
    one = msgspec.structs.replace(named(case, model, version), side=int(not version))
    found = inference.comparison([one])

    assert found.models == (f"{model} at HEAD~1", model)


def test_an_outcome_that_changed_is_told_of_one_function():
    """Both values are of it, at two versions."""
    pair = function_pairs.pair(FLEET)
    results = [{"outcome": "x", "shown": "1"}, {"outcome": "y", "shown": "2"}]
    said = pair.disagreement(results, "asyncio", "HEAD")

    assert said.startswith("the outcome of fleet:a differs: 1 at HEAD, 2 now")
    assert "fleet:t gave 1, fleet:a gave 2" in pair.disagreement(results)


def test_a_run_whose_outcomes_changed_does_not_say_that_no_code_did():
    """It did, and so much that nothing can be compared."""
    theirs = msgspec.structs.replace(run(), settings=settings(against="HEAD"))
    found = inference.comparison([failed("threads")])

    assert answer(Results(run=theirs, comparisons=(found,))).headline == (
        "Against HEAD nothing could be measured: 1 side failed."
    )
