"""The default run finds where the curve bends, and spends its time there."""

import math

import pytest

from bench.throughput import bracketing
from bench.throughput.case_track import Track
from bench.throughput.crossover_points import DEFAULT_POINTS, spare
from bench.throughput.inference import log_ratios
from bench.throughput.measuring import measure
from bench.throughput.missing import missing
from bench.throughput.planning import JOBS, plan
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


def test_each_share_has_three_points_from_the_start():
    """0, 1, 5 and 20 %: five points in all said little."""
    cases = plan((JOBS,), settings(sweep="default")).cases
    sure = [case for case in cases if not case.is_spare]

    assert len(sure) == 12
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
    """Threads lead at every number of workers up to 50."""
    _, _, places = run(share=0.05)

    assert places == set(DEFAULT_POINTS[0.05])


@pytest.mark.long
def test_points_that_are_not_needed_are_not_missed():
    """They are not what was asked for."""
    _, ledger, _ = run()
    names = {one.case for one in ledger}

    assert missing(asked(pairs=(JOBS,), runtimes=settings().runtimes), ledger) == []
    assert len(names) < 12 + len(spare())


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
