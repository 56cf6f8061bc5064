"""A loop in one thread, and threads that hand it work or take its results."""

import asyncio
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor


class Inbox:
    """A thread hands letters to a task of the loop."""

    def __init__(self):
        self.loop = asyncio.get_running_loop()
        self.letters = asyncio.Queue()

    async def read(self):
        self.read_ = [await self.letters.get() for _ in range(2)]

    def post(self):
        for letter in "ab":
            self.loop.call_soon_threadsafe(self.letters.put_nowait, letter)

    workers = (read, post)

    def check(self):
        assert self.read_ == ["a", "b"]


class InboxByForce(Inbox):
    """The thread puts the letters itself: a task that waits need not hear of it."""

    def post(self):
        for letter in "ab":
            self.letters.put_nowait(letter)

    workers = (Inbox.read, post)


class Tally:
    """A task and the thread of another count together, under a lock of threads."""

    def __init__(self):
        self.lock = threading.Lock()
        self.count = 0

    def add(self):
        with self.lock:
            self.count += 1

    async def main(self):
        await asyncio.gather(asyncio.to_thread(self.add), asyncio.to_thread(self.add))
        self.add()

    workers = (main,)

    def check(self):
        assert self.count == 3


class TallyUnlocked(Tally):
    def add(self):
        self.count += 1


class Bridge:
    """A thread waits for the result of a coroutine of the loop."""

    def __init__(self):
        self.loop = asyncio.get_running_loop()
        self.asked = asyncio.Event()

    async def serve(self):
        await self.asked.wait()

    async def answer(self):
        self.asked.set()
        return 42

    def ask(self):
        self.got = asyncio.run_coroutine_threadsafe(self.answer(), self.loop).result()

    workers = (serve, ask)

    def check(self):
        assert self.got == 42


class BridgeOnTheLoop(Bridge):
    """A task waits so for its own loop, which it blocks."""

    async def ask(self):
        self.got = asyncio.run_coroutine_threadsafe(self.answer(), self.loop).result()

    workers = (Bridge.serve, ask)


class Pooled:
    """Jobs of a pool change one list each; their results are summed."""

    def work(self):
        with ThreadPoolExecutor(2) as pool:
            self.total = sum(pool.map(len, [[1], [1, 2]]))

    workers = (work,)

    def check(self):
        assert self.total == 3


class Suite(unittest.IsolatedAsyncioTestCase):
    """A test case of asyncio's, which a scenario runs by hand."""

    def setUp(self):
        self.hits = 0

    async def hit(self):
        seen = self.hits
        await asyncio.sleep(0)
        self.hits = seen + 1

    async def test_one(self):
        await self.hit()
        assert self.hits == 1

    async def test_two(self):
        await asyncio.gather(self.hit(), self.hit())
        assert self.hits == 2


def a_test_of_one_task():
    Suite("test_one").debug()


def a_test_of_two_tasks():
    Suite("test_two").debug()
