"""Programs with enough schedules to be shared, and one of each kind of worker."""

import asyncio
import threading


class Lost:
    """Threads that lose updates: 576 classes of schedules."""

    def __init__(self):
        self.value = 0

    def increment(self):
        self.value += 1

    workers = (increment,) * 4


class Guarded:
    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    def increment(self):
        for _ in range(2):
            with self.lock:
                self.value += 1

    workers = (increment,) * 3

    def check(self):
        assert self.value == 6


class Waiting:
    """A condition, whose waiters are objects of one run."""

    def __init__(self):
        self.condition = threading.Condition()
        self.items = 0
        self.taken = 0

    def put(self):
        with self.condition:
            self.items += 1
            self.condition.notify()

    def take(self):
        with self.condition:
            while not self.items:
                self.condition.wait()
            self.items -= 1
            self.taken += 1

    workers = (take, take, put, put)


class Tasks:
    def __init__(self):
        self.value = 0

    async def increment(self):
        old = self.value
        await asyncio.sleep(0)
        self.value = old + 1

    workers = (increment,) * 4


class Key:
    """A key that is equal to others: another process cannot know it."""

    def __init__(self, number):
        self.number = number

    def __eq__(self, other):
        return self.number == other.number

    def __hash__(self):
        return self.number


class Long:
    """More than 10,000 schedules: worth sharing between processes."""

    def __init__(self):
        self.value = 0
        self.seen = []

    async def increment(self):
        for _ in range(3):
            old = self.value
            await asyncio.sleep(0)
            self.value = old + 1
        self.seen.append(self.value)

    workers = (increment,) * 3


class Broken(Lost):
    def check(self):
        assert self.value == 4


class Hidden:
    """Races that show only once others were reversed: requests from deep parts."""

    def __init__(self):
        self.x = self.y = self.z = 0

    def first(self):
        self.x = 1

    def second(self):
        if self.x:
            self.y = 1

    def third(self):
        if self.y:
            self.z += 1

    def fourth(self):
        if not self.z:
            self.x = 2

    workers = (fourth, third, second, first)
