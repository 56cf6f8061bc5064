"""aiolimiter: a waiter that is cancelled must not take the capacity of the others."""

import asyncio

from aiolimiter import AsyncLimiter


class Cancelled:
    """One waiting task is cancelled at any moment; another task must continue."""

    def __init__(self):
        self.limiter = AsyncLimiter(1, 1)
        self.passed = []

    async def hold(self):
        await self.limiter.acquire()
        self.passed.append("hold")

    async def give_up(self):
        waiter = asyncio.create_task(self.limiter.acquire())
        await asyncio.sleep(0)
        waiter.cancel()
        await asyncio.gather(waiter, return_exceptions=True)

    workers = (hold, give_up, hold)

    def check(self):
        assert self.passed == ["hold", "hold"]
