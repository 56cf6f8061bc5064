"""A thread cancels a task itself, although asyncio does not allow this.

The task looks for the request when it goes on, when it begins to wait, and when its
coroutine returns.  `Broken...` is wrong in some order, `Holds...` in none.
"""

import asyncio
import contextlib
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


class Working:
    """The task may do its work and end as cancelled, if the request comes meanwhile."""

    steps = 0

    def __init__(self):
        self.done = []
        self.asked = threading.Event()

    async def work(self):
        for _ in range(self.steps):
            await asyncio.sleep(0)
        self.done.append(1)

    def cancel(self, task, loop):
        task.cancel()

    async def start(self):
        loop = asyncio.get_running_loop()
        self.task = asyncio.create_task(self.work())
        thread = threading.Thread(target=self.cancel, args=(self.task, loop))
        thread.start()
        await asyncio.wait([self.task])
        await asyncio.to_thread(thread.join)

    workers = (start,)

    def check(self):
        assert self.task.cancelled() == (not self.done)


class BrokenInOnlyStep(Working):
    """The task is found cancelled, although its work is done."""


class BrokenInLastStep(Working):
    steps = 1


class BrokenOnlyReturns(Working):
    """The coroutine catches each request, but not the one that comes as it returns."""

    async def work(self):
        self.asked.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(0)

    def cancel(self, task, loop):
        self.asked.wait()
        task.cancel()

    def check(self):
        assert not self.task.cancelled()

    workers = (Working.start,)


class HoldsWorkByLoop(Working):
    steps = 1

    def cancel(self, task, loop):
        loop.call_soon_threadsafe(task.cancel)


class HoldsEitherWay(Working):
    steps = 1

    def check(self):
        assert self.task.done()
        assert self.done or self.task.cancelled()


class HoldsAsked(BrokenOnlyReturns):
    """Only the loop runs between the steps of the task."""

    def cancel(self, task, loop):
        self.asked.wait()
        loop.call_soon_threadsafe(task.cancel)


class HoldsSeenWhole(Working):
    """The coroutine that a program sees is the one that it has made."""

    async def start(self):
        made = self.work()
        self.task = asyncio.create_task(made)
        assert self.task.get_coro() is made
        assert "work" in repr(self.task)
        thread = threading.Thread(target=self.cancel, args=(self.task, None))
        thread.start()
        assert len(self.task.get_stack()) <= 1
        await asyncio.wait([self.task])
        await asyncio.to_thread(thread.join)

    def check(self):
        assert self.task.done()

    workers = (start,)
