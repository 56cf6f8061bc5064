"""anyio: the tokens of a CapacityLimiter on the loop of asyncio."""

import anyio


class Tokens:
    """One token is released; one task waits for it, and another tries to take it."""

    def __init__(self):
        self.limiter = anyio.CapacityLimiter(1)

    async def release(self):
        await self.limiter.acquire_on_behalf_of("first")
        await anyio.sleep(0)
        self.limiter.release_on_behalf_of("first")

    async def wait(self):
        await self.limiter.acquire_on_behalf_of("second")
        assert self.limiter.borrowed_tokens <= 1
        self.limiter.release_on_behalf_of("second")

    async def attempt(self):
        try:
            self.limiter.acquire_on_behalf_of_nowait("third")
        except anyio.WouldBlock:
            return
        await anyio.sleep(0)
        assert self.limiter.borrowed_tokens <= 1
        self.limiter.release_on_behalf_of("third")

    workers = (release, wait, attempt)

    def check(self):
        assert self.limiter.borrowed_tokens == 0
