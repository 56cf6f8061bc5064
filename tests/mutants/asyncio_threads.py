"""Where the models meet: to_thread, run_coroutine_threadsafe, run_in_executor."""

import asyncio
import contextvars
import queue
import threading
from concurrent.futures import ThreadPoolExecutor


class ToThreadLosesUpdates:
    """Functions in `to_thread` are in threads: no await is needed for a race.

    Symptom: AssertionError
    """

    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    def add(self):
        self.value += 1

    async def work(self):
        await asyncio.gather(asyncio.to_thread(self.add), asyncio.to_thread(self.add))
        assert self.value == 2

    workers = (work,)


class ToThreadLosesUpdatesMended(ToThreadLosesUpdates):
    """A lock of threads."""

    def add(self):
        with self.lock:
            self.value += 1


class AsyncioLockAgainstThreads:
    """An asyncio.Lock guards tasks; the thread in their midst does not ask it.

    Symptom: AssertionError
    """

    def __init__(self):
        self.value = 0
        self.lock = asyncio.Lock()

    def add(self):
        self.value += 1

    async def in_thread(self):
        await asyncio.to_thread(self.add)

    async def work(self):
        await asyncio.gather(self.in_thread(), self.in_loop())
        assert self.value == 2

    async def in_loop(self):
        async with self.lock:
            self.add()

    workers = (work,)


class AsyncioLockAgainstThreadsMended(AsyncioLockAgainstThreads):
    """The task that uses the thread holds it meanwhile."""

    async def in_thread(self):
        async with self.lock:
            await super().in_thread()


class LoopBlockedByItsOwnResult:
    """A coroutine blocks its loop for a result that only the loop can make.

    Symptom: deadlock
    """

    async def answer(self):
        return 42

    def ask(self, loop):
        return asyncio.run_coroutine_threadsafe(self.answer(), loop).result()

    async def work(self):
        loop = asyncio.get_running_loop()
        assert await self.call(loop) == 42

    async def call(self, loop):
        return self.ask(loop)

    workers = (work,)


class LoopBlockedByItsOwnResultMended(LoopBlockedByItsOwnResult):
    """A thread waits, and the loop is free."""

    async def call(self, loop):
        return await asyncio.to_thread(self.ask, loop)


class LoopBlockedByAThreadLock:
    """A lock of threads held over an await: the next task blocks the loop.

    Symptom: deadlock
    """

    def __init__(self):
        self.lock = threading.Lock()
        self.value = 0

    async def step(self):
        await asyncio.sleep(0)

    async def add(self):
        with self.lock:
            value = self.value
            await self.step()
            self.value = value + 1

    workers = (add, add)


class LoopBlockedByAThreadLockMended(LoopBlockedByAThreadLock):
    """Let go before the await."""

    async def add(self):
        await self.step()
        with self.lock:
            self.value += 1

    workers = (add, add)


class ExecutorOfOne:
    """A job in `run_in_executor` waits for another in the same pool of one.

    Symptom: deadlock
    """

    threads = 1

    def __init__(self):
        self.told = threading.Event()

    async def work(self):
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(self.threads) as pool:
            waiting = loop.run_in_executor(pool, self.told.wait)
            await loop.run_in_executor(pool, self.told.set)
            await waiting

    workers = (work,)


class ExecutorOfOneMended(ExecutorOfOne):
    """A thread for each."""

    threads = 2


class ThreadTouchesTheLoop:
    """A thread reads, and has the loop write later what it has read.

    Symptom: AssertionError
    """

    def __init__(self):
        self.value = 0

    async def add(self, amount):
        self.value += amount

    async def put(self, value):
        self.value = value

    def from_thread(self, loop):
        putting = self.put(self.value + 1)
        asyncio.run_coroutine_threadsafe(putting, loop).result()

    async def work(self):
        loop = asyncio.get_running_loop()
        await asyncio.gather(asyncio.to_thread(self.from_thread, loop), self.add(1))
        assert self.value == 2

    workers = (work,)


class ThreadTouchesTheLoopMended(ThreadTouchesTheLoop):
    """Reading and writing both happen in the loop, in one go."""

    def from_thread(self, loop):
        asyncio.run_coroutine_threadsafe(self.add(1), loop).result()


class ContextInAThreadLocal:
    """Who is served is kept per thread, and all of the tasks are in one thread.

    Symptom: AssertionError
    """

    def __init__(self):
        self.context = threading.local()
        self.wrong = []

    def enter(self, user):
        self.context.user = user

    def user(self):
        return self.context.user

    async def serve(self, user):
        self.enter(user)
        await asyncio.sleep(0)
        if self.user() != user:
            self.wrong.append(user)

    async def first(self):
        await self.serve("first")

    async def second(self):
        await self.serve("second")

    def check(self):
        assert not self.wrong

    workers = (first, second)


class ContextInAThreadLocalMended(ContextInAThreadLocal):
    """Kept per context, of which each task has its own."""

    def __init__(self):
        super().__init__()
        self.variable = contextvars.ContextVar("user")

    def enter(self, user):
        self.variable.set(user)

    def user(self):
        return self.variable.get()


