"""The jobs on threads started one by one, without a pool."""

import threading
import time
from collections import deque
from collections.abc import Callable

from bench.throughput.jobs import JobsOutcome, Share, combined
from bench.throughput.jobs_threads import work

Log = Callable[..., object]


def run(
    count: int, workers: int, wait_seconds: float, steps: int, log: Log = print
) -> JobsOutcome:
    """Share `count` jobs among workers that are all ready before the first job."""
    jobs = deque(range(count))
    ready = threading.Barrier(workers)
    shares: list[Share] = []
    called = time.perf_counter()
    threads = [
        threading.Thread(
            target=lambda: shares.append(work(ready, jobs, wait_seconds, steps))
        )
        for _ in range(workers)
    ]
    try:
        for thread in threads:
            thread.start()
    # no more threads can start: the started threads must not wait for ever
    except RuntimeError:
        ready.abort()
        raise
    for thread in threads:
        thread.join()
    log(count, "jobs done by", workers, "threads")
    return combined(called, shares)
