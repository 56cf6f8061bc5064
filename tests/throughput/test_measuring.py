"""The measurement as a whole, on paper: workers that take no time, a fake clock."""

import math
from itertools import pairwise

import pytest

from bench.throughput import inference
from bench.throughput.jobs import JOBS as JOBS_PAIR
from bench.throughput.launching import Reading
from bench.throughput.measuring import measure
from bench.throughput.planning import BLOCK_SECONDS, JOBS
from bench.throughput.sizing import least_operations, operations_for, windows_for
from tests.throughput.fakes import FakeWorkers, small_plan

TWO_CORES = {"pinned": [1], "free": [0, 1]}


def run(plan, workers, done=(), cores=TWO_CORES):
    ledger = list(done)
    events = list(measure(plan, ledger, workers, done, cores, clock=workers.clock))
    return ledger, events


def keys(samples):
    return [(sample.case, sample.block, sample.position) for sample in samples]


def test_a_clear_difference_is_settled_at_the_first_look():
    """Twelve blocks; more would be spent on what is known."""
    ledger, events = run(small_plan(), FakeWorkers())

    assert len(ledger) == 12 * 4
    assert events[-2].doing == "settled"
    assert inference.compare(ledger)[0].verdict == "faster"


def test_what_stays_unclear_goes_on_to_the_last_look_and_no_further():
    """48 blocks of very noisy equal sides, then the case is closed."""
    workers = FakeWorkers(seconds={"threads": 1e-6, "asyncio": 1e-6}, noise=0.5)
    ledger, _ = run(small_plan(budget_seconds=1e9), workers)

    assert len(ledger) == 48 * 4


def test_who_wants_no_width_at_all_goes_on_to_the_end():
    """To study intervals of a length of time, not those at which one would stop."""
    plan = small_plan(half_width=0.0, blocks_at_most=30, budget_seconds=1e9)
    ledger, _ = run(plan, FakeWorkers())

    assert len(ledger) == 30 * 4


@pytest.mark.parametrize("budget", [1.0, 5.0, 20.0])
def test_the_budget_is_kept(budget):
    """A block that no longer fits is not begun."""
    workers = FakeWorkers(seconds={"threads": 1e-6, "asyncio": 1e-6}, noise=0.5)
    run(small_plan(("condition", JOBS), sweep="full", budget_seconds=budget), workers)

    assert workers.now <= budget + 1.0  # the first blocks have unknown lengths


def test_a_first_block_that_is_too_long_is_not_begun():
    """1,000 workers at 2 ms a job: a window takes 8 s, and the budget is 5 s."""
    plan = small_plan((JOBS,), workers=(1000,), cpu_shares=(0.0,), budget_seconds=5)
    workers = FakeWorkers(seconds={"threads": 2e-3, "asyncio": 2e-3})
    ledger, _ = run(plan, workers)

    assert ledger == []
    assert workers.now < 1.0


def test_a_case_is_not_calibrated_without_time_for_a_block():
    """The start of its workers alone took a run over its budget."""
    workers = FakeWorkers()
    plan = small_plan(budget_seconds=BLOCK_SECONDS / 2)

    ledger, events = run(plan, workers)

    assert (workers.now, workers.specs, ledger) == (0.0, [], [])
    assert [event.doing for event in events] == ["done"]


@pytest.mark.long
def test_cases_take_turns():
    """A run cut short has something to say about all of them."""
    plan = small_plan(("condition", JOBS), sweep="default", budget_seconds=50)
    workers = FakeWorkers(seconds={"threads": 1e-5, "asyncio": 1e-5}, noise=0.5)
    ledger, _ = run(plan, workers)

    counts = {case.name: 0 for case in plan.cases if not case.is_spare}
    for sample in ledger:
        if sample.case in counts:
            counts[sample.case] += 1
    assert max(counts.values()) - min(counts.values()) <= plan.block_samples


