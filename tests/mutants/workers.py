"""The convention itself: workers given as other things than plain methods."""

import asyncio
import threading
from functools import partial


def add(scenario, *, amount):
    """A worker from outside of the class, with an argument to be filled in."""
    scenario.total = scenario.total + amount


def add_under_lock(scenario, *, amount):
    """The same under the scenario's lock."""
    with scenario.lock:
        scenario.total = scenario.total + amount


class PartialWorkers:
    """Functions of the module with a keyword filled in: an update is lost.

    Symptom: AssertionError
    """

    def __init__(self):
        self.total = 0
        self.lock = threading.Lock()

    def check(self):
        assert self.total == 30

    workers = (partial(add, amount=10), partial(add, amount=20))


class PartialWorkersMended(PartialWorkers):
    """With a lock."""

    workers = (partial(add_under_lock, amount=10), partial(add_under_lock, amount=20))


def adder(amount):
    """A worker that remembers its amount."""

    def add_it(scenario):
        with scenario.guard():
            scenario.total += amount

    return add_it


class MadeWorkers:
    """Workers made by a function, in a generator: an update is lost.

    Symptom: AssertionError
    """

    def __init__(self):
        self.total = 0
        self.lock = threading.Lock()

    def guard(self):
        return threading.Lock()

    def check(self):
        assert self.total == 3

    workers = tuple(adder(amount) for amount in (1, 2))


class MadeWorkersMended(MadeWorkers):
    """All hold the same lock."""

    def guard(self):
        return self.lock


class AsyncLambdaWorkers:
    """Lambdas that return coroutines: an update is lost.

    Symptom: AssertionError
    """

    def __init__(self):
        self.total = 0

    async def one(self):
        await asyncio.sleep(0)
        return 1

    async def add(self):
        self.total += await self.one()

    def check(self):
        assert self.total == 2

    workers = (lambda self: self.add(), lambda self: self.add())


class AsyncLambdaWorkersMended(AsyncLambdaWorkers):
    """Awaited before the total is read."""

    async def add(self):
        one = await self.one()
        self.total += one


async def add_later(scenario, *, amount):
    """A coroutine function from outside of the class."""
    await scenario.turn.acquire()
    total = scenario.total
    await asyncio.sleep(0)
    scenario.total = total + amount
    scenario.turn.release()


class AsyncPartialWorkers:
    """Partial coroutine functions, and room for two at a time.

    Symptom: AssertionError
    """

    at_a_time = 2

    def __init__(self):
        self.total = 0
        self.turn = asyncio.Semaphore(self.at_a_time)

    async def check(self):
        await asyncio.sleep(0)
        assert self.total == 3

    workers = (partial(add_later, amount=1), partial(add_later, amount=2))


class AsyncPartialWorkersMended(AsyncPartialWorkers):
    """Room for one."""

    at_a_time = 1


class ThreadBesideTheLoop:
    """One worker is a thread, the other a task of a loop: an update is lost.

    Symptom: AssertionError
    """

    def __init__(self):
        self.total = 0
        self.lock = threading.Lock()

    def in_thread(self):
        self.total += 1

    async def in_loop(self):
        self.total += 1

    def check(self):
        assert self.total == 2

    workers = (in_thread, in_loop)


class ThreadBesideTheLoopMended(ThreadBesideTheLoop):
    """A lock of threads guards against both."""

    def in_thread(self):
        with self.lock:
            self.total += 1

    async def in_loop(self):
        with self.lock:
            self.total += 1

    workers = (in_thread, in_loop)


class MadeInARunningLoop:
    """`__init__` needs the loop: its future is answered twice.

    Symptom: InvalidStateError
    """

    def __init__(self):
        self.answer = asyncio.get_running_loop().create_future()

    async def reply(self):
        if not self.answer.done():
            await self.think()
            self.set_answer()

    async def think(self):
        await asyncio.sleep(0)

    def set_answer(self):
        self.answer.set_result("yes")

    workers = (reply, reply)


class MadeInARunningLoopMended(MadeInARunningLoop):
    """Looks again after the await."""

    def set_answer(self):
        if not self.answer.done():
            super().set_answer()
