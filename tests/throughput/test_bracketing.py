"""The default run finds where the curve bends, and spends its time there."""

import math
from collections import Counter
from dataclasses import dataclass

import pytest

from bench.throughput import bracketing
from bench.throughput.case_track import Track
from bench.throughput.crossover_points import DEFAULT_POINTS, spare
from bench.throughput.inference import LEAST_BLOCKS, Interval, log_ratios
from bench.throughput.measuring import measure
from bench.throughput.missing import missing
from bench.throughput.planning import JOBS, Case, plan
from tests.throughput.fakes import FakeWorkers, settings
from tests.throughput.test_missing import asked


class Crossing(FakeWorkers):
    """Threads are faster below a number of workers, asyncio above."""

    at: float = 250.0

    def reading(self, spec):
        workers = spec["workload"]["workers"]
        factor = math.exp(0.5 * math.log(workers / self.at))
        if spec["model"] == "asyncio":
            factor = 1 / factor
        self.seconds = dict.fromkeys(("threads", "asyncio"), 1e-5 * factor)
        return super().reading(spec)


def run(budget=1e6, share=0.0, **changed):
    chosen = plan((JOBS,), settings(sweep="default", budget_seconds=budget, **changed))
    workers, ledger = Crossing(), []
    list(measure(chosen, ledger, workers, clock=workers.clock))
    places = {one.workload.workers for one in ledger if one.workload.cpu_share == share}
    return chosen, ledger, places


class Hill(Crossing):
    """Threads are faster at both ends and slower in the middle."""

    def reading(self, spec):
        workers = spec["workload"]["workers"]
        self.at = 50.0 if 20 < workers < 300 else 1e6
        return super().reading(spec)


def test_the_two_ends_of_each_share_are_measured_first():
    """0, 1, 5 and 20 %; the time that is left goes to the places in between."""
    cases = plan((JOBS,), settings(sweep="default")).cases
    sure = [case for case in cases if not case.is_spare]

    assert len(sure) == 8
    assert {case.workload.cpu_share for case in sure} == {0.0, 0.01, 0.05, 0.20}
    assert len(cases) == len(sure) + len(spare())


@pytest.mark.long
def test_points_between_are_measured_only_where_the_verdict_changes():
    """Between 100 and 1,000 workers, and nearer and nearer to 250."""
    _, _, places = run()

    assert {10, 100, 1000} < places
    assert 30 not in places
    assert {200, 300} <= places


@pytest.mark.long
def test_the_bracket_that_is_found_holds_the_crossing():
    """The two nearest points of different signs."""
    _, ledger, places = run()
    signs = {
        number: sum(
            log_ratios(
                [one for one in ledger
                 if one.workload.workers == number and not one.workload.cpu_share]
            )
        ) > 0
        for number in places
    }  # fmt: skip
    below = max(number for number, above in signs.items() if not above)
    above = min(number for number, is_above in signs.items() if is_above)

    assert (below, above) == (200, 300)


@pytest.mark.long
def test_a_curve_without_a_bend_needs_no_more_points():
    """Threads lead at every number of workers up to 50, as the middle shows."""
    _, _, places = run(share=0.05)

    assert places == {*DEFAULT_POINTS[0.05], 20}


@pytest.mark.long
def test_a_curve_that_bends_twice_is_found_by_its_middle():
    """Both ends have the same verdict; 100 workers have another."""
    chosen = plan((JOBS,), settings(sweep="default", budget_seconds=1e6))
    workers, ledger = Hill(), []
    list(measure(chosen, ledger, workers, clock=workers.clock))
    places = {one.workload.workers for one in ledger if not one.workload.cpu_share}

    assert {10, 100, 1000} < places
    assert {30, 50, 200, 300} <= places


@pytest.mark.long
def test_points_that_are_not_needed_are_not_missed():
    """They are not what was asked for."""
    _, ledger, _ = run()
    names = {one.case for one in ledger}

    assert missing(asked(pairs=(JOBS,), runtimes=settings().runtimes), ledger) == []
    assert len(names) < 8 + len(spare())


