"""What a run was asked for and did not measure is known by name."""

import msgspec
import pytest

from bench.runs.saved import collect
from bench.throughput.measuring import measure
from bench.throughput.missing import missing
from bench.throughput.planning import JOBS, plan
from tests.ledger.test_merging import RUN
from tests.throughput.fakes import ASYNCIO, THREADS, UVLOOP, FakeWorkers, settings


def asked(pairs=("condition", JOBS), **changed):
    return msgspec.structs.replace(
        RUN,
        pairs=pairs,
        lenses=("throughput",),
        settings=settings(
            **{"runtimes": (THREADS, ASYNCIO, UVLOOP), "sweep": "default", **changed}
        ),
    )


def measured(run, budget):
    chosen = plan(
        run.pairs, msgspec.structs.replace(run.settings, budget_seconds=budget)
    )
    workers, ledger = FakeWorkers(), []
    events = list(measure(chosen, ledger, workers, clock=workers.clock))
    return ledger, events[-1]


def test_loads_loops_and_sweep_points_without_time_are_listed():
    """They vanished, and the summary spoke of all cases."""
    run = asked(carriers=("processes",))
    ledger, last = measured(run, 4.0)
    left = missing(run, ledger)
    cases = {sample.case for sample in ledger}

    assert left
    assert last.measured_cases == len(cases)
    assert len(left) + len(cases) == last.cases
    assert {one.asyncio.loop for one in left} | {
        sample.subject.runtime.loop for sample in ledger
    } >= {"asyncio", "uvloop"}
    assert any(one.models == ("threads", "processes") for one in left)
    assert collect(run, ledger).unmeasured == tuple(left)


@pytest.mark.long
def test_a_whole_run_lacks_nothing():
    """With time for all of it."""
    run = asked()
    ledger, _ = measured(run, 1e6)

    assert missing(run, ledger) == []


def test_a_shard_does_not_speak_of_the_other_shards():
    """They measure the rest elsewhere."""
    parts = [asked(shard=(number, 3)) for number in (1, 2, 3)]
    names = [
        {(one.pair, one.workload, one.asyncio) for one in missing(part, ())}
        for part in parts
    ]

    assert sum(map(len, names)) == len(set.union(*names))
    assert len(set.union(*names)) == len(missing(asked(), ()))


def test_a_run_without_a_plan_lacks_nothing():
    """A merged run has the plans of several, and a run of another lens has none."""
    run = asked()

    assert missing(msgspec.structs.replace(run, settings=None), ()) == []
    assert missing(msgspec.structs.replace(run, lenses=("shape",)), ()) == []


def test_what_was_asked_for_is_measured_before_the_noise_floor():
    """With little time, the noise floor is what is left out."""
    run = asked(pairs=("condition", "event"), sweep="none", noise=True)
    ledger, _ = measured(run, 1e6)
    first_of = {}
    for number, sample in enumerate(ledger):
        first_of.setdefault(sample.case, (number, sample.block))
    itself = [
        number
        for number, sample in enumerate(ledger)
        if sample.case.count("threads") == 2 or sample.case.count("asyncio (") == 2
    ]
    blocks = {}
    for sample in ledger[: itself[0]]:
        blocks.setdefault(sample.case, set()).add(sample.block)

    assert len(blocks) == 4
    assert all(len(found) >= 6 for found in blocks.values())
