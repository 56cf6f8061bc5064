"""The described work as blocking functions that a loop hands to its threads."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bench.decide.loads.job import Load, Tally, Window, compute, done, payload, values


def do(window: Window, tally: Tally, due: float) -> bool:
    """Do one job and block the thread; False if the window ended during the job."""
    load = window.load
    if time.perf_counter() >= window.deadline:
        return False
    held = payload(load)
    wait = window.wait_seconds()
    time.sleep(wait)
    if wait < load.wait_seconds or not compute(load, tally, window.deadline):
        return False
    del held
    done(window, tally, due)
    return True


async def work(window: Window, go: asyncio.Event, tally: Tally) -> None:
    """Do jobs until the window ends, each in a thread of the loop's pool."""
    await go.wait()
    due = window.first_due()
    while due < window.deadline:
        if (early := due - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        if not await asyncio.to_thread(do, window, tally, due):
            break
        due = window.due()


async def run(load: Load) -> dict[str, Any]:
    """One window; if the pool is 0, it has a thread for each job at once."""
    window = Window(load)
    go = asyncio.Event()
    tallies = [Tally() for _ in range(load.workers)]
    called = time.perf_counter()
    size = min(load.pool or load.workers, load.workers)
    with ThreadPoolExecutor(size) as pool:
        asyncio.get_running_loop().set_default_executor(pool)
        await asyncio.gather(*(asyncio.to_thread(time.sleep, 0) for _ in range(size)))
        async with asyncio.TaskGroup() as group:
            for tally in tallies:
                group.create_task(work(window, go, tally))
            await asyncio.sleep(0)  # lets each task begin to wait for the start
            ready = time.perf_counter() - called
            window.begin()
            go.set()
    return values(window, tallies, ready)
