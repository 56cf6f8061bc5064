"""The library or C code tests the truth of a value: it reads what the value contains.

`Broken...` is wrong in some order, `Holds...` in none.
"""

import asyncio
import threading
from functools import partial


class OfThreads:
    def __init__(self):
        self.changed = threading.Condition()
        self.items = []

    def forget(self):
        self.items.append(1)

    def put(self):
        with self.changed:
            self.items.append(1)
            self.changed.notify()


class OfTasks:
    def __init__(self):
        self.changed = asyncio.Condition()
        self.items = {}

    async def forget(self):
        self.items["key"] = 1

    def forget_in_a_thread(self):
        self.items["key"] = 1

    async def put(self):
        async with self.changed:
            self.items["key"] = 1
            self.changed.notify()


class BrokenByAForgottenNotice(OfThreads):
    def take(self):
        with self.changed:
            self.changed.wait_for(lambda: self.items)

    workers = (OfThreads.forget, take)


class HoldsWithANotice(OfThreads):
    def take(self):
        with self.changed:
            self.changed.wait_for(lambda: self.items)

    workers = (OfThreads.put, take)


class BrokenByAPredicateInC(OfThreads):
    def take(self):
        with self.changed:
            self.changed.wait_for(self.items.__len__)

    workers = (OfThreads.forget, take)


class HoldsByAPredicateInC(OfThreads):
    def take(self):
        with self.changed:
            self.changed.wait_for(self.items.__len__)

    workers = (OfThreads.put, take)


class BrokenByAnAttributeAsPredicate(OfThreads):
    def take(self):
        with self.changed:
            self.changed.wait_for(partial(getattr, self, "items"))

    workers = (OfThreads.forget, take)


class BrokenBetweenTasks(OfTasks):
    async def take(self):
        async with self.changed:
            await self.changed.wait_for(lambda: self.items)

    workers = (OfTasks.forget, take)


class HoldsBetweenTasks(OfTasks):
    async def take(self):
        async with self.changed:
            await self.changed.wait_for(lambda: self.items)

    workers = (OfTasks.put, take)


class BrokenByAPredicateInCBetweenTasks(OfTasks):
    async def take(self):
        async with self.changed:
            await self.changed.wait_for(self.items.__len__)

    workers = (OfTasks.forget, take)


class HoldsByAPredicateInCBetweenTasks(OfTasks):
    async def take(self):
        async with self.changed:
            await self.changed.wait_for(self.items.__len__)

    workers = (OfTasks.put, take)


class BrokenBesideAThread(OfTasks):
    async def take(self):
        async with self.changed:
            await self.changed.wait_for(lambda: self.items)

    workers = (OfTasks.forget_in_a_thread, take)
