"""The cost to start and end what each model needs, without any work.

It compares a thread pool that has started all of its threads with an event loop that
has as many tasks.  Each window of a pair contains this cost once.  The smallest of many
measurements is reported.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import perf_counter

Values = dict[str, float]


def threads(workers: int, times: float) -> Values:
    """A pool whose threads all meet once."""

    def once() -> None:
        meeting = Barrier(workers)
        with ThreadPoolExecutor(workers) as pool:
            for _ in range(workers):
                pool.submit(meeting.wait)

    return _least(once, times)


async def asyncio_(workers: int, times: float) -> Values:
    """A loop of the running loop's kind, in a thread; its tasks all meet once."""
    new_loop = type(asyncio.get_running_loop())

    async def meet() -> None:
        meeting = asyncio.Barrier(workers)
        async with asyncio.TaskGroup() as tasks:
            for _ in range(workers):
                tasks.create_task(meeting.wait())

    def once() -> None:
        with asyncio.Runner(loop_factory=new_loop) as runner:
            runner.run(meet())

    return await asyncio.to_thread(_least, once, times)


def _least(once: Callable[[], None], times: float) -> Values:
    seconds = []
    for _ in range(int(times)):
        start = perf_counter()
        once()
        seconds.append(perf_counter() - start)
    return {"start_and_end_seconds": min(seconds)}
