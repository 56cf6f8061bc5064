"""The greenlets of an exploration are kept for the next, with nothing of its runs."""

import asyncio
import sys
import threading

import pytest

from bench.correctness import explore
from bench.correctness.engine import kept_fibers
from bench.correctness.engine.fibers import GreenletPool
from bench.correctness.engine.kept_fibers import KEPT, borrowed_pool, give_back
from bench.correctness.engine.kernel import Kernel

pytest.importorskip("greenlet")


@pytest.fixture(autouse=True)
def nothing_kept():
    kept_fibers.close_kept()
    yield
    kept_fibers.close_kept()


class Two:
    def __init__(self):
        self.lock = threading.Lock()
        self.value = 0

    def add(self):
        with self.lock:
            self.value += 1

    workers = (add, add)


def one_taken_and_given_back() -> GreenletPool:
    pool = borrowed_pool("greenlet")
    give_back(pool)
    return pool


def deeper() -> GreenletPool:
    return one_taken_and_given_back()


def test_the_next_exploration_has_the_same_fibers():
    """To make them takes a tenth of a short exploration."""
    pools = []
    for _ in range(2):
        assert explore(Two).outcome == "holds"
        pools += [pool for pool, _ in KEPT]

    assert len(pools) == 2
    assert pools[0] is pools[1]
    assert pools[1].made == len(pools[1].idle) == 2


def test_fibers_that_are_kept_hold_nothing_of_a_run():
    """What a program has made must be able to die when its exploration is over."""
    explore(Two)

    [(pool, _)] = KEPT
    assert pool.idle
    assert all(fiber.job is None for fiber in pool.idle)
    assert all(fiber.gr_context is None for fiber in pool.idle)


def test_a_deeper_caller_gets_new_fibers():
    """The calls of a program would be counted from where the old ones began."""
    first = one_taken_and_given_back()

    assert one_taken_and_given_back() is first
    assert deeper() is not first


def test_a_pool_with_a_fiber_that_is_not_idle_is_closed():
    """That fiber keeps what its run has made."""
    pool = borrowed_pool("greenlet")
    pool.fiber_for(lambda: pool.main)

    give_back(pool)

    assert KEPT == []


def test_many_fibers_are_not_kept():
    """Each has a stack: those of hundreds of threads take much memory."""
    pool = borrowed_pool("greenlet")
    fibers = [
        pool.fiber_for(lambda: pool.main) for _ in range(kept_fibers.MOST_KEPT + 1)
    ]
    for fiber in fibers:
        fiber.switch()

    give_back(pool)

    assert KEPT == []


def test_a_profiler_gets_new_fibers():
    """It would not see the calls of a greenlet that has begun before it."""
    first = one_taken_and_given_back()
    before = sys.getprofile()
    sys.setprofile(lambda *_: None)
    try:
        pool = one_taken_and_given_back()
    finally:
        sys.setprofile(before)

    assert pool is not first


def test_fibers_of_another_thread_are_not_kept():
    """That thread may end, and no other can run them."""
    thread = threading.Thread(target=one_taken_and_given_back)
    thread.start()
    thread.join()

    assert KEPT == []


def cancels_at_its_end():
    loop, never = asyncio.new_event_loop(), threading.Event()
    timers = [loop.call_later(9, print) for _ in range(2)]
    begun = [threading.Event() for _ in range(2)]

    def wait(number):
        try:
            begun[number].set()
            never.wait()
        finally:
            for timer in timers:
                timer.cancel()

    for number in range(2):
        threading.Thread(target=wait, args=(number,), daemon=True).start()
    for one in begun:
        one.wait()


def test_each_worker_is_ended_although_one_cancels_timers(monkeypatch):
    """At the end of a run, a `finally` changed the list of workers that were ended."""
    stock, begun = Kernel.unwind, []

    def unwind(kernel):
        workers = [one for one in kernel.workers if one.body and not one.unstarted]
        stock(kernel)
        begun.append([one.body is None for one in workers])

    monkeypatch.setattr(Kernel, "unwind", unwind)

    assert explore(cancels_at_its_end, jobs=1).outcome == "holds"
    assert [True, True] in begun
    assert all(map(all, begun))
