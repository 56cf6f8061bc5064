"""A vendor and a buyer share a tray of a few bars, and a semaphore counts the bars.

The semaphore alone keeps the count right.  The lock protects the transcript: a visitor
writes two lines, such as "Buying candy..." and "OK", and no other line may be between.
If no await between the two lines suspends, they stay together even without the
lock.  No await here suspends, but a later change may add one that does.
Run it: python -m asyncio_impl.on_anyio.candy_machine
"""

import atexit
import random
import time
from collections.abc import Callable

import anyio

Log = Callable[..., object]
Transcript = list[tuple[str, str]]


class CandyMachine:
    """A tray, full at first, and a transcript: what each visitor did, in order."""

    def __init__(self, capacity: int = 5) -> None:
        self.bars = anyio.Semaphore(capacity, max_value=capacity)
        self.guard = anyio.Lock()
        self.transcript: Transcript = []

    def put_bar(self) -> bool:
        """Put a bar into the tray; return False if the tray is full."""
        try:
            self.bars.release()
        except ValueError:
            return False
        return True

    async def take_bar(self) -> bool:
        """Take a bar out of the tray; return False at once if the tray is empty."""
        try:
            self.bars.acquire_nowait()
        except anyio.WouldBlock:
            return False
        return True

    async def refill(self, who: str, log: Log) -> str:
        """Add a bar if there is room; log and return the result."""
        async with self.guard:
            self.transcript.append((who, "Refilling candy..."))
            result = "OK" if self.put_bar() else "full, skipping"
            self.transcript.append((who, result))
        log(who, "Refilling candy...", result)  # may be slow, so not under the lock
        return result

    async def buy(self, who: str, log: Log) -> str:
        """Take a bar if there is one; log and return the result."""
        async with self.guard:
            self.transcript.append((who, "Buying candy..."))
            result = "OK" if await self.take_bar() else "empty, skipping"
            self.transcript.append((who, result))
        log(who, "Buying candy...", result)
        return result


async def visit(
    machine: CandyMachine, number: int, times: int, pause: float, seed: int, log: Log
) -> list[str]:
    """Refill (even number) or buy (odd number) the given times, with random pauses."""
    who = f"buyer {number}" if number % 2 else f"vendor {number}"
    act = machine.buy if number % 2 else machine.refill
    moods = random.Random(f"{who}, {seed}")
    results: list[str] = []
    for _ in range(times):
        if pause:
            await anyio.sleep(moods.uniform(0, pause))
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
    """Divide count visits among vendors and buyers; return results and transcript.

    The seed decides the pauses: the same seed gives the same pauses.
    Raises an ExceptionGroup of what visitors raised; other visitors are cancelled.
    """
    if people < 1:
        raise ValueError(f"people must be at least 1, got {people}")
    shares = [len(range(n, count, people)) for n in range(people)]
    async with anyio.create_task_group() as workers:
        tasks = [
            workers.create_task(visit(machine, n, share, pause, seed, log))
            for n, share in enumerate(shares)
        ]
    return [task.return_value for task in tasks], machine.transcript


if __name__ == "__main__":
    print("starting at", time.ctime())
    atexit.register(lambda: print("ended at", time.ctime()))
    anyio.run(run, CandyMachine(), 20, 2, 0.4)
