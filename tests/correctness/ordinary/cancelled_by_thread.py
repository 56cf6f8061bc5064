"""A thread cancels a task itself, although asyncio does not allow this.

The task looks for the request when it goes on, and when it begins to wait.  `Broken...`
is wrong in some order, `Holds...` in none.
"""

import asyncio
import threading


class Served:
    """The task may end before the thread notes that it has asked."""

    def __init__(self):
        self.up = threading.Event()
        self.log = []

    async def pause(self):
        await asyncio.Event().wait()

    async def serve(self):
        self.task = asyncio.current_task()
        self.loop = asyncio.get_running_loop()
        self.up.set()
        try:
            await self.pause()
        except asyncio.CancelledError:
            self.log.append("cancelled")

    def client(self):
        self.up.wait()
        self.task.cancel()
        self.log.append("asked")
        self.loop.call_soon_threadsafe(int)  # wakes up the loop

    workers = (serve, client)

    def check(self):
        assert self.log == ["asked", "cancelled"]


class BrokenOnEvent(Served):
    """The request comes before the wait, and nothing need wake up the loop."""


class BrokenOnFuture(Served):
    async def pause(self):
        await self.loop.create_future()


class BrokenAfterStep(Served):
    """The request is found at the beginning of a step."""

    async def pause(self):
        await asyncio.sleep(0)
        await self.loop.create_future()


class HoldsNotedFirst(Served):
    """The thread notes what it does before it does it."""

    def client(self):
        self.up.wait()
        self.log.append("asked")
        self.task.cancel()
        self.loop.call_soon_threadsafe(int)

    workers = (Served.serve, client)


class HoldsByLoop(Served):
    """The loop cancels the task, as asyncio demands."""

    def client(self):
        self.up.wait()
        self.log.append("asked")
        self.loop.call_soon_threadsafe(self.task.cancel)

    workers = (Served.serve, client)
