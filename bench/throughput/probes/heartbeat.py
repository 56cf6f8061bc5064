"""The lateness of a heartbeat next to workers that compute in chunks.

A beat is due BEAT_SECONDS after the last one.  Its lateness is the delay that a request
would have if it arrived when the beat is due.  In an event loop the beat waits until
all chunks before it are done.  In threads it waits until it gets the interpreter lock.
"""

import asyncio
import threading
from time import perf_counter, sleep

from bench.throughput.jobs import compute, steps_in
from bench.throughput.probes.quantiles import quantiles

Values = dict[str, float | list[float]]
BEAT_SECONDS = 0.010


def threads(workers: int, chunk_seconds: float, seconds: float) -> Values:
    """One thread that beats, next to threads that compute."""
    steps = steps_in(chunk_seconds)
    over = threading.Event()

    def burst() -> None:
        while not over.is_set():
            compute(steps)

    bursts = [threading.Thread(target=burst) for _ in range(workers)]
    for thread in bursts:
        thread.start()
    late = []
    start = perf_counter()
    while perf_counter() < start + seconds:
        due = perf_counter() + BEAT_SECONDS
        sleep(BEAT_SECONDS)
        late.append(perf_counter() - due)
    over.set()
    for thread in bursts:
        thread.join()
    return {**quantiles("lateness", late), "lateness": late}


async def asyncio_(workers: int, chunk_seconds: float, seconds: float) -> Values:
    """One task that beats, next to tasks that compute and yield after each chunk."""
    steps = steps_in(chunk_seconds)
    over = asyncio.Event()

    async def burst() -> None:
        while not over.is_set():
            compute(steps)
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as bursts:
        for _ in range(workers):
            bursts.create_task(burst())
        late = []
        start = perf_counter()
        while perf_counter() < start + seconds:
            due = perf_counter() + BEAT_SECONDS
            await asyncio.sleep(BEAT_SECONDS)
            late.append(perf_counter() - due)
        over.set()
    return {**quantiles("lateness", late), "lateness": late}
