"""janus: the end of the work that `join` waits for, beside new work."""

import asyncio

import janus


async def join_beside_new_work():
    """`join` returns when the second item is done too, and waits without a spin."""
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
