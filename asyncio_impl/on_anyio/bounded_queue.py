"""A queue does the locking, the waiting and the counting of unfinished work.

Run it: python -m asyncio_impl.on_anyio.bounded_queue
"""

from collections.abc import Callable
from math import inf

import anyio

Log = Callable[..., object]


class Belt:
    """Integers for the consumers; `take` returns None once the belt is closed."""

    def __init__(self, capacity: int = 3) -> None:
        self.back, self.front = anyio.create_memory_object_stream[int](capacity or inf)
        self.unfinished = 0  # counted here, because a stream has no join
        self.all_done = anyio.Event()

    async def put(self, integer: int) -> None:
        """Add at the back; wait while the belt is full. Capacity 0 means no limit."""
        if not self.unfinished:
            self.all_done = anyio.Event()
        self.unfinished += 1
        try:
            await self.back.send(integer)
        except BaseException:  # cancelled: the integer never was on the belt
            self.task_done()
            raise

    async def take(self) -> int | None:
        """Remove and return the first integer; wait while there is none."""
        try:
            return await self.front.receive()
        except (anyio.EndOfStream, anyio.ClosedResourceError):
            return None

    def task_done(self) -> None:
        """Report one integer as processed; ValueError if all were reported already."""
        if not self.unfinished:
            raise ValueError("task_done() called too many times")
        self.unfinished -= 1
        if not self.unfinished:
            self.all_done.set()

    async def join(self) -> None:
        """Wait until every integer that was put is reported as processed."""
        if self.unfinished:
            await self.all_done.wait()

    async def close(self) -> None:
        """Close both ends; from then on every `take` returns None."""
        self.back.close()
        self.front.close()


async def produce(belt: Belt, count: int, pause: float, log: Log) -> None:
    """Put 0 to count - 1, with a pause after each; wait until all are processed."""
    for integer in range(count):
        log("producer puts", integer)  # logged first, so that no "took" is before it
        await belt.put(integer)
        if pause:
            await anyio.sleep(pause)
    await belt.join()
    log("producer sees all", count, "done")


async def consume(belt: Belt, name: str, pause: float, log: Log) -> list[int]:
    """Take integers until `take` returns None; return them in order."""
    taken: list[int] = []
    while (integer := await belt.take()) is not None:
        log(name, "took", integer)
        taken.append(integer)
        if pause:
            await anyio.sleep(pause)
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
    async with anyio.create_task_group() as workers:
        try:
            tasks = [
                workers.create_task(consume(belt, f"consumer {n}", 3 * pause, log))
                for n in range(consumers)
            ]
            await produce(belt, count, pause, log)
        finally:
            await belt.close()  # otherwise, the consumers wait for ever
    return [task.return_value for task in tasks]


if __name__ == "__main__":
    anyio.run(run, Belt(), 10, 2, 0.1)
