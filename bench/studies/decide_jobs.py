"""The jobs of a workload in the plainest programs: what `decide` is checked against.

    python -m bench.studies.decide_jobs threads '{"count": 100, "at_once": 10, ...}'

So many jobs for so many at once, by four programs: threads, or tasks, that take the
next job when one is done; and what is written most often, a pool of threads that is
handed all jobs, and a task a job behind a semaphore.  No code is shared with what
`decide` runs, and a count ends it, not a time.  Prints the seconds.
"""

import asyncio
import hashlib
import json
import sys
import threading
import time
from collections.abc import Callable, Coroutine
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
    """Seconds for all on threads that take the next job when one is done."""
    left = iter(range(jobs.count))  # its next() is one step: no two get the same
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
    """Seconds for all on a pool of threads, which are started before."""
    with ThreadPoolExecutor(jobs.at_once) as executor:
        list(executor.map(time.sleep, [0.01] * jobs.at_once))
        start = time.perf_counter()
        list(executor.map(lambda _: one(jobs), range(jobs.count)))
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


async def guarded(jobs: Jobs) -> float:
    """Seconds for all on a task a job, which a semaphore lets in."""
    room = asyncio.Semaphore(jobs.at_once)

    async def work() -> None:
        async with room:
            await asyncio.sleep(jobs.wait_seconds)
            compute(jobs)

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
    jobs = Jobs(**json.loads(told))
    seconds = PLAIN[name](jobs) if name in PLAIN else asyncio.run(LOOPS[name](jobs))
    json.dump({"seconds": seconds}, sys.stdout)


if __name__ == "__main__":
    main()
