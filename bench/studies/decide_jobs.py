"""The jobs of a workload in the plainest programs: what `decide` is checked against.

    python -m bench.studies.decide_jobs threads '{"count": 100, "at_once": 10, ...}'

A pool of threads, or a semaphore around tasks, and so many jobs: no code is shared
with what `decide` runs, and a count ends it, not a time.  Prints the seconds.
"""

import asyncio
import hashlib
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass


@dataclass(frozen=True)
class Jobs:
    """So many jobs, so many at once."""

    count: int
    at_once: int
    wait_seconds: float
    steps: int  # of pure Python
    rounds: int  # of a digest, without the lock
    blocking: bool = False  # asyncio must hand them to threads


def compute(jobs: Jobs) -> None:
    """The computing part."""
    number = 0
    for step in range(jobs.steps):
        number += step
    if jobs.rounds:
        hashlib.pbkdf2_hmac("sha256", b"password", b"salt", jobs.rounds)


def one(jobs: Jobs) -> None:
    """A job that blocks."""
    time.sleep(jobs.wait_seconds)
    compute(jobs)


def threads(jobs: Jobs) -> float:
    """Seconds for all on a pool of threads, which are started before."""
    with ThreadPoolExecutor(jobs.at_once) as pool:
        list(pool.map(time.sleep, [0.01] * jobs.at_once))
        start = time.perf_counter()
        list(pool.map(lambda _: one(jobs), range(jobs.count)))
        return time.perf_counter() - start


async def tasks(jobs: Jobs) -> float:
    """Seconds for all on tasks that take the next job when one is done."""
    left = iter(range(jobs.count))

    async def work() -> None:
        for _ in left:
            if jobs.blocking:
                await asyncio.to_thread(one, jobs)
            else:
                await asyncio.sleep(jobs.wait_seconds)
                compute(jobs)

    if jobs.blocking:
        pool = ThreadPoolExecutor(jobs.at_once)
        asyncio.get_running_loop().set_default_executor(pool)
        list(pool.map(time.sleep, [0.01] * jobs.at_once))
    start = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(jobs.at_once):
            group.create_task(work())
    return time.perf_counter() - start


def main() -> None:
    """Run one model once."""
    model, told = sys.argv[1:3]
    jobs = Jobs(**json.loads(told))
    seconds = threads(jobs) if model == "threads" else asyncio.run(tasks(jobs))
    json.dump({"seconds": seconds}, sys.stdout)


if __name__ == "__main__":
    main()
