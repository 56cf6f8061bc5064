"""An event wakes every consumer; whether something is left, each must look.

Run it: python -m asyncio_impl.on_anyio.event
"""

from collections import deque
from collections.abc import Callable

import anyio

Log = Callable[..., object]


class Mailbox:
    """Integers on their way to the consumers; None says there are no more."""

    def __init__(self) -> None:
        self.not_empty = anyio.Event()
        self.integers: deque[int | None] = deque()

    def put(self, integer: int | None) -> None:
        """Add at the back and wake all consumers."""
        self.integers.append(integer)
        self.not_empty.set()

    async def take(self) -> int | None:
        """Remove from the front, waiting while there is nothing."""
        while True:
            await self.not_empty.wait()
            try:
                return self.integers.popleft()
            except IndexError:  # all were woken, and another was quicker
                if self.not_empty.is_set():  # a second new one would strand waiters
                    self.not_empty = anyio.Event()
                if self.integers:  # put between the look and the clear
                    self.not_empty.set()


async def produce(mailbox: Mailbox, count: int, pause: float, log: Log) -> None:
    """Put the integers below count, pause seconds apart."""
    for integer in range(count):
        log("producer puts", integer)  # first, so no "took" can precede it
        mailbox.put(integer)
        if pause:
            await anyio.sleep(pause)


async def consume(mailbox: Mailbox, name: str, log: Log) -> list[int]:
    """Take integers until a None comes, and return them in order."""
    taken: list[int] = []
    while (integer := await mailbox.take()) is not None:
        log(name, "took", integer)
        taken.append(integer)
    mailbox.put(None)  # pass it on, or the other consumers wait for ever
    return taken


async def run(
    mailbox: Mailbox,
    count: int = 10,
    consumers: int = 2,
    pause: float = 0.0,
    log: Log = print,
) -> list[list[int]]:
    """Share the integers below count among consumers; return what each took.

    Raises an ExceptionGroup of what consumers raised, the others cancelled.
    """
    if consumers < 1:
        raise ValueError(f"consumers must be at least 1, got {consumers}")
    async with anyio.create_task_group() as workers:
        try:
            tasks = [
                workers.create_task(consume(mailbox, f"consumer {n}", log))
                for n in range(consumers)
            ]
            await produce(mailbox, count, pause, log)
        finally:
            mailbox.put(None)  # or the consumers wait for ever
    return [task.return_value for task in tasks]


if __name__ == "__main__":
    anyio.run(run, Mailbox(), 10, 2, 0.1)
