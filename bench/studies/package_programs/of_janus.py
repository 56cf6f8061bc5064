"""janus: `join` waits for the end of the work while new work arrives."""

import asyncio

import janus


async def join_beside_new_work():
    """`join` must return when the second item is done too, and must not spin."""
    queue = janus.Queue()
    queue.sync_q.put("first")
    queue.sync_q.get()
    queue.sync_q.task_done()
    queue.sync_q.put("second")

    async def work():
        await asyncio.sleep(0)
        await queue.async_q.get()
        queue.async_q.task_done()

    await asyncio.gather(queue.async_q.join(), work())
