"""A queue does the locking, the waiting and the counting of unfinished work.

Run it: python -m asyncio_impl.bounded_queue
"""

import asyncio
from collections.abc import Callable

Log = Callable[..., object]


class Belt:
    """Integers for the consumers; None is the end mark after the last integer."""

    def __init__(self, capacity: int = 3) -> None:
        self.integers: asyncio.Queue[int | None] = asyncio.Queue(capacity)

    async def put(self, integer: int) -> None:
        """Add at the back; wait while the belt is full. Capacity 0 means no limit."""
        await self.integers.put(integer)

    async def take(self) -> int | None:
        """Remove and return the first integer; wait while there is none."""
        return await self.integers.get()

    def task_done(self) -> None:
        """Report one integer as processed; ValueError if all were reported already."""
        self.integers.task_done()

    async def join(self) -> None:
        """Wait until every integer that was put is reported as processed."""
        await self.integers.join()

    async def close(self) -> None:
        """Put the end mark; the consumer that takes the mark must put it again."""
        await self.integers.put(None)


async def produce(belt: Belt, count: int, pause: float, log: Log) -> None:
    """Put 0 to count - 1, with a pause after each; wait until all are processed."""
    for integer in range(count):
        log("producer puts", integer)  # logged first, so that no "took" is before it
        await belt.put(integer)
        if pause:
            await asyncio.sleep(pause)
    await belt.join()
    log("producer sees all", count, "done")


async def consume(belt: Belt, name: str, pause: float, log: Log) -> list[int]:
    """Take integers until `take` returns None; return them in order."""
    taken: list[int] = []
    while (integer := await belt.take()) is not None:
        log(name, "took", integer)
        taken.append(integer)
        if pause:
            await asyncio.sleep(pause)
        belt.task_done()
    await belt.close()  # otherwise, the other consumers wait for ever
    return taken


async def run(
    belt: Belt,
    count: int = 10,
    consumers: int = 2,
    pause: float = 0.0,
    log: Log = print,
) -> list[list[int]]:
    """Let consumers share the integers below count; return what each took.

    A consumer pauses three times as long as the producer, so that the belt fills.
    Raises an ExceptionGroup of what consumers raised; other consumers are cancelled.
    """
    if consumers < 1:
        raise ValueError(f"consumers must be at least 1, got {consumers}")
    async with asyncio.TaskGroup() as workers:
        tasks = [
            workers.create_task(consume(belt, f"consumer {n}", 3 * pause, log))
            for n in range(consumers)
        ]
        await produce(belt, count, pause, log)
        await belt.close()  # otherwise, the consumers wait for ever
    return [task.result() for task in tasks]


if __name__ == "__main__":
    asyncio.run(run(Belt(), pause=0.1))
