"""The time to end workers that wait, and how many are left after 10 ms.

A task is cancelled where it waits.  A thread in a blocking call cannot be cancelled; it
reads a flag after the call returns.  A thread that waits on an event wakes as soon as
the event is set.  Both ways to end threads are measured.
"""

import asyncio
import threading
from collections.abc import Callable
from time import perf_counter, sleep

Values = dict[str, float]
GRACE_SECONDS = 0.010  # workers that are alive after this time are left behind


def threads(workers: int, wait_seconds: float) -> Values:
    """Threads in `time.sleep`, which read a flag afterwards; then in `Event.wait`."""
    stop = threading.Event()
    sleeping = _end(workers, stop, lambda: sleep(wait_seconds))
    stop = threading.Event()
    waiting = _end(workers, stop, lambda: stop.wait(wait_seconds))
    return {
        "cancel_seconds": sleeping[0],
        "left_after_10_ms": float(sleeping[1]),
        "cancel_seconds_cooperative": waiting[0],
        "left_after_10_ms_cooperative": float(waiting[1]),
    }


def _end(
    workers: int, stop: threading.Event, wait: Callable[[], object]
) -> tuple[float, int]:
    """Seconds until all have ended, and how many were left after GRACE_SECONDS."""
    arrived = threading.Barrier(workers + 1)

    def work() -> None:
        arrived.wait()
        while not stop.is_set():
            wait()

    started = [threading.Thread(target=work) for _ in range(workers)]
    for thread in started:
        thread.start()
    arrived.wait()
    sleep(GRACE_SECONDS)  # after this time all workers wait
    begin = perf_counter()
    stop.set()
    sleep(GRACE_SECONDS)
    left = sum(thread.is_alive() for thread in started)
    for thread in started:
        thread.join()
    return perf_counter() - begin if left else GRACE_SECONDS, left


async def asyncio_(workers: int, wait_seconds: float) -> Values:
    """Tasks in `asyncio.sleep`, cancelled."""

    tasks = [asyncio.create_task(asyncio.sleep(wait_seconds)) for _ in range(workers)]
    await asyncio.sleep(GRACE_SECONDS)
    begin = perf_counter()
    for task in tasks:
        task.cancel()
    _, left = await asyncio.wait(tasks, timeout=GRACE_SECONDS)
    cancelled = perf_counter()
    await asyncio.gather(*left, return_exceptions=True)
    return {
        "cancel_seconds": (perf_counter() if left else cancelled) - begin,
        "left_after_10_ms": float(len(left)),
    }
