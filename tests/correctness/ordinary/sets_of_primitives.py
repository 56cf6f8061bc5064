"""Sets of primitives of asyncio, and of weak references: their order is fixed.

CPython orders such a set by addresses.  `Broken...` is wrong in some order, `Holds...`
in none.
"""

import asyncio
import weakref


class Topic:
    """Each subscriber waits on a queue of its own."""

    make = asyncio.Queue

    def __init__(self):
        self.queues = set()
        self.got = []

    async def subscribe(self):
        queue = self.make()
        self.queues.add(queue)
        self.got.append(await queue.get())

    async def publish(self):
        for queue in self.queues.copy():
            await queue.put("news")

    def check(self):
        assert self.got == ["news", "news"]


class BrokenTopic(Topic):
    """The news may come before a subscriber, who then waits without end."""

    workers = (Topic.subscribe, Topic.subscribe, Topic.publish)


class HoldsTopic(Topic):
    """The news come when both have subscribed."""

    def __init__(self):
        super().__init__()
        self.both = asyncio.Event()

    async def subscribe(self):
        queue = self.make()
        self.queues.add(queue)
        if len(self.queues) == 2:
            self.both.set()
        self.got.append(await queue.get())

    async def publish(self):
        await self.both.wait()
        await super().publish()

    workers = (subscribe, subscribe, publish)


class HoldsTopicByPriority(HoldsTopic):
    """The same with another class of queue."""

    make = asyncio.PriorityQueue
    workers = (HoldsTopic.subscribe, HoldsTopic.subscribe, HoldsTopic.publish)


class Gate:
    """Each worker waits for an event of its own."""

    def __init__(self):
        self.events = set()

    async def wait(self):
        event = asyncio.Event()
        self.events.add(event)
        await event.wait()
        self.events.remove(event)

    async def open(self):
        for event in list(self.events):
            event.set()

    async def open_until_empty(self):
        while self.events:
            await self.open()
            await asyncio.sleep(0)

    def check(self):
        assert not self.events


class BrokenGate(Gate):
    """The gate may open before a worker waits."""

    workers = (Gate.wait, Gate.wait, Gate.open)


class HoldsGate(Gate):
    """One opens the gate after both have begun to wait."""

    async def main(self):
        tasks = [asyncio.create_task(self.wait()) for _ in range(2)]
        while len(self.events) < 2:  # noqa: ASYNC110 - the set is what it looks at
            await asyncio.sleep(0)
        await self.open_until_empty()
        await asyncio.gather(*tasks)

    workers = (main,)


class Listener:
    heard = 0

    def hear(self):
        self.heard += 1


class BrokenListeners:
    """The second listener may be added too late."""

    def __init__(self):
        self.listeners = [Listener(), Listener()]
        self.known = {weakref.ref(self.listeners[0])}

    def add(self):
        self.known.add(weakref.ref(self.listeners[1]))

    def tell(self):
        for reference in self.known.copy():
            reference().hear()

    workers = (add, tell)

    def check(self):
        assert [one.heard for one in self.listeners] == [1, 1]


class HoldsListeners(BrokenListeners):
    """The first listener always hears."""

    def check(self):
        assert self.listeners[0].heard == 1