@pytest.mark.long
@pytest.mark.parametrize("cut", [0, 5])
def test_what_is_said_to_come_next_comes(cut):
    """Its workers start ahead, those that size it too; one settled changes the turn."""
    plan = small_plan(("condition", JOBS), sweep="default", budget_seconds=60)
    whole, _ = run(plan, FakeWorkers())
    workers = FakeWorkers()
    ledger, _ = run(plan, workers, done=whole[:cut])
    blocks = {(sample.case, sample.block) for sample in ledger}

    calibrated = sum(not spec["workload"]["operations"] for spec in workers.specs) // 2
    assert calibrated > 5
    assert len(workers.kept_promises) >= 0.95 * (len(blocks) + calibrated) > 45
    assert workers.kept_promises.count(False) <= len(plan.cases)


@pytest.mark.parametrize(
    ("placement", "cores"),
    [
        ("pinned", {"pinned": [0], "free": [0]}),
        ("free", TWO_CORES),
        ("pinned", {"pinned": None, "free": None}),
    ],
    ids=["one core", "free", "not to be chosen"],
)
def test_nothing_is_started_ahead_where_it_would_disturb(placement, cores):
    """It needs a core on which nothing is measured."""
    workers = FakeWorkers()
    run(small_plan(placements=(placement,)), workers, cores=cores)

    assert workers.specs
    assert workers.kept_promises == []


def test_without_time_for_all_some_have_their_interval():
    """On a loaded machine: half of the answers are worth more than none."""
    plan = small_plan(("condition", JOBS), sweep="full", budget_seconds=15)
    workers = FakeWorkers(seconds={"threads": 1e-4, "asyncio": 1e-4})
    ledger, _ = run(plan, workers)
    blocks = [one.blocks for one in inference.compare(ledger)]

    assert sum(count >= 6 for count in blocks) >= 3
    assert len(blocks) < len(plan.cases)


def test_both_sides_do_equal_work_in_every_block():
    """Operations are chosen once, by calibration, and kept with each sample."""
    ledger, _ = run(small_plan(), FakeWorkers())

    assert len({sample.workload.operations for sample in ledger}) == 1
    assert ledger[0].workload.operations > 0


def test_the_sides_of_a_block_share_a_hash_seed_and_blocks_do_not():
    """Layout luck is the same for both, and averaged over blocks."""
    workers = FakeWorkers()
    run(small_plan(), workers)
    seeds = [spec["hash_seed"] for spec in workers.specs[2:]]  # after calibration

    by_block = [set(seeds[at : at + 4]) for at in range(0, len(seeds), 4)]
    assert all(len(block) == 1 for block in by_block)
    assert len(set.union(*by_block)) == len(by_block)


@pytest.mark.parametrize("cut", [0, 1, 3, 4, 6, 9, 17])
def test_a_resumed_run_takes_the_rest_and_nothing_twice(cut):
    """Wherever it was cut: inside a block, between blocks, before the first."""
    plan = small_plan(("condition", JOBS), workers=(2,), cpu_shares=(0.0,))
    whole, _ = run(plan, FakeWorkers())

    resumed, _ = run(plan, FakeWorkers(), done=whole[:cut])

    assert len(set(keys(resumed))) == len(resumed)
    assert sorted(keys(resumed)) == sorted(keys(whole))
    assert resumed[:cut] == whole[:cut]


def test_a_resumed_run_does_the_same_number_of_operations():
    """Else the sides of a block begun before would do unequal work."""
    whole, _ = run(small_plan(), FakeWorkers())

    workers = FakeWorkers(seconds={"threads": 9e-6, "asyncio": 9e-6})
    resumed, _ = run(small_plan(), workers, done=whole[:6])
    assert len({sample.workload.operations for sample in resumed}) == 1


def test_what_was_spent_before_a_cut_counts_against_the_budget():
    """Resuming again and again does not make a run longer than asked."""
    plan = small_plan(budget_seconds=3)
    equal = {"threads": 1e-6, "asyncio": 1e-6}
    whole, _ = run(plan, FakeWorkers(seconds=equal, noise=0.5))
    fresh = FakeWorkers(seconds=equal, noise=0.5)

    run(plan, fresh, done=whole)

    assert fresh.now < 1.5


