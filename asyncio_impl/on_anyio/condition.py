"""Consumers wait on a condition until the producer has put an integer.

Run it: python -m asyncio_impl.on_anyio.condition
"""

from collections import deque
from collections.abc import Callable

import anyio

Log = Callable[..., object]


class Basket:
    """Integers for the consumers; None is the end mark after the last integer."""

    def __init__(self) -> None:
        self.not_empty = anyio.Condition()
        self.integers: deque[int | None] = deque()

    async def put(self, integer: int | None) -> None:
        """Add at the back and wake one consumer."""
        async with self.not_empty:
            self.integers.append(integer)
            self.not_empty.notify()

    async def take(self) -> int | None:
        """Remove and return the first integer; wait while there is none."""
        async with self.not_empty:
            await self.not_empty.wait_for(lambda: self.integers)
            return self.integers.popleft()


async def produce(basket: Basket, count: int, pause: float, log: Log) -> None:
    """Put the integers from 0 to count - 1, with a pause after each."""
    for integer in range(count):
        log("producer puts", integer)  # logged first, so that no "took" is before it
        await basket.put(integer)
        if pause:
            await anyio.sleep(pause)


async def consume(basket: Basket, name: str, log: Log) -> list[int]:
    """Take integers until the end mark; return them in order."""
    taken: list[int] = []
    while (integer := await basket.take()) is not None:
        log(name, "took", integer)
        taken.append(integer)
    await basket.put(None)  # otherwise, the other consumers wait for ever
    return taken


async def run(
    basket: Basket,
    count: int = 10,
    consumers: int = 2,
    pause: float = 0.0,
    log: Log = print,
) -> list[list[int]]:
    """Let consumers share the integers below count; return what each took.

    Raises an ExceptionGroup of what consumers raised; other consumers are cancelled.
    """
    if consumers < 1:
        raise ValueError(f"consumers must be at least 1, got {consumers}")
    async with anyio.create_task_group() as workers:
        try:
            tasks = [
                workers.create_task(consume(basket, f"consumer {n}", log))
                for n in range(consumers)
            ]
            await produce(basket, count, pause, log)
        finally:
            await basket.put(None)  # otherwise, the consumers wait for ever
    return [task.return_value for task in tasks]


if __name__ == "__main__":
    anyio.run(run, Basket(), 10, 2, 0.1)
