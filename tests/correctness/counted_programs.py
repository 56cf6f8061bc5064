"""Small programs whose schedules are counted: each needs another part of the search."""

import asyncio
import queue
import threading
import time
import weakref


class Base:
    def __init__(self):
        self.lock, self.other = threading.Lock(), threading.Lock()
        self.condition = threading.Condition()
        self.event = threading.Event()
        self.queue = queue.Queue()
        self.x = self.y = 0
        self.table = {"a": 0, "b": 0}
        self.seen = []


class LostUpdate(Base):
    def add(self):
        self.x += 1

    workers = (add, add)


class ReadByTwo(Base):
    def write(self):
        self.x = 1
        self.x = 2

    def read(self):
        self.seen = [*self.seen, self.x]

    workers = (write, read, read)


class Locked(Base):
    def add(self):
        with self.lock:
            self.x += 1
        self.y += 1

    workers = (add, add, add)


class LockedAround(Base):
    def add(self):
        with self.lock:
            self.x += 1
            self.y += 1
            self.x += 1

    def beside(self):
        self.y += 1

    workers = (add, add, beside)


class Handed(Base):
    def start(self):
        self.x = 1
        self.y = 1
        for _ in range(2):
            threading.Thread(target=self.work).start()

    def work(self):
        self.seen.append(self.x + self.y)
        self.x += 0

    workers = (start,)


class TwoLocks(Base):
    def one(self):
        with self.lock, self.other:
            self.x += 1

    def two(self):
        with self.other, self.lock:
            self.x += 2

    workers = (one, two)


class TwoItems(Base):
    def one(self):
        self.table["a"] = 1
        self.table["b"] = self.table["a"]

    def two(self):
        self.table["b"] = 2
        self.table["a"] = 2

    workers = (one, two)


class WholeAndPart(Base):
    def whole(self):
        self.seen = sorted(self.table.values())

    def part(self):
        self.table["a"] = 1
        self.table["b"] = 2

    workers = (whole, part)


class Notified(Base):
    def wait(self):
        with self.condition:
            while not self.x:
                self.condition.wait()
            self.seen.append(self.x)

    def notify(self):
        with self.condition:
            self.x += 1
            self.condition.notify()

    workers = (wait, notify, notify)


class WokenTogether(Base):
    def wait(self):
        self.event.wait()
        self.x += 1

    def tell(self):
        self.y = 1
        self.event.set()

    workers = (wait, wait, tell)


class TimesOut(Base):
    def wait(self):
        self.seen.append(self.event.wait(2))

    def tell(self):
        time.sleep(1)
        self.x = 1
        self.event.set()

    workers = (wait, tell)


class SleepsInTurn(Base):
    def late(self):
        time.sleep(2)
        self.seen.append(time.monotonic())

    def soon(self):
        time.sleep(1)
        self.seen.append(time.monotonic())

    workers = (late, soon)


class LongSleeper(Base):
    def sleep(self):
        time.sleep(3)
        time.sleep(1)
        self.seen.append(time.monotonic())

    def brief(self):
        self.x += self.event.wait(1)
        self.x += self.event.wait(1)

    def tell(self):
        self.event.set()

    workers = (sleep, brief, tell)


class Daemon(Base):
    def start(self):
        threading.Thread(target=self.work, daemon=True).start()
        self.x += 1

    def work(self):
        self.y = 1
        self.y = 2

    workers = (start,)


class Child(Base):
    def start(self):
        self.x = 1
        child = threading.Thread(target=self.work)
        child.start()
        self.y = 1
        child.join()
        self.seen.append(self.y)

    def work(self):
        self.seen.append(self.x)
        self.y += 2

    workers = (start,)


class Tries(Base):
    def attempt(self):
        if self.lock.acquire(blocking=False):
            self.x += 1
            self.lock.release()
        else:
            self.y += 1

    workers = (attempt, attempt)


class Queued(Base):
    def put(self):
        self.queue.put(1)
        self.queue.put(2)

    def get(self):
        self.seen.append(self.queue.get())

    workers = (put, get, get)


class Blocked(Base):
    def hold(self):
        self.lock.acquire()
        self.x = 1

    def want(self):
        with self.lock:
            self.x = 2

    workers = (hold, want)


class Sleepers(Base):
    def one(self):
        self.x += 1
        self.y += 1

    def two(self):
        self.y += 1
        self.x += 1

    workers = (one, two)


