"""Jobs which wait and compute, with one task for each worker."""

import asyncio
import time
from collections import deque
from collections.abc import Callable

from bench.throughput.jobs import JobsOutcome, Share, combined, compute

Log = Callable[..., object]


async def work(
    ready: asyncio.Barrier, jobs: deque[int], wait_seconds: float, steps: int
) -> Share:
    """Once all workers are ready, do jobs until none are left."""
    done: list[int] = []
    busy_seconds = 0.0
    await ready.wait()
    started, cpu_started = time.perf_counter(), time.process_time()
    while jobs:
        job = jobs.popleft()
        start = time.perf_counter()
        await asyncio.sleep(wait_seconds)
        compute(steps)
        busy_seconds += time.perf_counter() - start
        done.append(job)
    return Share(
        done,
        started,
        time.perf_counter(),
        busy_seconds,
        cpu_started,
        time.process_time(),
    )


async def run(
    count: int, workers: int, wait_seconds: float, steps: int, log: Log = print
) -> JobsOutcome:
    """Share `count` jobs among workers that are all ready before the first job."""
    jobs = deque(range(count))
    ready = asyncio.Barrier(workers)
    called = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(work(ready, jobs, wait_seconds, steps))
            for _ in range(workers)
        ]
        shares = [await task for task in tasks]
    log(count, "jobs done by", workers, "tasks")
    return combined(called, shares)
