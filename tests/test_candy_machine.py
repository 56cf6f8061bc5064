"""An old question: does the candy machine need its lock? What for?"""

import random
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import pytest
from models import in_every_form, quiet

import asyncio_impl.broken.candy_machine
import asyncio_impl.candy_machine
import threaded.candy_machine
from bench.pairs.catalogue import PAIRS
from bench.pairs.wrong_outcomes import miscounted_or_torn


@pytest.fixture
def hasty_switching():
    """Threads are switched as often as the interpreter can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def test_the_semaphore_keeps_its_count_without_the_lock(hasty_switching):
    """Whatever the order: as many bars are sold as there were and were put in."""
    machine = threaded.candy_machine.CandyMachine(3)
    machine.guard = nullcontext()
    with ThreadPoolExecutor(4) as people:
        acts = [machine.refill, machine.buy] * 2
        visits = [
            people.submit(lambda act=act: [act("x", quiet) for _ in range(200)])
            for act in acts
        ]
    refilled = sum(visits[n].result().count("OK") for n in (0, 2))
    sold = sum(visits[n].result().count("OK") for n in (1, 3))

    left = 0
    while machine.take_bar():
        left += 1

    assert 3 + refilled - sold == left
    assert 0 <= left <= 3


async def test_asyncio_needs_no_lock_while_nothing_is_awaited_in_between():
    """Without the guard and without an await the transcript cannot be torn."""
    machine = asyncio_impl.candy_machine.CandyMachine(2)
    machine.guard = nullcontext()

    outcome = await asyncio_impl.candy_machine.run(
        machine, count=60, people=6, pause=1e-6, log=quiet
    )

    assert miscounted_or_torn(outcome, {"count": 60, "capacity": 2}) is None


async def test_asyncio_needs_the_lock_once_something_is_awaited_in_between():
    """The counter-example's await tears it, and the count is right all the same."""
    machine = asyncio_impl.broken.candy_machine.CandyMachine(2)

    outcome = await asyncio_impl.candy_machine.run(
        machine, count=20, people=4, log=quiet
    )

    assert "torn" in miscounted_or_torn(outcome, {"count": 20, "capacity": 2})
    results, _ = outcome
    refilled = sum(shares.count("OK") for shares in results[0::2])
    sold = sum(shares.count("OK") for shares in results[1::2])
    assert 0 <= 2 + refilled - sold <= 2


@in_every_form
def test_the_seed_decides_the_pauses(model, monkeypatch):
    """Who pauses how long is drawn once and for all: a run can be repeated."""
    drawn = []

    class Watched(random.Random):
        def uniform(self, low, high):
            chosen = super().uniform(low, high)
            if high < 1:  # trio draws the offset of its clock too, once it is loaded
                drawn.append(chosen)
            return chosen

    monkeypatch.setattr(random, "Random", Watched)

    def pauses(seed):
        drawn.clear()
        options = {"count": 10, "people": 2, "pause": 1e-6, "seed": seed}
        model.run(PAIRS["candy_machine"], options)
        return sorted(drawn)

    assert pauses(1) == pauses(1) != pauses(2)


@pytest.mark.parametrize(
    ("transcript", "complaint"),
    [
        ([("v", "Refilling candy..."), ("v", "OK")], "with 2 bars in a tray of 2"),
        ([("b", "Buying candy..."), ("b", "empty, skipping")], "with 2 bars"),
        ([("b", "Buying candy..."), ("v", "Refilling candy...")], "torn"),
        ([("b", "Buying candy..."), ("b", "full, skipping")], "torn"),
        ([("b", "Buying candy..."), ("c", "OK")], "torn"),
        ([("b", "Buying candy...")], "the transcript has 1 of 2 lines"),
        ([("b", "Buying candy..."), ("b", "OK")], None),
        ([["v", "Refilling candy..."], ["v", "full, skipping"]], None),
    ],
)
def test_a_transcript_is_replayed_against_a_tray(transcript, complaint):
    """What no tray can do did not happen so: torn, miscounted or out of order."""
    wrong = miscounted_or_torn([[["x"]], transcript], {"count": 1, "capacity": 2})

    assert (wrong is None) == (complaint is None)
    assert complaint is None or complaint in wrong
