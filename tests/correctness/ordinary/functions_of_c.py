"""Functions in C as members of a class: they are no methods, so they get no `self`.

The model of such a function is written in Python.  `Broken...` is wrong in some order,
`Holds...` in none.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


class Limiter:
    """Grants one call, and notes the time of it."""

    clock = time.monotonic
    make_lock = threading.Lock
    make_own = threading.RLock
    ident = threading.get_ident

    def __init__(self):
        self.lock = self.make_lock()
        self.own = self.make_own()
        self.left = 1
        self.granted = []

    def take(self):
        if self.left:
            self.left -= 1
            self.granted.append((self.ident(), self.clock()))

    def check(self):
        assert len(self.granted) == 1


class BrokenLimiter(Limiter):
    """Both may see the one that is left."""

    workers = (Limiter.take, Limiter.take)


class HoldsLimiter(Limiter):
    """The second does not see it."""

    def take(self):
        with self.lock, self.own:
            super().take()

    workers = (take, take)


@dataclass
class Stopwatch:
    now: Callable[[], float] = time.perf_counter
    laps: list[float] = field(default_factory=list)

    def lap(self):
        self.laps.append(self.now())
        return len(self.laps)


class BrokenStopwatch:
    """Another lap may come before the count."""

    def __init__(self):
        self.watch = Stopwatch()
        self.counts = []

    def lap(self):
        self.counts.append(self.watch.lap())

    workers = (lap, lap)

    def check(self):
        assert sorted(self.counts) == [1, 2]


class HoldsStopwatch(BrokenStopwatch):
    """The two counts are not compared."""

    def check(self):
        assert max(self.counts) == 2


class Client:
    loop = asyncio.get_running_loop

    def __init__(self):
        self.calls = 0

    async def call(self):
        calls = self.calls
        await self.loop().create_task(asyncio.sleep(0))
        self.calls = calls + 1

    def check(self):
        assert self.calls == 2


class BrokenClient(Client):
    """Both read before one writes."""

    workers = (Client.call, Client.call)


class HoldsClient(Client):
    """One calls twice."""

    async def twice(self):
        await self.call()
        await self.call()

    workers = (twice,)
