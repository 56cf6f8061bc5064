"""The explorer finds every defect of the catalogue, and nothing in the mended twins.

The limits are in schedules, never in time, so that a slow machine changes nothing.
"""

import asyncio
import inspect
import os
import runpy
import selectors
import threading
from collections import Counter

import pytest

from bench.correctness import explore
from bench.studies.mutants import MENDED, catalogue

MUTANTS = list(catalogue())
THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
STRIDE = 1 if THOROUGH else 4  # of those tried on real threads and tasks
SCHEDULES_TO_FIND = 2_000
SCHEDULES_TO_PROVE = 10_000


def up_to(schedules):
    """The limits of an exploration."""
    return {"limit_schedules": schedules, "limit_seconds": None}


def each(mutants):
    """Run a test once for each of these mutants."""
    return pytest.mark.parametrize(
        "mutant", [pytest.param(m, id=f"{m.path.stem}-{m.name}") for m in mutants]
    )


@pytest.mark.sampled(4)
@each(MUTANTS)
def test_the_mutant_is_broken_by_its_own_symptom(mutant):
    """Broken for another reason would mean that the defect itself was missed."""
    verdict = explore(mutant.scenario, **up_to(SCHEDULES_TO_FIND))

    assert verdict.outcome == "broken"
    assert mutant.shown_by(verdict.failure.symptom), verdict.failure.symptom


@pytest.mark.sampled(4)
@each(MUTANTS)
def test_the_mended_twin_holds_in_every_schedule(mutant):
    """A false alarm costs more trust than a missed defect."""
    verdict = explore(mutant.twin, **up_to(SCHEDULES_TO_PROVE))

    assert (verdict.outcome, verdict.failure) == ("holds", None)
    assert verdict.exhausted


@pytest.mark.sampled(4)
@each(m for m in MUTANTS if m.in_asyncio)
def test_a_failure_says_whether_the_stock_loop_can_show_it(mutant):
    """Only ready tasks taken out of their order are beyond the stock loop's promise."""
    verdict = explore(mutant.scenario, order="fifo", **up_to(SCHEDULES_TO_PROVE))

    assert verdict.outcome == ("holds" if mutant.any_order_only else "broken")


@pytest.mark.sampled(3)
@each(MUTANTS[::STRIDE])
def test_the_mended_twin_holds_on_the_real_primitives(mutant):
    """The twin is right by more than the explorer's word."""
    scenario = runpy.run_path(str(mutant.path))[mutant.name + MENDED]

    if mutant.in_asyncio:
        with asyncio.Runner(loop_factory=HastyLoop) as runner:
            runner.run(play_in_loop(scenario))
    else:
        play_in_threads(scenario)


class HastySelector(selectors.DefaultSelector):
    """Skips the time in which nothing would happen."""

    skipped_seconds = 0.0
    is_hasty = True

    def select(self, timeout=None):
        if not timeout or not self.is_hasty:
            return super().select(timeout)
        ready = super().select(min(timeout, 0.001))
        self.skipped_seconds += 0 if ready else timeout
        return ready


class HastyLoop(asyncio.SelectorEventLoop):
    """The stock loop, with a clock that runs ahead when all are asleep."""

    def __init__(self):
        self.selector = HastySelector()
        super().__init__(self.selector)

    def time(self):
        return super().time() + self.selector.skipped_seconds

    async def shutdown_default_executor(self, *timeout):
        self.selector.is_hasty = False  # its threads take the time they take
        await super().shutdown_default_executor(*timeout)


async def play_in_loop(scenario_class):
    """Run a scenario once, and fail with what its workers raised."""

    async def work(worker):
        if inspect.isawaitable(coroutine := worker(scenario)):
            await coroutine

    scenario = scenario_class()
    async with asyncio.TaskGroup() as group:
        for worker in scenario.workers:
            group.create_task(work(worker))
    if hasattr(scenario, "check") and inspect.isawaitable(found := scenario.check()):
        await found


def play_in_threads(scenario_class):
    """Run a scenario once, and fail with what its workers raised."""
    scenario, failures = scenario_class(), []

    def work(worker):
        try:
            worker(scenario)
        except BaseException as failure:
            failures.append(failure)

    threads = [
        threading.Thread(target=work, args=(worker,), daemon=True)
        for worker in scenario.workers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)  # seconds: far beyond any right end
    assert not any(thread.is_alive() for thread in threads)
    assert failures == []
    if hasattr(scenario, "check"):
        scenario.check()


def test_the_catalogue_covers_the_field():
    """A catalogue that shrank, or forgot a symptom, would pass on nothing."""
    symptoms = Counter(kind for mutant in MUTANTS for kind in mutant.symptoms)

    assert len(MUTANTS) >= 250
    assert sum(mutant.in_asyncio for mutant in MUTANTS) >= 80
    assert symptoms["deadlock"] >= 60
    assert symptoms["AssertionError"] >= 60
    assert len(symptoms) >= 10
