"""Counter-example: a consumer says twice that an integer is dealt with.

The second time says it of another one, for which join would no longer wait; a queue
notices only when its count is at zero.
Symptom: ValueError: task_done() called too many times
"""

import asyncio

from asyncio_impl import bounded_queue


class Belt(bounded_queue.Belt):
    def task_done(self) -> None:
        super().task_done()
        super().task_done()  # must be once for each integer taken


async def provoke(belt: bounded_queue.Belt) -> None:
    """Deal with the only integer: no order is unlucky, every one fails."""
    await belt.put(7)
    await belt.take()
    belt.task_done()


if __name__ == "__main__":
    asyncio.run(provoke(Belt()))
