"""A coroutine that several tasks await: what the second is told depends on the first.

`Broken...` is wrong in some order, `Holds...` in none.
"""

import asyncio


class Shared:
    def __init__(self):
        self.coroutine = self.load()
        self.told = []

    async def load(self):
        await asyncio.sleep(0)

    async def use(self):
        try:
            await self.coroutine
        except RuntimeError as error:
            self.told.append(str(error))

    workers = (use, use)


class BrokenNeverInside(Shared):
    """The first may be in it: "coroutine is being awaited already"."""

    def check(self):
        assert "being awaited" not in self.told[0]


class BrokenAlwaysInside(Shared):
    """The first may have ended it: "cannot reuse already awaited coroutine"."""

    def check(self):
        assert "being awaited" in self.told[0]


class HoldsOneIsTold(Shared):
    """One of the two is told, in every order."""

    def check(self):
        assert len(self.told) == 1


class BrokenGivenAway:
    """A task awaits what another has begun, and is told of it or of its end."""

    def __init__(self):
        self.given = []
        self.told = []

    async def load(self):
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def give(self):
        coroutine = self.load()
        self.given.append(coroutine)
        await coroutine

    async def take(self):
        await asyncio.sleep(0)
        for coroutine in self.given:
            try:
                await coroutine
            except RuntimeError as error:
                self.told.append(str(error))

    workers = (give, take)

    def check(self):
        assert all("being awaited" in one for one in self.told)


class BrokenTimeLimits:
    """`wait_for` makes a task of it, and the other's ends first or later."""

    def __init__(self):
        self.coroutine = self.load()
        self.told = []

    async def load(self):
        await asyncio.sleep(0)

    async def use(self):
        try:
            await asyncio.wait_for(self.coroutine, 1)
        except RuntimeError as error:
            self.told.append(str(error))

    workers = (use, use)

    def check(self):
        assert not any("being" in one for one in self.told)


class HoldsOwn:
    """Each task awaits a coroutine of its own."""

    def __init__(self):
        self.n = 0

    async def load(self):
        self.n += 1

    async def use(self):
        coroutine = self.load()
        await coroutine

    workers = (use, use)

    def check(self):
        assert self.n == 2
