"""A check that waits, for ever or until a worker goes on: each class by its ending."""

import asyncio
import queue
import threading


class LockLeft_bad:
    """Of two workers one leaves the lock acquired."""

    def __init__(self):
        self.lock = threading.Lock()
        self.count = 0

    def work(self):
        self.lock.acquire()
        self.count += 1
        if self.count == 1:
            self.lock.release()

    workers = (work, work)

    def check(self):
        with self.lock:
            assert self.count == 2


class LockFree_ok(LockLeft_bad):
    def work(self):
        with self.lock:
            self.count += 1

    workers = (work, work)


class Event_bad:
    def __init__(self):
        self.items = []

    def work(self):
        self.items.append(1)

    workers = (work, work)

    def check(self):
        threading.Event().wait()


class EventOfATask_bad(Event_bad):
    async def check(self):
        await asyncio.Event().wait()


class EventOfALoop_bad(Event_bad):
    def check(self):
        asyncio.run(asyncio.Event().wait())


class QueueOfTasks_bad:
    """The check takes one item more than there are."""

    taken = 3

    def __init__(self):
        self.items = asyncio.Queue()

    async def work(self):
        await self.items.put(1)

    workers = (work, work)

    async def check(self):
        for _ in range(self.taken):
            await self.items.get()


class QueueOfTasks_ok(QueueOfTasks_bad):
    taken = 2


class WakesAThread_ok:
    """Threads that the workers have started wait for what the check does."""

    def __init__(self):
        self.asked, self.answered = queue.Queue(), queue.Queue()

    def answer(self):
        self.answered.put(self.asked.get())

    def work(self):
        threading.Thread(target=self.answer).start()

    workers = (work, work)

    def check(self):
        for number in (1, 2):
            self.asked.put(number)
        assert {self.answered.get(), self.answered.get()} == {1, 2}


class WakesOneThread_bad(WakesAThread_ok):
    def check(self):
        self.asked.put(1)
        self.answered.get()
        self.answered.get()
