"""The jobs on a pool of processes: neither threads nor asyncio."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from bench.throughput.jobs import JobsOutcome, Share, combined, compute

Log = Callable[..., object]
# not fork, because a forked process would have a copy of the threads' state
METHOD = "forkserver" if os.name == "posix" else "spawn"


def do(job: int, wait_seconds: float, steps: int) -> tuple[int, int, float, float]:
    """Do one job; return the process, the job, and the times of start and end."""
    start = time.perf_counter()
    time.sleep(wait_seconds)
    compute(steps)
    return os.getpid(), job, start, time.perf_counter()


def run(
    count: int, workers: int, wait_seconds: float, steps: int, log: Log = print
) -> JobsOutcome:
    """Share `count` jobs among processes that are all started before the first job."""
    called = time.perf_counter()
    with ProcessPoolExecutor(workers, mp_context=get_context(METHOD)) as pool:
        list(pool.map(do, range(workers), [0.01] * workers, [0] * workers))
        begun = time.perf_counter()
        tasks = [pool.submit(do, job, wait_seconds, steps) for job in range(count)]
        done = [task.result() for task in tasks]
    log(count, "jobs done by", workers, "processes")
    shares = []
    for process in sorted({process for process, *_ in done}):
        mine = [(job, start, end) for by, job, start, end in done if by == process]
        shares.append(
            Share(
                jobs=[job for job, _, _ in mine],
                started=begun,
                ended=max(end for _, _, end in mine),
                busy_seconds=sum(end - start for _, start, end in mine),
            )
        )
    return combined(called, shares)
