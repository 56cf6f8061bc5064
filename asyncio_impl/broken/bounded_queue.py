"""Counter-example: no consumer says that what it took is dealt with.

A queue cannot know when a consumer is done with what it got, and join waits for it.
Symptom: TimeoutError: producer still waits in join, with 0 integers on the belt
"""

import asyncio

from asyncio_impl import bounded_queue
from asyncio_impl.broken import must_end


class Belt(bounded_queue.Belt):
    def task_done(self) -> None:
        pass  # must call task_done of the queue


async def provoke(belt: bounded_queue.Belt) -> None:
    """Deal with the only integer, and join."""
    await belt.put(7)
    await belt.take()
    belt.task_done()
    await must_end(
        belt.join(),
        otherwise="producer still waits in join, with 0 integers on the belt",
    )


if __name__ == "__main__":
    asyncio.run(provoke(Belt()))
