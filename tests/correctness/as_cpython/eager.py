"""Eager tasks, from Python 3.12 on: they are tasks of the explorer.

The first word of each class says what is true of it.
"""

import asyncio


def eagerly():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)


class OrderOfTwo:
    """Broken: after their first wait any may go first."""

    def __init__(self):
        self.order = []

    async def job(self, name):
        await asyncio.sleep(0)
        self.order.append(name)

    async def main(self):
        eagerly()
        async with asyncio.TaskGroup() as group:
            group.create_task(self.job("a"))
            group.create_task(self.job("b"))

    workers = (main,)

    def check(self):
        assert self.order == ["a", "b"]


class OrderOfBeginnings(OrderOfTwo):
    """Holds: until then they run as they are made."""

    async def job(self, name):
        self.order.append(name)
        await asyncio.sleep(0)


class LostUpdate:
    """Broken: an await in the middle."""

    def __init__(self):
        self.value = 0

    async def add(self):
        seen = self.value
        await asyncio.sleep(0)
        self.value = seen + 1

    async def main(self):
        eagerly()
        await asyncio.gather(self.add(), self.add())

    workers = (main,)

    def check(self):
        assert self.value == 2


class UpdateWithoutAwait(LostUpdate):
    """Holds: none."""

    async def add(self):
        self.value += 1


class RegisteredLate:
    """Broken: it looks itself up before its maker has stored it."""

    def __init__(self):
        self.jobs = {}

    async def job(self):
        del self.jobs["k"]

    async def main(self):
        eagerly()
        self.jobs["k"] = asyncio.create_task(self.job())

    workers = (main,)


class NeverRetrieved:
    """Broken: an exception at once, which nothing retrieves."""

    async def job(self):
        raise ValueError("at once")

    async def main(self):
        eagerly()
        self.task = asyncio.create_task(self.job())
        await asyncio.sleep(0)

    workers = (main,)


class BesideALazyOne:
    """Broken: a worker that is no eager task races with one."""

    def __init__(self):
        self.flag = False
        self.saw = None

    async def job(self):
        await asyncio.sleep(0)
        self.flag = True

    async def main(self):
        eagerly()
        await asyncio.create_task(self.job())

    async def reader(self):
        self.saw = self.flag

    workers = (main, reader)

    def check(self):
        assert self.saw is False


class Locked:
    """Holds: they wait for a lock as others do."""

    def __init__(self):
        self.lock = asyncio.Lock()
        self.value = 0

    async def add(self):
        async with self.lock:
            seen = self.value
            await asyncio.sleep(0)
            self.value = seen + 1

    async def main(self):
        eagerly()
        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(self.add())

    workers = (main,)

    def check(self):
        assert self.value == 3


class CleanedAtTheEnd:
    """Holds: one that is left is cancelled."""

    def __init__(self):
        self.cleaned = False

    async def job(self):
        try:
            await asyncio.Event().wait()
        finally:
            self.cleaned = True

    async def main(self):
        eagerly()
        self.task = asyncio.create_task(self.job())
        await asyncio.sleep(0)

    workers = (main,)

    def check(self):
        assert self.cleaned


class WaitsForItself:
    """Broken: a deadlock, of an eager task and its maker."""

    async def job(self, gate):
        await gate.wait()

    async def main(self):
        eagerly()
        gate = asyncio.Event()
        await asyncio.create_task(self.job(gate))
        gate.set()

    workers = (main,)
