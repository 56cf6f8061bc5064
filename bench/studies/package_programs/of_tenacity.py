"""tenacity: three attempts for each call, with a shared controller and with copies."""

import asyncio

from tenacity import AsyncRetrying, RetryError, stop_after_attempt


class Shared:
    """Two tasks loop over the same controller."""

    def __init__(self):
        self.retrying = AsyncRetrying(stop=stop_after_attempt(2))
        self.attempts = {}

    def controller(self):
        return self.retrying

    async def attempt(self, name):
        self.attempts[name] = 0
        try:
            async for one in self.controller():
                with one:
                    self.attempts[name] += 1
                    await asyncio.sleep(0)
                    raise ConnectionError
        except RetryError:
            pass

    async def first(self):
        await self.attempt("first")

    async def second(self):
        await self.attempt("second")

    workers = (first, second)

    def check(self):
        assert self.attempts == {"first": 2, "second": 2}


class Copied(Shared):
    """Each task loops over its own copy."""

    def controller(self):
        return self.retrying.copy()
