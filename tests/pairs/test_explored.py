"""The examples, explored as they are: what holds, what breaks, and in which model."""

import pytest

from bench.correctness.records.options import Options
from bench.correctness.search.program_search import explore_program
from bench.pairs import explore_one
from bench.pairs.catalogue import PAIRS
from bench.records.certificates import Certificate
from bench.records.models import MODELS

EXPLORABLE = [pair for pair in PAIRS.values() if pair.explored]
SECONDS = 20.0  # far more than the smallest workloads take


def smallest(pair, model, variant=None, **options):
    call = explore_one.Call(pair, model, dict(pair.explored[0]) | options, variant)
    return explore_program(call, Options(limit_seconds=SECONDS))


@pytest.mark.sampled(3)
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("pair", EXPLORABLE, ids=lambda pair: pair.name)
def test_every_pair_holds_in_every_schedule_of_its_smallest_workload(pair, model):
    """Not tried until nothing failed: gone through to the end."""
    verdict = smallest(pair, model)

    assert verdict.failure is None
    assert (verdict.outcome, verdict.exhausted) == ("holds", True)


@pytest.mark.parametrize("pair", EXPLORABLE, ids=lambda pair: pair.name)
def test_what_asyncio_can_end_in_threads_can_end_in_too(pair):
    """A port may lose orders of events; a new end state would be another program."""
    threads, tasks = (
        {row.state for row in smallest(pair, model).outcomes} for model in MODELS
    )

    assert tasks
    assert tasks <= threads


@pytest.mark.sampled(3)
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("pair", "variant", "options"),
    [
        ("condition", "condition", {"count": 2, "consumers": 2, "pause": 1.0}),
        ("event", "event", {}),
        ("event", "event_cleared_late", {"count": 2, "pause": 1.0}),
        ("candy_machine", "candy_machine", {}),
        ("bounded_queue", "bounded_queue", {}),
        ("lock", "lock", {"pause": 1.0}),
        ("rlock", "rlock", {}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_classic_defect_of_a_pair_is_found(pair, variant, options, model):
    """Some need a pause in which another can come by, as in life."""
    verdict = smallest(PAIRS[pair], model, variant, **options)

    assert verdict.outcome == "broken"
    assert verdict.failure.steps


def test_a_balance_needs_no_lock_in_asyncio_while_nothing_is_awaited():
    """The asker was right about tasks, and wrong about threads."""
    lock = PAIRS["lock"]

    assert smallest(lock, "threads", "lock").outcome == "broken"
    assert smallest(lock, "asyncio", "lock").outcome == "holds"
    assert smallest(lock, "asyncio", "lock", pause=1.0).outcome == "broken"


def test_what_cannot_be_explored_is_cut_and_says_why():
    """A lost process is a row with its reason, never a claim."""
    explorable = explore_one.Explorable("lock", "threads")

    row = explore_one.unexplored(explorable, "count=2", "MemoryError: no room")

    assert isinstance(row, Certificate)
    assert (row.outcome, row.exhausted) == ("cut", False)
    assert row.reason == "MemoryError: no room"