class ThreadsRLockBetweenTasks:
    """An RLock belongs to a thread: the other task of that thread just enters.

    Symptom: AssertionError
    """

    def __init__(self):
        self.lock = threading.RLock()
        self.value = 0

    async def add(self):
        with self.lock:
            seen = self.value
            await asyncio.sleep(0)
            self.value = seen + 1

    def check(self):
        assert self.value == 2

    workers = (add, add)


class ThreadsRLockBetweenTasksMended(ThreadsRLockBetweenTasks):
    """A lock of asyncio, which tasks wait for."""

    def __init__(self):
        super().__init__()
        self.lock = asyncio.Lock()

    async def add(self):
        async with self.lock:
            seen = self.value
            await asyncio.sleep(0)
            self.value = seen + 1

    workers = (add, add)


class ContextStaysBehind:
    """`run_in_executor` does not take the context along.

    Symptom: AssertionError
    """

    user = contextvars.ContextVar("user", default="nobody")

    def __init__(self):
        self.users = []

    async def work(self):
        self.user.set("ada")
        await self.call(lambda: self.users.append(self.user.get()))

    async def call(self, function):
        await asyncio.get_running_loop().run_in_executor(None, function)

    def check(self):
        assert self.users == ["ada"]

    workers = (work,)


class ContextStaysBehindMended(ContextStaysBehind):
    """`to_thread` does."""

    async def call(self, function):
        await asyncio.to_thread(function)


class BuiltinInAThread:
    """What the thread calls is no code of the program, and it may come too late.

    Symptom: AssertionError
    """

    def __init__(self):
        self.items = []

    async def work(self):
        task = asyncio.create_task(asyncio.to_thread(self.items.append, 1))
        await self.settle(task)
        assert self.items
        await task

    async def settle(self, task):
        await asyncio.sleep(0)

    workers = (work,)


class BuiltinInAThreadMended(BuiltinInAThread):
    """Awaited first."""

    async def settle(self, task):
        await task


class LooksAtAnItem:
    """A task looks at an item that a thread has yet to set.

    Symptom: AssertionError
    """

    def __init__(self):
        self.items = [0]
        self.is_set = threading.Event()

    def fill(self):
        self.items[0] = 1
        self.is_set.set()

    async def look(self):
        assert self.items[0] == 1

    workers = (fill, look)


class LooksAtAnItemMended(LooksAtAnItem):
    """It waits for the thread's word, in another thread."""

    async def look(self):
        await asyncio.to_thread(self.is_set.wait)
        await super().look()

    workers = (LooksAtAnItem.fill, look)


class LooksAtAFlag(LooksAtAnItem):
    """A task asks once for what a thread has yet to say.

    Symptom: AssertionError
    """

    async def look(self):
        assert self.is_set.is_set()

    workers = (LooksAtAnItem.fill, look)


class LooksAtAFlagMended(LooksAtAFlag):
    """It asks until the thread has said it."""

    async def look(self):
        while not self.is_set.is_set():  # noqa: ASYNC110  (a thread sets it)
            await asyncio.sleep(0)

    workers = (LooksAtAnItem.fill, look)


class LoopsInThreads:
    """Two threads have a loop each: between loops no await is needed for a race.

    Symptom: AssertionError
    """

    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    async def add(self):
        self.value += 1

    def run(self):
        asyncio.run(self.add())

    async def work(self):
        await asyncio.to_thread(self.run)

    def check(self):
        assert self.value == 2

    workers = (work, work)


class LoopsInThreadsMended(LoopsInThreads):
    """A lock of threads guards it."""

    def run(self):
        with self.lock:
            super().run()


class WakesNobody:
    """A thread sets a future as if it were a task: the loop sleeps, and goes on to.

    Symptom: deadlock
    """

    def __init__(self):
        self.ready = threading.Event()
        self.future = None

    async def wait(self):
        self.future = asyncio.get_running_loop().create_future()
        self.ready.set()
        await self.future

    def give(self):
        self.ready.wait()
        self.answer(self.future)

    def answer(self, future):
        future.set_result(1)

    workers = (wait, give)


class WakesNobodyMended(WakesNobody):
    """It has the loop set it, which wakes the loop."""

    def answer(self, future):
        future.get_loop().call_soon_threadsafe(future.set_result, 1)


class WaitsInTheLoop:
    """A task waits as a thread would: the loop stands, and nobody puts an item.

    Symptom: deadlock
    """

    def __init__(self):
        self.items = queue.Queue()

    async def take(self):
        self.items.get()

    async def put(self):
        self.items.put(1)

    workers = (take, put)


class WaitsInTheLoopMended(WaitsInTheLoop):
    """It waits in a thread."""

    async def take(self):
        await asyncio.to_thread(self.items.get)

    workers = (take, WaitsInTheLoop.put)


class TwoFlags:
    """Each raises its flag if the other's is down, or after looking: both may miss.

    Symptom: AssertionError
    """

    def __init__(self):
        self.ready = self.waits = False
        self.told = False
        self.lock = threading.Lock()

    def make_ready(self):
        self.ready = True
        if self.waits:
            self.told = True

    async def look(self):
        if not self.ready:
            self.waits = True

    workers = (make_ready, look)

    def check(self):
        assert self.told or not self.waits


class TwoFlagsMended(TwoFlags):
    """A lock of threads, for there is no await within."""

    def make_ready(self):
        with self.lock:
            super().make_ready()

    async def look(self):
        with self.lock:
            await super().look()

    workers = (make_ready, look)
