"""One core or all: the threads of a fetch run where they are measured to be faster."""

import os
import random
import threading

import pytest

from fetching import cores
from fetching.cores import (
    GAIN,
    HOLD_SECONDS,
    LARGE_BYTES,
    LONGEST_PHASE_SECONDS,
    Chooser,
    place_threads,
)

ALL, ONE = frozenset({2, 3, 5}), frozenset({5})


class Fetch:
    """A fetch whose speed depends on its cores, with a clock of its own."""

    def __init__(self, on_all, on_one, workers=8):
        self.speeds = {ALL: on_all, ONE: on_one}
        self.now = 0.0
        self.at: dict[frozenset, float] = {ALL: 0.0, ONE: 0.0}  # seconds spent
        self.placed = []
        self.chooser = Chooser(workers, ALL, self.placed.append, lambda: self.now)

    @property
    def cores(self):
        return self.placed[-1] if self.placed else ALL

    def run(self, seconds, length=1000):
        end = self.now + seconds
        while self.now < end:
            step = 1 / self.speeds[self.cores]
            self.now += step
            self.at[self.cores] += step
            self.chooser.count_body(length)


def test_threads_that_are_faster_on_one_core_stay_there():
    """At 2.8 times the speed of all cores, as with small bodies on two cores."""
    fetch = Fetch(on_all=3000, on_one=8400)
    fetch.run(60)

    assert fetch.cores == ONE
    assert fetch.at[ONE] > 0.95 * 60


@pytest.mark.parametrize("on_one", [1500, 3000, 3000 * GAIN * 0.99])
def test_threads_that_are_hardly_faster_on_one_core_use_all(on_one):
    """For example if they wait for the server, or if they encrypt."""
    fetch = Fetch(on_all=3000, on_one=on_one)
    fetch.run(60)

    assert fetch.cores == ALL
    assert fetch.at[ALL] > 0.95 * 60


def test_one_core_is_left_when_it_becomes_the_slower_choice():
    """Another program may start to use this core."""
    fetch = Fetch(on_all=3000, on_one=8400)
    fetch.run(10)
    assert fetch.cores == ONE
    fetch.speeds[ONE] = 2000
    fetch.run(2 * HOLD_SECONDS)

    assert fetch.cores == ALL


def test_a_large_body_gets_all_cores_at_once():
    """Its bytes are copied without the interpreter lock."""
    fetch = Fetch(on_all=3000, on_one=8400)
    fetch.run(10)
    assert fetch.cores == ONE
    fetch.chooser.count_body(LARGE_BYTES)

    assert fetch.cores == ALL
    fetch.run(HOLD_SECONDS - 0.1)
    assert fetch.cores == ALL, "the next trial is not due yet"


@pytest.mark.parametrize("length", [1000, LARGE_BYTES])
def test_a_slow_fetch_is_never_moved(length):
    """With 50 bodies per second the lock is not the limit."""
    fetch = Fetch(on_all=50, on_one=500)
    fetch.run(60, length)

    assert not fetch.placed


def test_a_fetch_that_becomes_slow_on_one_core_gets_all_again():
    """The trial ends after LONGEST_PHASE_SECONDS, with however few bodies."""
    fetch = Fetch(on_all=3000, on_one=8400)
    fetch.run(10)
    fetch.speeds = {ALL: 60, ONE: 60}
    fetch.run(HOLD_SECONDS + 2 * LONGEST_PHASE_SECONDS)

    assert fetch.cores == ALL


def test_a_phase_has_several_rounds_of_all_workers():
    """A thousand workers whose answers arrive together, about ten times a second.

    With few rounds in a phase, chance would often make one phase look faster.
    """
    drawn, now, moments = random.Random(1), 0.0, []
    chooser = Chooser(1000, ALL, lambda _: moments.append(now), lambda: now)
    for _ in range(3000):
        now += drawn.uniform(0.08, 0.12)
        for _ in range(1000):
            chooser.count_body(1000)

    trials = list(zip(moments[::2], moments[1::2], strict=False))
    assert len(trials) > 20
    assert all(back - there < HOLD_SECONDS for there, back in trials)


def test_all_threads_are_placed(monkeypatch):
    """Also threads that were started before; one that has just ended is no error."""
    placed = {}

    def place(thread, cores):
        if thread == threading.main_thread().native_id:
            raise ProcessLookupError
        placed[thread] = cores

    monkeypatch.setattr(os, "sched_setaffinity", place, raising=False)
    ready, end = threading.Event(), threading.Event()
    worker = threading.Thread(target=lambda: (ready.set(), end.wait(10)))
    worker.start()
    try:
        assert ready.wait(10)
        place_threads(ONE)
    finally:
        end.set()
        worker.join()

    assert placed[worker.native_id] == ONE


def test_a_system_without_a_choice_is_known(monkeypatch):
    """macOS and Windows cannot keep a process to chosen cores."""
    monkeypatch.delattr(os, "sched_setaffinity", raising=False)

    assert not cores.can_choose()
