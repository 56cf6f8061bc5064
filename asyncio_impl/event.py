"""An event wakes every consumer; each must check whether an integer is left.

Run it: python -m asyncio_impl.event
"""

import asyncio
from collections import deque
from collections.abc import Callable

Log = Callable[..., object]


class Mailbox:
    """Integers for the consumers; None is the end mark after the last integer."""

    def __init__(self) -> None:
        self.not_empty = asyncio.Event()
        self.integers: deque[int | None] = deque()

    def put(self, integer: int | None) -> None:
        """Add at the back and wake all consumers."""
        self.integers.append(integer)
        self.not_empty.set()

    async def take(self) -> int | None:
        """Remove and return the first integer; wait while there is none."""
        while True:
            await self.not_empty.wait()
            try:
                return self.integers.popleft()
            except IndexError:  # another consumer took the integer
                self.not_empty.clear()
                if self.integers:  # put before the clear, which must not hide it
                    self.not_empty.set()


async def produce(mailbox: Mailbox, count: int, pause: float, log: Log) -> None:
    """Put the integers from 0 to count - 1, with a pause after each."""
    for integer in range(count):
        log("producer puts", integer)  # logged first, so that no "took" is before it
        mailbox.put(integer)
        if pause:
            await asyncio.sleep(pause)


async def consume(mailbox: Mailbox, name: str, log: Log) -> list[int]:
    """Take integers until the end mark; return them in order."""
    taken: list[int] = []
    while (integer := await mailbox.take()) is not None:
        log(name, "took", integer)
        taken.append(integer)
    mailbox.put(None)  # otherwise, the other consumers wait for ever
    return taken


async def run(
    mailbox: Mailbox,
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
    async with asyncio.TaskGroup() as workers:
        try:
            tasks = [
                workers.create_task(consume(mailbox, f"consumer {n}", log))
                for n in range(consumers)
            ]
            await produce(mailbox, count, pause, log)
        finally:
            mailbox.put(None)  # otherwise, the consumers wait for ever
    return [task.result() for task in tasks]


if __name__ == "__main__":
    asyncio.run(run(Mailbox(), pause=0.1))