class TasksBase:
    def __init__(self):
        self.lock, self.event = asyncio.Lock(), asyncio.Event()
        self.queue = asyncio.Queue(1)
        self.x = 0
        self.seen = []


class TasksLost(TasksBase):
    async def add(self):
        seen = self.x
        await asyncio.sleep(0)
        self.x = seen + 1

    workers = (add, add)


class TasksLocked(TasksBase):
    async def add(self):
        async with self.lock:
            seen = self.x
            await asyncio.sleep(0)
            self.x = seen + 1

    workers = (add, add, add)


class TasksAwaited(TasksBase):
    async def child(self):
        await asyncio.sleep(0)
        self.x += 1
        return self.x

    async def wait(self):
        task = asyncio.create_task(self.child())
        self.x += 10
        self.seen.append(await task)

    workers = (wait, wait)


class TasksTimeOut(TasksBase):
    async def wait(self):
        try:
            await asyncio.wait_for(self.event.wait(), 1)
        except TimeoutError:
            self.x += 1

    async def tell(self):
        await asyncio.sleep(1)
        self.event.set()

    workers = (wait, tell)


class TasksCancelled(TasksBase):
    async def work(self):
        await asyncio.sleep(0)
        self.x += 1

    async def cancel(self):
        task = asyncio.create_task(self.work())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])

    workers = (cancel, work)


class TasksQueued(TasksBase):
    async def put(self):
        for item in range(2):
            await self.queue.put(item)

    async def get(self):
        self.seen.append(await self.queue.get())

    workers = (put, get, get)


class TasksCalledAt(TasksBase):
    def note(self):
        self.seen.append(self.loop.time())

    async def work(self):
        self.loop = asyncio.get_running_loop()
        await asyncio.sleep(2)
        self.loop.call_at(1, self.note)
        await asyncio.sleep(1)

    workers = (work,)


class Beside(TasksBase):
    async def task(self):
        seen = self.x
        self.x = seen + 1
        await asyncio.sleep(0)
        self.x += 1

    def thread(self):
        self.x += 10

    workers = (task, thread)


class OwnVariables(Base):
    """Each call of the function makes its own variable, which its child changes."""

    def add(self):
        found = 0

        def child():
            nonlocal found
            found += 1

        thread = threading.Thread(target=child)
        thread.start()
        thread.join()
        found += 1

    workers = (add, add)


class OneVariable(Base):
    """The two children of one call change the same variable."""

    def add(self):
        found = 0

        def child():
            nonlocal found
            found += 1

        threads = [threading.Thread(target=child) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.x = found

    workers = (add,)


class OneVariableOfTasks:
    """In each run, another task may be the first that uses the captured variable."""

    def __init__(self):
        found = 0

        async def add():
            nonlocal found
            before = found
            await asyncio.sleep(0)
            found = before + 1

        self.add, self.get = add, lambda: found

    async def add_twice(self):
        await self.add()
        await self.add()

    workers = (add_twice, add_twice, add_twice)

    def check(self):
        self.x = self.get()


class LoopsApart(Base):
    """Each thread has a loop of its own, and `gather` counts in captured variables."""

    def run(self):
        async def job():
            await asyncio.sleep(0)

        async def main():
            await asyncio.gather(job(), job())

        asyncio.run(main())

    workers = (run, run)


class KeepsAll(Base):
    """A list that gets another item lets go of none, so no weak reference changes."""

    def __init__(self):
        self.kept = [Base(), Base()]
        self.known = weakref.WeakSet(self.kept)

    def look(self):
        self.n = len(list(self.known))

    def add(self):
        self.kept.append(Base())

    workers = (look, add)


class LetsOneGo(KeepsAll):
    def drop(self):
        self.kept.pop()

    workers = (KeepsAll.look, drop)


class Own(threading.local):
    """Each thread has its own number, but they share what the slot refers to."""

    __slots__ = ("shared",)

    def __init__(self):
        self.number = 0


class OwnNumbers(Base):
    def __init__(self):
        super().__init__()
        self.own = Own()
        self.own.shared = 0

    def count(self):
        self.own.number += 1
        self.own.number += 1
        self.x = self.own.number

    workers = (count, count)


class SharedSlot(OwnNumbers):
    def count(self):
        self.own.shared += 1
        self.x = self.own.shared

    workers = (count, count)
