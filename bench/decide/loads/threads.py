"""The described work on one thread a worker."""

import threading
import time
from typing import Any

from bench.decide.loads.job import Load, Tally, Window, compute, done, payload, values


def work(window: Window, go: threading.Event, tally: Tally) -> None:
    """Do jobs until the window ends."""
    load = window.load
    go.wait()
    due = window.first_due()
    while due < window.deadline:
        if (early := due - time.perf_counter()) > 0:
            time.sleep(early)
        held = payload(load)
        time.sleep(load.wait_seconds)
        tally.first_awake = tally.first_awake or time.perf_counter()
        if not compute(load, tally, window.deadline):
            break
        del held
        done(window, tally, due)
        due = window.due()


def run(load: Load) -> dict[str, Any]:
    """One window; the threads are started before it and have ended after it."""
    window = Window(load)
    go = threading.Event()
    tallies = [Tally() for _ in range(load.workers)]
    called = time.perf_counter()
    started: list[threading.Thread] = []
    try:
        for tally in tallies:
            thread = threading.Thread(target=work, args=(window, go, tally))
            thread.start()
            started.append(thread)
        ready = time.perf_counter() - called
        window.begin()
    finally:
        go.set()  # when there were no more threads, those there are end at once
        for thread in started:
            thread.join()
    return values(window, tallies, ready)
