"""Callbacks that schedule themselves until something has happened."""

import asyncio

import anyio


class HoldsPolls:
    """Each call stores the handle of the next one."""

    def __init__(self):
        self.done = []
        self.seen = []

    async def poll(self):
        self.loop = asyncio.get_running_loop()
        self.look()

    def look(self):
        if self.done:
            self.seen.append(len(self.done))
        else:
            self.handle = self.loop.call_soon(self.look)

    async def work(self):
        self.done.append(1)
        await asyncio.sleep(0)
        self.done.append(2)

    workers = (poll, work)

    def check(self):
        assert self.seen in ([1], [2])


class BrokenPollsTooLate(HoldsPolls):
    """The check forgets that the callback may not see the first of two steps."""

    def check(self):
        assert self.seen == [1]


class HoldsPollsWithTimer(HoldsPolls):
    """A callback of a timer without a delay does the same."""

    def look(self):
        if self.done:
            self.seen.append(len(self.done))
        else:
            self.loop.call_later(0, self.look)


class BrokenPollsForNothing(HoldsPolls):
    """No worker does what the callback waits for."""

    workers = (HoldsPolls.poll,)


class HoldsCounts(HoldsPolls):
    """Each call has another argument, so it is no poll."""

    def look(self, left=4):
        if left:
            self.loop.call_soon(self.look, left - 1)
        else:
            self.seen.append(len(self.done))

    def check(self):
        assert self.seen in ([0], [1], [2])


class BrokenCountsTooLong(HoldsCounts):
    """All calls may come before the other worker begins."""

    def check(self):
        assert self.seen != [0]


class BrokenMovesTime(HoldsPolls):
    """Time passes while the callback polls, so another timer may be due first."""

    async def poll(self):
        await super().poll()
        self.loop.call_later(0.95, self.note)

    def look(self):
        if not self.done:
            self.loop.call_later(0.1, self.look)

    def note(self):
        self.seen.append(len(self.done))

    def check(self):
        assert self.seen != [0]


class HoldsMovesOn:
    """anyio cancels a task by a callback that repeats itself."""

    def __init__(self):
        self.set = asyncio.Event()
        self.done = []

    async def wait(self):
        with anyio.move_on_after(1):
            await self.set.wait()
            self.done.append("waited")
        self.done.append("left")

    async def end(self):
        self.set.set()

    workers = (wait, end)

    def check(self):
        assert self.done in (["waited", "left"], ["left"])


class BrokenMovesOnEarly(HoldsMovesOn):
    """The timer may fire before the other worker runs."""

    def check(self):
        assert self.done == ["waited", "left"]
