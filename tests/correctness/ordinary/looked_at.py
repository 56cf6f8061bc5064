"""Tasks that look inside asyncio's objects, or share what asyncio keeps for them.

`Broken...` is wrong in some order, `Holds...` in none.
"""

import asyncio
import contextvars

USER = contextvars.ContextVar("USER", default="nobody")


class Looks:
    """One worker looks once, the other changes it once: either may be first."""

    seen = None

    def __init__(self):
        self.future = asyncio.get_running_loop().create_future()
        self.lock = asyncio.Lock()
        self.queue = asyncio.Queue()
        self.event = asyncio.Event()
        self.gate = asyncio.Semaphore(1)


class BrokenState(Looks):
    async def look(self):
        self.seen = self.future._state

    async def change(self):
        self.future.set_result(1)

    workers = (look, change)

    def check(self):
        assert self.seen == "PENDING"


class BrokenShownInList(BrokenState):
    async def look(self):
        self.seen = "PENDING" if "pending" in str([self.future]) else "over"

    workers = (look, BrokenState.change)


class BrokenFormatted(BrokenState):
    async def look(self):
        self.seen = "PENDING" if "pending" in "%r" % (self.future,) else "over"  # noqa: UP031

    workers = (look, BrokenState.change)


class BrokenException(Looks):
    async def look(self):
        self.seen = self.future._exception

    async def change(self):
        self.future.set_exception(ValueError())
        self.future.exception()

    workers = (look, change)

    def check(self):
        assert self.seen is None


class BrokenWaiters(Looks):
    async def look(self):
        self.seen = bool(self.lock._waiters)

    async def hold(self):
        async with self.lock:
            await asyncio.sleep(0)

    async def wait(self):
        async with self.lock:
            pass

    workers = (look, hold, wait)

    def check(self):
        assert not self.seen


class BrokenShownQueue(Looks):
    async def look(self):
        self.seen = "_queue" in f"{self.queue}"

    async def change(self):
        await self.queue.put(1)

    workers = (look, change)

    def check(self):
        assert not self.seen


class BrokenShownGate(Looks):
    async def look(self):
        self.seen = "locked" in repr(self.gate).replace("unlocked", "")

    async def change(self):
        await self.gate.acquire()

    workers = (look, change)

    def check(self):
        assert not self.seen


class BrokenStack(Looks):
    """Where another task stands: at its second await in one order only."""

    def __init__(self):
        self.task = asyncio.ensure_future(self.job())

    async def job(self):
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def look(self):
        for frame in self.task.get_stack():
            self.seen = frame.f_lineno - frame.f_code.co_firstlineno

    workers = (look,)

    def check(self):
        assert self.seen != 2


class BrokenTaskName(Looks):
    async def look(self):
        self.seen = asyncio.current_task().get_name()

    async def change(self):
        for task in asyncio.all_tasks():
            task.set_name("renamed")

    workers = (look, change)

    def check(self):
        assert self.seen != "renamed"


class BrokenSharedContext(Looks):
    """Two tasks are given one context."""

    async def look(self):
        self.seen = USER.get()

    async def change(self):
        USER.set("ann")

    async def main(self):
        context = contextvars.copy_context()
        loop = asyncio.get_running_loop()
        await asyncio.gather(
            loop.create_task(self.look(), context=context),
            loop.create_task(self.change(), context=context),
        )

    workers = (main,)

    def check(self):
        assert self.seen == "nobody"


class HoldsOwnContexts(BrokenSharedContext):
    async def main(self):
        await asyncio.gather(self.look(), self.change())

    workers = (main,)


class BrokenContextItem(Looks):
    def __init__(self):
        super().__init__()
        self.context = contextvars.copy_context()

    async def look(self):
        self.seen = "nobody"
        if USER in self.context:
            self.seen = self.context[USER]

    async def change(self):
        self.context.run(self.enter)

    def enter(self):
        USER.set("bob")

    workers = (look, change)

    def check(self):
        assert self.seen == "nobody"


class BrokenThreadsContext:
    """Only one thread can be in a context."""

    def __init__(self):
        self.context = contextvars.copy_context()
        self.inside = 0

    def enter(self):
        self.inside += 1

    def work(self):
        self.context.run(self.enter)

    workers = (work, work)


class BrokenCoroutine(Looks):
    """A coroutine can be awaited once."""

    def __init__(self):
        super().__init__()
        self.job = self.answer()

    async def answer(self):
        return 1

    async def take(self):
        self.seen = await self.job

    async def also(self):
        try:
            await self.job
        except RuntimeError:
            self.missed = True

    workers = (take, also)


class BrokenHandler(Looks):
    async def look(self):
        self.seen = asyncio.get_running_loop().get_exception_handler()

    async def change(self):
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)

    workers = (look, change)

    def check(self):
        assert self.seen is None
