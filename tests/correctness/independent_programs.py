"""Programs whose workers share something, or nothing that an explorer could see."""

import asyncio
import queue
import threading
import time
from concurrent.futures import Future


class OwnVariables:
    def work(self):
        total = 0
        for number in range(3):
            total += number

    workers = (work, work)


class OwnAttributes:
    def __init__(self):
        self.left, self.right = 0, 0

    def count_left(self):
        self.left += 1

    def count_right(self):
        self.right += 1

    workers = (count_left, count_right)

    def check(self):
        assert self.left == self.right == 1


class OnlyOneWorker:
    def __init__(self):
        self.value = 0

    def work(self):
        self.value += 1

    workers = (work,)


class OnlySleeping:
    def work(self):
        time.sleep(1)

    workers = (work, work)


class SleepingTasks:
    async def work(self):
        await asyncio.sleep(1)

    workers = (work, work)


class OwnDicts:
    def __init__(self):
        self.left, self.right = {}, {}

    async def fill_left(self):
        self.left["a"] = 1
        await asyncio.sleep(0)
        self.left["b"] = 1

    async def fill_right(self):
        self.right["a"] = 1
        await asyncio.sleep(0)
        self.right["b"] = 1

    workers = (fill_left, fill_right)


def no_worker():
    return sum(range(3))


def joined_threads():
    threads = [threading.Thread(target=no_worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class Locked:
    def __init__(self):
        self.guard = threading.Lock()
        self.value = 0

    def work(self):
        with self.guard:
            self.value += 1

    workers = (work, work)


class OneDict:
    """Each has a key of its own; it is one dict all the same."""

    def __init__(self):
        self.stock = {"tea": 0, "milk": 0}

    def add_tea(self):
        self.stock["tea"] += 1

    def add_milk(self):
        self.stock["milk"] += 1

    workers = (add_tea, add_milk)


class OneDictOfTasks:
    def __init__(self):
        self.stock = {1: 0, 2: 0}

    async def add_first(self):
        self.stock[1] += 1

    async def add_second(self):
        self.stock[2] += 1

    workers = (add_first, add_second)


class Told:
    def __init__(self):
        self.ready = threading.Event()

    def prepare(self):
        self.ready.set()

    def use(self):
        self.ready.wait()

    workers = (prepare, use)


class Passed:
    def __init__(self):
        self.items = queue.Queue()

    def put(self):
        self.items.put(1)

    def get(self):
        self.items.get()

    workers = (put, get)


class PassedByTasks:
    def __init__(self):
        self.items = asyncio.Queue()

    async def put(self):
        await self.items.put(1)

    async def get(self):
        await self.items.get()

    workers = (put, get)


class Answered:
    def __init__(self):
        self.answer = asyncio.get_event_loop().create_future()

    async def give(self):
        self.answer.set_result(1)

    async def take(self):
        await self.answer

    workers = (give, take)


INDEPENDENT = (
    OwnVariables, OwnAttributes, OnlyOneWorker, OnlySleeping, SleepingTasks, OwnDicts,
    no_worker, joined_threads,
)  # fmt: skip


class Promised:
    """One waits for the future that the other sets."""

    def __init__(self):
        self.promise = Future()

    def keep(self):
        self.promise.set_result(1)

    def trust(self):
        assert self.promise.result() == 1

    workers = (keep, trust)


SHARING = (
    Locked, OneDict, OneDictOfTasks, Told, Passed, PassedByTasks, Answered, Promised,
)  # fmt: skip
