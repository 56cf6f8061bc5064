"""Counter-example: a consumer reports one integer twice as processed.

The second report counts for another integer, and join no longer waits for that one.
A queue can detect a surplus report only when all integers are already reported.
Symptom: ValueError: task_done() called too many times
"""

import asyncio

from asyncio_impl import bounded_queue


class Belt(bounded_queue.Belt):
    def task_done(self) -> None:
        super().task_done()
        super().task_done()  # must be once for each integer taken


async def provoke(belt: bounded_queue.Belt) -> None:
    """Process the only integer: this fails in every order."""
    await belt.put(7)
    await belt.take()
    belt.task_done()


if __name__ == "__main__":
    asyncio.run(provoke(Belt()))
