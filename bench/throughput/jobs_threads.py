"""Jobs which wait and compute, with one thread for each worker."""

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bench.throughput.jobs import JobsOutcome, Share, combined, compute

Log = Callable[..., object]


def work(
    ready: threading.Barrier, jobs: deque[int], wait_seconds: float, steps: int
) -> Share:
    """Once all workers are ready, do jobs until none are left."""
    done: list[int] = []
    busy_seconds = 0.0
    ready.wait()
    started, cpu_started = time.perf_counter(), time.process_time()
    while jobs:
        try:
            job = jobs.popleft()
        # another worker took the last job after the check of `jobs`
        except IndexError:
            break
        start = time.perf_counter()
        time.sleep(wait_seconds)
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


def run(
    count: int, workers: int, wait_seconds: float, steps: int, log: Log = print
) -> JobsOutcome:
    """Share `count` jobs among workers that are all ready before the first job."""
    jobs = deque(range(count))
    ready = threading.Barrier(workers)
    called = time.perf_counter()
    with ThreadPoolExecutor(workers) as pool:
        try:
            tasks = [
                pool.submit(work, ready, jobs, wait_seconds, steps)
                for _ in range(workers)
            ]
        # no more threads can start: the started threads must not wait for ever
        except RuntimeError:
            ready.abort()
            raise
        shares = [task.result() for task in tasks]
    log(count, "jobs done by", workers, "threads")
    return combined(called, shares)
