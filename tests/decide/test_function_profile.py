"""A function measured alone: its shares, and where a coroutine keeps its loop."""

import asyncio
import hashlib
import sys
import threading

import pytest

from bench.decide import functions
from bench.decide.function_profile import blocking, calls, lock_word, thread_times
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


BUSY_BESIDE = VALUES | {"threads_cpu_seconds": 5.0, "threads_queued_seconds": 0.5}


def test_what_a_functions_own_threads_compute_is_computing():
    """4 s by the thread that called, 5 s by others; 9 of 10 s, 8 of them locked."""
    found = functions.shares(BUSY_BESIDE | {"queued_seconds": 0.0}, 0.8, "")

    assert found.with_gil == pytest.approx(0.8)
    assert found.without_gil == pytest.approx(0.1)
    assert found.queued == pytest.approx(0.05)
    assert found.waiting == pytest.approx(0.05)


def test_a_little_beside_it_is_what_looking_costs():
    """The thread that looks at the steps computes too."""
    assert functions.computed(VALUES | {"threads_cpu_seconds": 0.1}) == 4.0


def test_a_step_that_waits_for_the_lock_of_its_own_threads_blocks_nothing():
    """No line of it is to be mended."""
    values = BUSY_BESIDE | {"stepped_seconds": 9.0, "blocks": [(0.02, 3, "a.py:1")]}

    assert functions.blocking(values) == 0.0
    assert functions.blocks(values) == ()


def of_threads(**changed):
    parts = Shares(with_gil=0.5, without_gil=0.5, waiting=0.0, queued=0.0)
    known = {"cpu_seconds": 0.02, "threads_cpu_seconds": 0.019, "is_coroutine": True}
    return Measured(
        name="f", calls=10, seconds=0.01, shares=parts, **known | changed
    )  # fmt: skip


def test_threads_that_compute_at_once_have_more_than_the_time_they_take():
    """10 ms a call, 20 ms of computing, of which 5 ms with the lock."""
    work = functions.work_of(of_threads(), 8)

    assert work.cpu_seconds == pytest.approx(0.02)
    assert work.without_gil == pytest.approx(0.75)


@pytest.mark.parametrize(("handed", "pooled"), [(0.019, True), (0.001, False)])
def test_what_a_coroutine_function_hands_to_threads_is_not_on_its_loop(handed, pooled):
    """Most of its computing decides."""
    found = of_threads(threads_cpu_seconds=handed)

    assert functions.work_of(found, 8).blocking_library is pooled


@pytest.mark.parametrize(
    ("first", "said"), [(0.5, "its first call took 500 ms"), (1e-6, "call it as it is")]
)
def test_a_call_that_does_next_to_nothing_is_not_decided_on(first, said):
    """A cache answers from the second call on."""
    values = {"elapsed_seconds": 0.1, "calls": 1_000_000, "first_seconds": first}

    assert said in functions.nothing("m:f", values)
    assert "100 ns a call" in functions.nothing("m:f", values)
    assert functions.nothing("m:f", values | {"calls": 10_000}) is None


def generator():
    yield 1


async def agenerator():
    yield 1


@pytest.mark.parametrize(
    ("name", "kind"),
    [("generator", "a generator"), ("agenerator", "an asynchronous generator")],
)
def test_a_generator_function_is_refused_because_a_call_runs_nothing(
    name, kind, monkeypatch
):
    """It was measured at 280 ns, with a verdict."""
    monkeypatch.setattr(calls, "_tried", [])
    told = calls.tried(f"{__name__}:{name}", "{}")["unusable"]

    assert f"returns {kind}, and a call runs none of its code" in told


def plain_around():
    return awaited()


async def awaited():
    await asyncio.sleep(0)
    return 7


def test_a_coroutine_function_under_a_plain_decorator_is_one():
    """As the asyncio side of a pair it is taken too."""
    found = calls.Function(f"{__name__}:plain_around", "{}")

    assert found.calls(0.0) == (1, 7)
    assert found.is_coroutine


def test_each_call_is_a_step_of_its_own_where_none_gives_the_loop_back():
    """Calls in a row were added up to seconds."""
    watch = blocking.Watch()
    now = iter([1.0, 1.010, 1.020])
    watch._keep = lambda took: steps.append(round(took, 3))
    steps = []

    def run(handle):
        watch.split()

    class Clock:
        perf_counter = staticmethod(lambda: next(now))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocking, "time", Clock)
        watch.step(run, object())

    assert steps == [0.01, 0.01]


def test_only_the_threads_of_the_function_are_counted():
    """The one that looks at its steps is ours; a sleep starts none."""
    found = calls._shares(calls.Function(f"{__name__}:sleeps", "{}"), 0.0)

    assert found["threads_started"] == 0


def sleeps():
    pass


def starts_one():
    thread = threading.Thread(target=sleeps)
    thread.start()
    thread.join()


def test_a_thread_that_a_call_starts_is_counted_with_its_time_in_the_queue():
    """One a call."""
    with thread_times.started() as found:
        starts_one()
        starts_one()

    assert found.count == len(found.queued) == 2


def test_a_lock_that_any_thread_may_hold_is_looked_at_all_the_time():
    """While the calling thread is queued, another of the function's computes."""
    looks = [(float(at), True, 0.0) for at in range(10)] + [(10.0, True, 9.0)]

    assert held_share(looks) < 1
    assert held_share(looks, by_any=True) == 1


def test_what_processes_compute_is_told_where_it_is_more_than_nothing():
    """2 % of 10 s."""
    assert functions.in_children(VALUES | {"children_cpu_seconds": 3.0}) == 3.0
    assert functions.in_children(VALUES | {"children_cpu_seconds": 0.1}) == 0.0
    assert functions.computed(VALUES | {"children_cpu_seconds": 3.0}) == 4.0
