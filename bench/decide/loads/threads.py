"""The described work with one thread for each worker."""

import threading
import time
from typing import Any

from bench.decide.loads.job import Load, Tally, Window, compute, done, payload, values

# Each thread looks for the start at an interval: this time, multiplied by the number of
# threads.
LOOK_SECONDS = 5e-5
LEAST_LOOK_SECONDS = 0.001


def until_start(window: Window, look_seconds: float) -> None:
    """Sleep until the start, which is set as soon as all threads are started.

    The clock wakes each thread.  With an event, one thread would have to wake all
    others.  This would take longer than the window if all threads want the interpreter
    lock at once.
    """
    while not window.start:
        time.sleep(look_seconds)
    time.sleep(max(0.0, window.start - time.perf_counter()))


def work(window: Window, look_seconds: float, tally: Tally) -> None:
    """Do jobs until the window ends."""
    load = window.load
    until_start(window, look_seconds)
    due = window.first_due()
    while due < window.deadline:
        if (early := due - time.perf_counter()) > 0:
            time.sleep(early)
        held = payload(load)
        wait = window.wait_seconds()
        time.sleep(wait)
        if wait < load.wait_seconds or not compute(load, tally, window.deadline):
            break
        del held
        done(window, tally, due)
        due = window.due()


def run(load: Load) -> dict[str, Any]:
    """One window; the threads are started before it and end after it."""
    window = Window(load)
    look = max(LEAST_LOOK_SECONDS, LOOK_SECONDS * load.workers)
    tallies = [Tally() for _ in range(load.workers)]
    called = time.perf_counter()
    started: list[threading.Thread] = []
    try:
        for tally in tallies:
            thread = threading.Thread(target=work, args=(window, look, tally))
            thread.start()
            started.append(thread)
        ready = time.perf_counter() - called
        window.begin(after=2 * look)
    finally:
        if not window.start:  # no more threads could be started: end the started ones
            window.cancel()
        for thread in started:
            thread.join()
    return values(window, tallies, ready)
