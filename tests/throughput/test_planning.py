"""What is measured, and in which order: the same again from the same settings."""

from collections import Counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.errors import CannotRunError
from bench.throughput.planning import JOBS, placed, shard
from tests.throughput.fakes import ASYNCIO, THREADS, UVLOOP, settings, small_plan


def test_the_same_settings_make_the_same_plan():
    """A run that was cut off is continued from its settings alone."""
    assert small_plan((JOBS, "condition"), sweep="full") == small_plan(
        (JOBS, "condition"), sweep="full"
    )


def test_each_case_has_a_name_of_its_own():
    """Samples find their comparison by it."""
    plan = small_plan(
        ("condition", JOBS), sweep="full", placements=("pinned", "free"), workers=(1, 9)
    )

    names = Counter(case.name for case in plan.cases)
    assert len(plan.cases) > 4
    assert set(names.values()) == {1}


def test_threads_meet_each_loop_of_their_own_interpreter():
    """Never those of another: it was built with other flags."""
    other = {"python": "3.13.0", "executable": "other"}
    runtimes = (
        THREADS,
        ASYNCIO,
        UVLOOP,
        type(THREADS)(**other),
        type(THREADS)(**other, loop="asyncio"),
    )
    plan = small_plan(runtimes=runtimes)

    sides = [[side.runtime for side in case.sides] for case in plan.cases]
    assert len(sides) == 3
    assert all(left.executable == right.executable for left, right in sides)


@given(st.integers(0, 100), st.integers(0, 1000))
def test_a_block_is_abba_or_baab_and_the_seed_says_which(seed, block):
    """Drawn, so that no periodic disturbance is in step with the order."""
    plan = small_plan(seed=seed)
    [case] = plan.cases

    assert plan.order(case, block) == plan.order(case, block)
    assert plan.order(case, block) in ((0, 1, 1, 0), (1, 0, 0, 1))


def test_a_budget_for_few_long_blocks_buys_twice_as_many_short_ones():
    """Six blocks have an interval only just; twelve short ones a good one."""
    plan = small_plan(("condition", JOBS), sweep="full", budget_seconds=60)

    orders = {plan.order(case, block) for case in plan.cases for block in range(9)}
    assert orders == {(0, 1), (1, 0)}


def test_both_orders_come_up():
    """A draw that always says the same is none."""
    plan = small_plan()
    [case] = plan.cases

    orders = Counter(plan.order(case, block) for block in range(100))
    assert min(orders.values()) > 30


def test_against_itself_both_sides_are_one_subject():
    """The A/A run: each model, whose true ratio is 1."""
    plan = small_plan(against_itself=True)

    assert [case.sides[0].model for case in plan.cases] == ["threads", "asyncio"]
    assert all(case.against_itself for case in plan.cases)


def test_a_run_measures_its_noise_floor_as_well():
    """The first pair's sides against themselves, after all that was asked for."""
    plan = small_plan(("condition", JOBS), noise=True, sweep="default")
    itself = [case.against_itself for case in plan.cases]

    assert sum(itself) == 2
    assert itself == sorted(itself)


@given(st.integers(1, 12), st.integers(0, 40))
def test_shards_cover_all_and_none_twice(count, size):
    """Merged, they are the whole plan."""
    cases = [object() for _ in range(size)]

    parts = [shard(cases, (index, count)) for index in range(1, count + 1)]
    assert Counter(case for part in parts for case in part) == Counter(cases)


@pytest.mark.parametrize("part", [(0, 2), (3, 2), (-1, 2), (1, 0)])
def test_a_shard_that_does_not_exist_is_refused(part):
    """It would measure nothing and look like success."""
    with pytest.raises(CannotRunError, match=r"shard .* does not exist"):
        small_plan(shard=part)


def test_waiting_and_computing_fill_the_job():
    """10 ms together, so that the CPU share alone varies over the sweep."""
    plan = small_plan((JOBS,), cpu_shares=(0.0, 0.2), workers=(10,))

    waits = {case.workload.cpu_share: case.workload.wait_seconds for case in plan.cases}
    assert waits == pytest.approx({0.0: 0.010, 0.2: 0.008})


def test_the_full_sweep_is_a_surface():
    """Every CPU share at every number of workers."""
    plan = small_plan((JOBS,), sweep="full")

    points = {(c.workload.cpu_share, c.workload.workers) for c in plan.cases}
    shares, workers = ({point[i] for point in points} for i in (0, 1))
    assert len(points) == len(shares) * len(workers) >= 20


@pytest.mark.parametrize("pair", ["url_fetch", "lean_fetch"])
def test_a_fetch_is_measured_with_one_worker_first(pair):
    """There the client library is all that differs; then with the usual number."""
    [*workers] = (
        case.workload.workers for case in small_plan((pair,), sweep="default").cases
    )
    [*asked] = (c.workload.workers for c in small_plan((pair,), workers=(3,)).cases)

    assert list(dict.fromkeys(workers)) == [1, 8]
    assert set(asked) == {3}


def test_what_can_use_several_cores_is_not_pinned_to_one():
    """Processes, and threads of an interpreter without the lock."""
    free = msgspec.structs.replace(THREADS, gil=False)
    processes = msgspec.structs.replace(THREADS, carrier="processes")

    assert placed(THREADS, "pinned").placement == "pinned"
    assert placed(free, "pinned").placement == "free"
    assert placed(processes, "pinned").placement == "free"


def test_carriers_meet_threads_in_the_control_pair_only():
    """Nothing else can be carried by them."""
    plan = small_plan(("condition", JOBS), workers=(4,), carriers=("processes",))
    columns = [tuple(side.column for side in case.sides) for case in plan.cases]

    assert columns == [
        ("threads", "asyncio"),
        ("threads", "asyncio"),
        ("threads", "processes"),
    ]


def test_a_carrier_that_does_not_exist_is_refused():
    """With those that do."""
    with pytest.raises(CannotRunError, match="there are bare threads"):
        small_plan((JOBS,), workers=(4,), carriers=("horses",))


def test_without_a_runtime_there_is_nothing_to_compare():
    """The settings name them; the plan finds none of its own."""
    assert small_plan(runtimes=()).cases == ()
    assert settings().runtimes
