"""The described work with one task for each worker, on asyncio's loop or uvloop's."""

import asyncio
import time
from typing import Any

from bench.decide.loads.job import Load, Tally, Window, compute, done, payload, values


async def work(window: Window, go: asyncio.Event, tally: Tally) -> None:
    """Do jobs until the window ends."""
    load = window.load
    await go.wait()
    due = window.first_due()
    while due < window.deadline:
        if (early := due - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        held = payload(load)
        wait = window.wait_seconds()
        await asyncio.sleep(wait)
        if wait < load.wait_seconds:
            break
        if load.blocking_seconds and time.perf_counter() < window.deadline:
            time.sleep(load.blocking_seconds)  # noqa: ASYNC251 - it is to block
        if not compute(load, tally, window.deadline):
            break
        del held
        done(window, tally, due)
        due = window.due()


async def run(load: Load) -> dict[str, Any]:
    """One window; the tasks are made before it starts and end after it."""
    window = Window(load)
    go = asyncio.Event()
    tallies = [Tally() for _ in range(load.workers)]
    called = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for tally in tallies:
            group.create_task(work(window, go, tally))
        await asyncio.sleep(0)  # lets each task begin to wait for the start
        ready = time.perf_counter() - called
        window.begin()
        go.set()
    return values(window, tallies, ready)
