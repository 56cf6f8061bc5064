"""A queue does the locking, the waiting and the counting of unfinished work.

Run it: python -m asyncio_impl.bounded_queue
"""

import asyncio
from collections.abc import Callable

Log = Callable[..., object]


class Belt:
    """Integers on their way to the consumers; None says there are no more."""

    def __init__(self, capacity: int = 3) -> None:
        self.integers: asyncio.Queue[int | None] = asyncio.Queue(capacity)

    async def put(self, integer: int) -> None:
        """Add at the back, waiting while there is no room; capacity 0 is no limit."""
        await self.integers.put(integer)

    async def take(self) -> int | None:
        """Remove from the front, waiting while there is nothing."""
        return await self.integers.get()

    def task_done(self) -> None:
        """Say that an integer taken is dealt with; ValueError for one too many."""
        self.integers.task_done()

    async def join(self) -> None:
        """Wait until every integer put is dealt with."""
        await self.integers.join()

    async def close(self) -> None:
        """Say that there are no more; one consumer hears it and must pass it on."""
        await self.integers.put(None)


async def produce(belt: Belt, count: int, pause: float, log: Log) -> None:
    """Put the integers below count, pause seconds apart; wait until all are done."""
    for integer in range(count):
        log("producer puts", integer)  # first, so no "took" can precede it
        await belt.put(integer)
        if pause:
            await asyncio.sleep(pause)
    await belt.join()
    log("producer sees all", count, "done")


async def consume(belt: Belt, name: str, pause: float, log: Log) -> list[int]:
    """Take integers until there are no more, and return them in order."""
    taken: list[int] = []
    while (integer := await belt.take()) is not None:
        log(name, "took", integer)
        taken.append(integer)
        if pause:
            await asyncio.sleep(pause)
        belt.task_done()
    await belt.close()  # pass it on, or the other consumers wait for ever
    return taken


async def run(
    belt: Belt,
    count: int = 10,
    consumers: int = 2,
    pause: float = 0.0,
    log: Log = print,
) -> list[list[int]]:
    """Share the integers below count among consumers; return what each took.

    Consumers are three times as slow as the producer, so that the belt fills.
    Raises an ExceptionGroup of what consumers raised, the others cancelled.
    """
    if consumers < 1:
        raise ValueError(f"consumers must be at least 1, got {consumers}")
    async with asyncio.TaskGroup() as workers:
        tasks = [
            workers.create_task(consume(belt, f"consumer {n}", 3 * pause, log))
            for n in range(consumers)
        ]
        await produce(belt, count, pause, log)
        await belt.close()  # or the consumers wait for ever
    return [task.result() for task in tasks]


if __name__ == "__main__":
    asyncio.run(run(Belt(), pause=0.1))
