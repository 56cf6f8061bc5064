"""The jobs of a workload in the plainest programs: what `decide` is checked against.

    python -m bench.studies.decide_jobs threads '{"count": 100, "at_once": 10, ...}'

So many jobs for so many at once, by four programs: threads, or tasks, that take the
next job when one is done; and what is written most often, a pool of threads that is
handed all jobs, and a task a job behind a semaphore.  No code is shared with what
`decide` runs, and a count ends it, not a time.  Each program first finds out how many
steps take the processor time that was asked for: the speed of a machine changes by a
third within minutes.  Prints the seconds.
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

SIZING_SECONDS = 0.1  # of computing, at least, to size each kind of it


@dataclass(frozen=True)
class Jobs:
    """So many jobs, so many at once."""

    count: int
    at_once: int
    wait_seconds: float
    holding_seconds: float  # of processor time in pure Python, which holds the lock
    free_seconds: float  # of processor time in a digest, without the lock
    blocking: bool = False  # asyncio must hand them to threads
    steps: int = 0  # what takes the holding_seconds
    rounds: int = 0  # what takes the free_seconds


def compute(steps: int, rounds: int) -> None:
    """The computing part."""
    number = 0
    for step in range(steps):
        number += step
    if rounds:
        hashlib.pbkdf2_hmac("sha256", b"password", b"salt", rounds)


def sized(jobs: Jobs) -> Jobs:
    """The same, with the steps and rounds that take the seconds asked for, alone."""
    return replace(
        jobs,
        steps=_fitting(jobs.holding_seconds, 50e6, lambda count: compute(count, 0)),
        rounds=_fitting(jobs.free_seconds, 5e6, lambda count: compute(0, count)),
    )


def _fitting(seconds: float, guess: float, work: Callable[[int], None]) -> int:
    """The count that takes so many seconds of this thread, by the median of many.

    guess: how many a second has, to begin with.
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
    """A job that blocks."""
    time.sleep(jobs.wait_seconds)
    compute(jobs.steps, jobs.rounds)


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
    """Seconds for all on a task a job, which a semaphore lets in."""
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