@pytest.mark.parametrize("status", ["wrong", "hung"])
def test_a_wrong_or_hung_side_is_a_row_and_ends_its_case(status):
    """Once is enough: time is not spent on what is not right."""

    def fail(spec):
        if spec["workload"]["operations"] and spec["model"] == "asyncio":
            return Reading(status, "because")
        return None

    ledger, events = run(small_plan(), FakeWorkers(fail=fail))

    assert [sample.status for sample in ledger].count(status) == 1
    assert len({sample.block for sample in ledger}) == 1
    assert "failed" in [event.doing for event in events]


def test_a_crash_is_tried_again_once():
    """Memory may have been short by luck; twice is no luck."""
    ledger, _ = run(
        small_plan(),
        FakeWorkers(
            fail=lambda spec: (
                Reading("crashed", "boom")
                if spec["workload"]["operations"] and spec["model"] == "asyncio"
                else None
            )
        ),
    )

    assert {sample.block for sample in ledger} == {0, 1}


def test_a_side_that_cannot_even_start_is_one_row():
    """A missing package is found while calibrating, and the others go on."""
    plan = small_plan(("condition", JOBS), workers=(2,), cpu_shares=(0.0,))
    workers = FakeWorkers(
        fail=lambda spec: (
            Reading("crashed", "No module named 'x'")
            if spec["pair"] == "condition"
            else None
        )
    )
    ledger, events = run(plan, workers)

    assert [s.status for s in ledger if s.subject.pair == "condition"] == ["crashed"]
    assert all(s.status == "ok" for s in ledger if s.subject.pair == JOBS)
    assert events[-1].closed_cases == 2


def test_the_estimate_never_exceeds_the_budget_and_shrinks():
    """An honest estimate: at most what is left to spend."""
    plan = small_plan(("condition", JOBS), sweep="default", budget_seconds=20)
    _, events = run(plan, FakeWorkers(noise=0.5))
    left = [event.left_seconds for event in events if event.doing == "measured"]

    assert all(
        event.left_seconds <= max(0, 20 - event.elapsed_seconds) + 1e-9
        for event in events
    )
    assert left[-1] < left[0]


def test_progress_tells_the_interval_as_it_narrows():
    """From no interval to one that settles the case."""
    _, events = run(small_plan(), FakeWorkers())
    widths = [e.interval.high - e.interval.low for e in events if e.interval]

    assert events[1].interval is None
    assert widths[-1] < widths[0]
    assert all(
        later.elapsed_seconds >= e.elapsed_seconds for e, later in pairwise(events)
    )


def test_the_time_in_windows_is_told_beside_the_whole():
    """The rest is the harness's own cost; on paper, 0.1 s for each block started."""
    workers = FakeWorkers()
    ledger, events = run(small_plan(), workers)
    last = events[-1]

    calibrating = 2 * 0.03
    started = 0.1 * (1 + len({sample.block for sample in ledger}))
    assert last.window_seconds == pytest.approx(
        last.elapsed_seconds - calibrating - started
    )


def test_stopping_early_keeps_what_was_measured():
    """Ctrl-C closes the iterator; each sample is in the ledger already."""
    ledger = []
    workers = FakeWorkers()
    progress = measure(small_plan(), ledger, workers, clock=workers.clock)
    for event in progress:
        if event.doing == "measured" and event.blocks == 3:
            break
    progress.close()

    assert len(ledger) == 12


costs = pytest.mark.parametrize(
    "costs", [(1e-6, 1e-6), (1e-6, 3e-6), (2e-3, 1e-5), (0.1, 0.1)]
)


@costs
def test_windows_are_long_enough_on_both_sides(costs):
    """The clock and a switch of the system must vanish beside them."""
    operations = operations_for(costs, least=4)

    assert operations * min(costs) >= 0.003
    assert operations * math.sqrt(costs[0] * costs[1]) >= 0.010


@costs
def test_a_sample_has_many_short_windows_or_a_few_long_ones(costs):
    """One if it is as long as a sample; more where they cost little."""
    operations = operations_for(costs, least=4)
    kept = windows_for(costs, operations) - 1

    assert 1 <= kept <= 8
    assert kept == 1 or kept * operations * sum(costs) / 2 <= 0.120


def test_every_worker_has_something_to_do():
    """A thousand workers over ten jobs would measure ten."""
    assert least_operations(JOBS_PAIR, workers=1000) >= 4000
