"""A function measured alone: its shares, and where a coroutine keeps its loop."""

import asyncio
import hashlib
import sys
import threading

import pytest

from bench.decide import functions
from bench.decide.function_profile import lock_word
from bench.decide.function_profile.blocking import watched
from bench.decide.function_profile.sampler import held_share
from bench.records.decisions import Measured, Shares

needs_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="schedstat and /proc/PID/mem are Linux's"
)
VALUES = {"elapsed_seconds": 10.0, "cpu_seconds": 4.0, "queued_seconds": 2.0}


def test_the_four_shares_add_up():
    """Computing 40 %, half of it with the lock; 20 % queued; the rest waits."""
    found = functions.shares(VALUES, 0.2, "")

    assert (found.with_gil, found.without_gil) == (0.2, 0.2)
    assert found.queued == 0.2
    assert found.waiting == pytest.approx(0.4)


def test_a_lock_held_while_waiting_is_no_computing():
    """C code can wait without letting it go."""
    assert functions.shares(VALUES, 0.9, "").with_gil == 0.4


def test_time_in_the_queue_says_nothing_of_the_lock():
    """Looks of the last 3 s before the queue grew by 3 s are left out."""
    looks = [(float(at), True, 0.0) for at in range(10)]
    looks += [(10.0, True, 3.0), (11.0, False, 3.0)]

    assert held_share(looks) == pytest.approx(8 / 12)
    assert held_share([]) is None


@pytest.mark.parametrize(
    ("beside", "share"), [(100.0, 0.0), (50.0, 1.0), (100 / 1.5, 0.5)]
)
def test_a_paired_run_tells_the_share_that_holds_the_lock(beside, share):
    """All with the lock leaves half of it to the other thread."""
    assert functions.of_contention(100.0, beside, 1.0) == pytest.approx(share)


def test_queueing_is_not_the_functions_own():
    """The same function on an idle machine is what is asked about."""
    parts = Shares(with_gil=0.2, without_gil=0.1, waiting=0.3, queued=0.4)
    found = Measured(name="f", calls=10, seconds=1.0, shares=parts)
    work = functions.work_of(found, 7)

    assert work.wait_seconds == pytest.approx(0.3)
    assert work.cpu_seconds == pytest.approx(0.3)
    assert work.without_gil == pytest.approx(1 / 3)
    assert work.blocking_library


@needs_linux
def test_the_lock_is_found_in_memory_and_told_apart():
    """Held while this thread computes; found again at the same place."""
    address = lock_word.find()

    assert address is not None
    assert lock_word.find() == address


def test_memory_that_is_not_mapped_is_an_error_and_no_crash():
    """Another thread may unmap what was mapped a moment before."""
    with pytest.raises(OSError, match="memory of this process"):
        lock_word._copied(4096, 4096)


def test_a_step_that_lasts_is_told_with_its_line():
    """A loop that hashes for long runs no other task meanwhile."""

    def hashes():
        for _ in range(40):
            hashlib.pbkdf2_hmac("sha256", b"a", b"b", 20_000)

    async def main():
        await asyncio.sleep(0)
        hashes()

    with watched() as watch:
        asyncio.run(main())

    [(seconds, count, line), *_] = watch.told()
    assert seconds > 0.005
    assert count == 1
    assert "test_function_profile.py" in line
    assert threading.current_thread() is threading.main_thread()
