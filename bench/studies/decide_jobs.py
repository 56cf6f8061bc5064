"""The jobs of a workload in the plainest programs, to check `decide` against.

    python -m bench.studies.decide_jobs threads '{"count": 100, "at_once": 10, ...}'

There are four programs.  Each does `count` jobs, with `at_once` of them in progress at
the same time.  In two programs, threads or tasks take the next job as soon as one is
done.  The other two are the most common forms: a pool of threads that receives all
jobs, and one task for each job, with a semaphore.

The programs share no code with what `decide` runs.  They end after a number of jobs,
not after a time.  A job computes in a loop of Python, or in a digest in C.  Each
program first measures how many repetitions take the wanted processor time, because the
speed of a machine changes by a third within minutes.  At the end it prints the seconds
for all jobs.
"""

import asyncio
import hashlib
import json
import sys
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from statistics import median

SIZING_SECONDS = 0.1  # of computing, at least, to measure each kind of step


@dataclass(frozen=True)
class Jobs:
    """The jobs of one program."""

    count: int
    at_once: int
    wait_seconds: float
    # processor time of a job in pure Python, which holds the lock
    holding_seconds: float
    free_seconds: float  # processor time of a job in a digest, without the lock
    blocking: bool = False  # asyncio must hand the jobs to threads
    steps: int = 0  # steps that take the holding_seconds
    rounds: int = 0  # rounds that take the free_seconds


def compute(steps: int, rounds: int) -> None:
    """The computing part of a job."""
    number = 0
    for step in range(steps):
        number += step
    if rounds:
        hashlib.pbkdf2_hmac("sha256", b"password", b"salt", rounds)


def sized(jobs: Jobs) -> Jobs:
    """The same jobs, with the steps and rounds that take the wanted seconds here."""
    return replace(
        jobs,
        steps=_fitting(jobs.holding_seconds, 50e6, lambda count: compute(count, 0)),
        rounds=_fitting(jobs.free_seconds, 5e6, lambda count: compute(0, count)),
    )


def _fitting(seconds: float, guess: float, work: Callable[[int], None]) -> int:
    """The count that takes this many seconds of this thread: a median of many runs.

    `guess` is a first estimate of the count for one second.
    """
    if not seconds:
        return 0
    count = max(1, round(seconds * guess))
    for _ in range(3):
        times: list[float] = []
        while len(times) < 5 or sum(times) < SIZING_SECONDS:
            start = time.thread_time()
            work(count)
            times.append(time.thread_time() - start)
        count = max(1, round(count * seconds / median(times)))
    return count


def one(jobs: Jobs) -> None:
    """One job, blocking."""
    time.sleep(jobs.wait_seconds)
    compute(jobs.steps, jobs.rounds)


def threads(jobs: Jobs) -> float:
    """Seconds for all jobs, with threads that take the next job when one is done."""
    # `next(left)` is atomic, so no two threads get the same number
    left = iter(range(jobs.count))
    begin = threading.Barrier(jobs.at_once + 1)

    def work() -> None:
        begin.wait()
        for _ in left:
            one(jobs)

    workers = [threading.Thread(target=work) for _ in range(jobs.at_once)]
    for worker in workers:
        worker.start()
    begin.wait()
    start = time.perf_counter()
    for worker in workers:
        worker.join()
    return time.perf_counter() - start


def pool(jobs: Jobs) -> float:
    """Seconds for all jobs, with a thread pool whose threads are already started."""
    with ThreadPoolExecutor(jobs.at_once) as executor:
        list(executor.map(time.sleep, [0.01] * jobs.at_once))
        start = time.perf_counter()
        list(executor.map(lambda _: one(jobs), range(jobs.count)))
        return time.perf_counter() - start


async def tasks(jobs: Jobs) -> float:
    """Seconds for all jobs, with tasks that take the next job when one is done."""
    left = iter(range(jobs.count))

    async def work() -> None:
        for _ in left:
            if jobs.blocking:
                await asyncio.to_thread(one, jobs)
            else:
                await asyncio.sleep(jobs.wait_seconds)
                compute(jobs.steps, jobs.rounds)

    if jobs.blocking:
        pool = ThreadPoolExecutor(jobs.at_once)
        asyncio.get_running_loop().set_default_executor(pool)
        list(pool.map(time.sleep, [0.01] * jobs.at_once))
    start = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(jobs.at_once):
            group.create_task(work())
    return time.perf_counter() - start


async def guarded(jobs: Jobs) -> float:
    """Seconds for all jobs, with one task for each job behind a semaphore."""
    room = asyncio.Semaphore(jobs.at_once)

    async def work() -> None:
        async with room:
            await asyncio.sleep(jobs.wait_seconds)
            compute(jobs.steps, jobs.rounds)

    start = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(jobs.count):
            group.create_task(work())
    return time.perf_counter() - start


PLAIN: dict[str, Callable[[Jobs], float]] = {"threads": threads, "pool": pool}
LOOPS: dict[str, Callable[[Jobs], Coroutine[None, None, float]]] = {
    "asyncio": tasks,
    "semaphore": guarded,
}


def main() -> None:
    """Run one program once."""
    name, told = sys.argv[1:3]
    jobs = sized(Jobs(**json.loads(told)))
    seconds = PLAIN[name](jobs) if name in PLAIN else asyncio.run(LOOPS[name](jobs))
    json.dump({"seconds": seconds}, sys.stdout)


if __name__ == "__main__":
    main()