@pytest.mark.long
def test_a_resumed_run_goes_on_alike():
    """The samples decide which point is next."""
    chosen, whole, places = run()
    workers = Crossing()
    again = list(whole[: len(whole) // 2])
    list(measure(chosen, again, workers, done=tuple(again), clock=workers.clock))

    assert {
        one.workload.workers for one in again if not one.workload.cpu_share
    } == places


@pytest.mark.long
def test_spare_points_wait_until_all_others_have_an_interval():
    """A point of a bend must not take the time of a point that is always measured."""
    chosen, ledger, _ = run()
    spare_names = {case.name for case in chosen.cases if case.is_spare}
    first = next(at for at, one in enumerate(ledger) if one.case in spare_names)
    before = Counter(one.case for one in ledger[:first])
    sure = {case.name for case in chosen.cases if not case.is_spare}

    assert set(before) == sure
    assert min(before.values()) >= LEAST_BLOCKS * chosen.block_samples


@pytest.mark.long
def test_the_noise_floor_comes_between_first_and_further_spare_points():
    """One point in the middle of each curve, then what the method finds of nothing."""
    _, ledger, _ = run(noise=True)
    floors, spares = [], []
    for at, one in enumerate(ledger):
        left, right = one.case.rpartition("] ")[2].split(" : ")
        if left == right:
            floors.append(at)
        elif one.workload.workers not in DEFAULT_POINTS[one.workload.cpu_share]:
            spares.append((at, one.workload.cpu_share, one.workload.workers))
    first = {}
    for _, share, workers in spares:
        first.setdefault(share, workers)
    middles = [at for at, share, workers in spares if first[share] == workers]
    others = [at for at, share, workers in spares if first[share] != workers]

    assert len(first) == 4
    assert max(middles[: 4 * LEAST_BLOCKS]) < min(floors) < min(others)


@pytest.mark.long
@pytest.mark.parametrize("budget", [35, 37, 40])
def test_a_spare_point_without_time_for_an_interval_is_not_begun(budget):
    """A point without an interval decides nothing."""
    chosen, ledger, _ = run(budget=budget)
    spare_names = {case.name for case in chosen.cases if case.is_spare}
    blocks = Counter(one.case for one in ledger if one.case in spare_names)

    shares = {one.workload.cpu_share for one in ledger if one.case in blocks}

    assert len(shares) == min(len(blocks), 4)  # each curve gets one before a second
    assert min(blocks.values()) >= LEAST_BLOCKS * chosen.block_samples


@dataclass
class Point:
    """A case of a curve, as far as it is measured."""

    case: Case
    samples: tuple = ()
    interval: Interval | None = None
    has_failed: bool = False


def curve(**states):
    """The points of 0 % computing; `w100=...` changes the one of 100 workers."""
    cases = plan((JOBS,), settings(sweep="default")).cases
    return [
        Point(case, **states.get(f"w{case.workload.workers}", {}))
        for case in cases
        if not case.workload.cpu_share
    ]


THREADS = {"samples": (1,), "interval": Interval(-0.9, -0.7, 0.97)}
ASYNCIO = {"samples": (1,), "interval": Interval(0.6, 0.8, 0.97)}


def wanted(points):
    idle = bracketing.idle(points)
    return {
        one.case.workload.workers
        for one in points
        if one.case.is_spare and not one.samples and one.case.name not in idle
    }


def test_a_place_where_the_verdict_changes_gets_one_more_point_at_a_time():
    """Otherwise the time would be spread over points that turn out not to be needed."""
    ends = {"w10": THREADS, "w1000": ASYNCIO}

    assert wanted(curve(**ends)) == {100}
    assert wanted(curve(**ends, w100={"samples": (1,)})) == set()
    assert wanted(curve(**ends, w100=ASYNCIO)) == {30}


def test_a_point_that_failed_is_replaced_by_the_next_one():
    """A crash at 100 workers must not hide the crossing."""
    failed = {"samples": (1,), "has_failed": True}

    assert wanted(curve(w10=THREADS, w1000=ASYNCIO, w100=failed)) == {50}


def test_without_an_interval_nothing_is_bracketed():
    """A verdict of two blocks is none."""
    chosen = plan((JOBS,), settings(sweep="default"))
    tracks = [Track(case) for case in chosen.cases]

    assert bracketing.idle(tracks) == {
        case.name for case in chosen.cases if case.is_spare
    }


def test_a_sweep_that_is_asked_for_has_no_spare_points():
    """All of it is wanted."""
    for changed in ({"sweep": "full"}, {"workers": (30, 200), "cpu_shares": (0.0,)}):
        cases = plan((JOBS,), settings(**{"sweep": "default", **changed})).cases
        assert not any(case.is_spare for case in cases)
