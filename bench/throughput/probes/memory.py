"""The cost of one more idle worker: memory, start and end.

Resident memory is read with half of the workers and with all of them.  The figure is
the slope between the two, so it excludes the cost of the first workers.  A thread also
has a kernel stack (16 KiB on Linux), which is not part of the memory of the process.
"""

import asyncio
import os
import threading
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

Values = dict[str, float]


def resident_bytes() -> int:
    """The resident memory of this process; 0 where it is unknown."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def threads(workers: int) -> Values:
    """Threads that wait on an event."""
    leave = threading.Event()
    arrived = threading.Semaphore(0)

    def idle() -> None:
        arrived.release()
        leave.wait()

    started: list[threading.Thread] = []

    def start(count: int) -> None:
        for _ in range(count):
            thread = threading.Thread(target=idle)
            thread.start()
            started.append(thread)
        for _ in range(count):
            arrived.acquire()

    try:
        values = _slope(start, workers)
    except RuntimeError:  # no more threads can start: report how many have started
        values = {"started_workers": float(len(started))}
    begin = perf_counter()
    leave.set()
    for thread in started:
        thread.join()
    return values | {"stop_seconds": (perf_counter() - begin) / max(1, len(started))}


async def asyncio_(workers: int) -> Values:
    """Tasks that wait on an event."""
    leave = asyncio.Event()
    tasks: list[asyncio.Task[bool]] = []
    half = workers // 2
    memory, seconds = [resident_bytes()], [perf_counter()]
    for count in (half, workers - half):
        tasks += [asyncio.create_task(leave.wait()) for _ in range(count)]
        await asyncio.sleep(0)  # after this each task waits
        memory.append(resident_bytes())
        seconds.append(perf_counter())
    begin = perf_counter()
    leave.set()
    for task in tasks:
        await task
    return _values(memory, seconds, workers) | {
        "stop_seconds": (perf_counter() - begin) / workers
    }


def _slope(start: Callable[[int], None], workers: int) -> Values:
    half = workers // 2
    memory, seconds = [resident_bytes()], [perf_counter()]
    for count in (half, workers - half):
        start(count)
        memory.append(resident_bytes())
        seconds.append(perf_counter())
    return _values(memory, seconds, workers)


def _values(memory: list[int], seconds: list[float], workers: int) -> Values:
    second_half = workers - workers // 2
    return {
        "memory_bytes_per_worker": (memory[2] - memory[1]) / second_half,
        "start_seconds": (seconds[2] - seconds[1]) / second_half,
        "started_workers": float(workers),
    }
