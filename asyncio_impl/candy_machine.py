"""A vendor and a buyer at a tray with room for a few bars, which a semaphore counts.

The semaphore keeps the count right by itself; the lock is for the transcript, in
which "Buying candy..." and its "OK" must not be separated by another visitor's lines.
Without an await in between nothing could separate them: the lock is for later changes
that add one.
Run it: python -m asyncio_impl.candy_machine
"""

import asyncio
import atexit
import random
import time
from collections.abc import Callable

Log = Callable[..., object]
Transcript = list[tuple[str, str]]


class CandyMachine:
    """A full tray, and a transcript of all that is done to it, in order."""

    def __init__(self, capacity: int = 5) -> None:
        self.bars = asyncio.BoundedSemaphore(capacity)
        self.guard = asyncio.Lock()
        self.transcript: Transcript = []

    def put_bar(self) -> bool:
        """Put a bar into the tray; False if it is full."""
        try:
            self.bars.release()
        except ValueError:
            return False
        return True

    async def take_bar(self) -> bool:
        """Take a bar out of the tray; False, without waiting, if it is empty."""
        # There is no acquire that does not wait; no switch can come between these two.
        return not self.bars.locked() and await self.bars.acquire()

    async def refill(self, who: str, log: Log) -> str:
        """Add a bar if there is room; log and return how it went."""
        async with self.guard:
            self.transcript.append((who, "Refilling candy..."))
            result = "OK" if self.put_bar() else "full, skipping"
            self.transcript.append((who, result))
        log(who, "Refilling candy...", result)  # unlocked: a reader may be slow
        return result

    async def buy(self, who: str, log: Log) -> str:
        """Take a bar if there is one; log and return how it went."""
        async with self.guard:
            self.transcript.append((who, "Buying candy..."))
            result = "OK" if await self.take_bar() else "empty, skipping"
            self.transcript.append((who, result))
        log(who, "Buying candy...", result)
        return result


async def visit(
    machine: CandyMachine, number: int, times: int, pause: float, seed: int, log: Log
) -> list[str]:
    """Come so many times, up to pause seconds apart: even numbers refill, odd buy."""
    who = f"buyer {number}" if number % 2 else f"vendor {number}"
    act = machine.buy if number % 2 else machine.refill
    moods = random.Random(f"{who}, {seed}")
    results: list[str] = []
    for _ in range(times):
        if pause:
            await asyncio.sleep(moods.uniform(0, pause))
        results.append(await act(who, log))
    return results


async def run(
    machine: CandyMachine,
    count: int = 20,
    people: int = 2,
    pause: float = 0.0,
    seed: int = 0,
    log: Log = print,
) -> tuple[list[list[str]], Transcript]:
    """Share count visits among vendors and buyers; return results and transcript.

    The seed decides how long each pauses: the same one, the same pauses.
    Raises an ExceptionGroup of what they raised, the others cancelled.
    """
    if people < 1:
        raise ValueError(f"people must be at least 1, got {people}")
    shares = [len(range(n, count, people)) for n in range(people)]
    async with asyncio.TaskGroup() as workers:
        tasks = [
            workers.create_task(visit(machine, n, share, pause, seed, log))
            for n, share in enumerate(shares)
        ]
    return [task.result() for task in tasks], machine.transcript


if __name__ == "__main__":
    print("starting at", time.ctime())
    atexit.register(lambda: print("ended at", time.ctime()))
    asyncio.run(run(CandyMachine(), pause=0.4))
