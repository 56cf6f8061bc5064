"""The jobs as blocking functions that a loop runs in threads."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bench.throughput.jobs import JobsOutcome, Share, combined, compute

Log = Callable[..., object]


def do(wait_seconds: float, steps: int) -> None:
    """Do one job; this blocks the thread."""
    time.sleep(wait_seconds)
    compute(steps)


async def work(
    ready: asyncio.Barrier, jobs: deque[int], wait_seconds: float, steps: int
) -> Share:
    """Once all workers are ready, do jobs in threads until none are left."""
    done: list[int] = []
    busy_seconds = 0.0
    await ready.wait()
    started, cpu_started = time.perf_counter(), time.process_time()
    while jobs:
        job = jobs.popleft()
        start = time.perf_counter()
        await asyncio.to_thread(do, wait_seconds, steps)
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
    """Share `count` jobs among workers, after a thread for each worker has started."""
    jobs = deque(range(count))
    ready = asyncio.Barrier(workers)
    loop = asyncio.get_running_loop()
    # the default pool has only min(32, cores + 4) threads
    pool = ThreadPoolExecutor(workers)
    loop.set_default_executor(pool)
    called = time.perf_counter()
    arrived = threading.Barrier(workers)
    await asyncio.gather(*(asyncio.to_thread(arrived.wait) for _ in range(workers)))
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(work(ready, jobs, wait_seconds, steps))
            for _ in range(workers)
        ]
        shares = [await task for task in tasks]
    pool.shutdown()
    log(count, "jobs done by", workers, "tasks in threads")
    return combined(called, shares)
