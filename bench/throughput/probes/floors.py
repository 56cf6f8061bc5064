"""The lowest cost of a switch on this machine: a lower limit for every model.

Three costs are measured: a byte sent between two processes through pipes, on one core
and on two; one iteration of an empty event loop; and one resumption of a generator.
Values are in seconds, for one way or one iteration.
"""

import asyncio
import os
from collections.abc import Iterator
from time import perf_counter

Values = dict[str, float]
ROUNDS = 2_000
BATCHES = 5  # the fastest batch is the floor, because slower batches were disturbed


def machine() -> Values:
    """All floors that can be measured on this system."""
    values = {
        "loop_turn_seconds": min(asyncio.run(_turns()) for _ in range(BATCHES)),
        "generator_switch_seconds": min(_generator() for _ in range(BATCHES)),
    }
    if hasattr(os, "fork") and hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        values["process_switch_same_core_seconds"] = _ping_pong(cores[-1], cores[-1])
        if len(cores) > 1:
            values["process_switch_two_cores_seconds"] = _ping_pong(cores[0], cores[-1])
    return values


async def _turns() -> float:
    start = perf_counter()
    for _ in range(ROUNDS):
        await asyncio.sleep(0)
    return (perf_counter() - start) / ROUNDS


def _generator() -> float:
    def yes() -> Iterator[None]:
        while True:
            yield

    switch = yes()
    start = perf_counter()
    for _ in range(ROUNDS):
        next(switch)
    return (perf_counter() - start) / ROUNDS


def _ping_pong(core: int, other_core: int) -> float:
    """Half of the fastest round trip of a byte between two processes."""
    there, back = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        os.close(there[1])  # otherwise the child would never read the end of the file
        os.sched_setaffinity(0, {other_core})
        while byte := os.read(there[0], 1):
            os.write(back[1], byte)
        os._exit(0)
    usual = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    best = float("inf")
    for _ in range(BATCHES):
        start = perf_counter()
        for _ in range(ROUNDS // BATCHES):
            os.write(there[1], b"x")
            os.read(back[0], 1)
        best = min(best, (perf_counter() - start) / (ROUNDS // BATCHES) / 2)
    os.sched_setaffinity(0, usual)
    for end in (*there, *back):
        os.close(end)
    os.waitpid(child, 0)
    return best
