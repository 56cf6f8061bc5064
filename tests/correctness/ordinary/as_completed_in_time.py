"""`asyncio.as_completed` with a timeout, and a task that ends just before it or after.

`Broken...` is wrong in some order, `Holds...` in none.
"""

import asyncio


class Collecting:
    """The timeout forgets the task, or the end of the task stops the timeout."""

    def __init__(self):
        self.got = []

    async def work(self, number):
        return number

    def late(self, task):
        task.cancel()

    async def collect(self):
        task = asyncio.ensure_future(self.work(1))
        for one in asyncio.as_completed([task], timeout=5):
            try:
                self.got.append(await one)
            except TimeoutError:
                self.late(task)

    workers = (collect,)

    def check(self):
        assert self.got == []


class BrokenCancelled(Collecting):
    """The task ends in time."""


class BrokenListenedTo(Collecting):
    """A late task gets a callback."""

    def late(self, task):
        task.add_done_callback(str)


class BrokenOfTwo(Collecting):
    """One of two tasks ends in time, and the other too late."""

    async def collect(self):
        tasks = [asyncio.ensure_future(self.work(number)) for number in (1, 2)]
        try:
            for one in asyncio.as_completed(tasks, timeout=5):
                self.got.append(await one)
        except TimeoutError:
            for task in tasks:
                task.cancel()

    workers = (collect,)

    def check(self):
        assert self.got != [2]


class HoldsCancelled(Collecting):
    def check(self):
        assert self.got in ([], [1])


class HoldsOfTwo(BrokenOfTwo):
    def check(self):
        assert self.got in ([], [1], [2], [1, 2], [2, 1])


class HoldsUntimed(Collecting):
    """Without a timeout the result always comes."""

    async def collect(self):
        task = asyncio.ensure_future(self.work(1))
        for one in asyncio.as_completed([task]):
            self.got.append(await one)

    workers = (collect,)

    def check(self):
        assert self.got == [1]
