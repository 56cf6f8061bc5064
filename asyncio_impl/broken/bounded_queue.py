"""Counter-example: no consumer reports that it has processed an integer.

A queue cannot know by itself when an integer is processed.  So join waits for ever.
Symptom: TimeoutError: producer still waits in join, with 0 integers on the belt
"""

import asyncio

from asyncio_impl import bounded_queue
from asyncio_impl.broken import must_end


class Belt(bounded_queue.Belt):
    def task_done(self) -> None:
        pass  # must call task_done of the queue


async def provoke(belt: bounded_queue.Belt) -> None:
    """Process the only integer, and join."""
    await belt.put(7)
    await belt.take()
    belt.task_done()
    await must_end(
        belt.join(),
        otherwise="producer still waits in join, with 0 integers on the belt",
    )


if __name__ == "__main__":
    asyncio.run(provoke(Belt()))
