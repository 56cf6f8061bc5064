"""The waits of a session: for a place at the host, for the rate, before a retry."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable

from fetching.options import Options
from fetching.pace import Pace


class Throttle:
    """Limits the requests to one host at a time, and all requests per second."""

    def __init__(self, options: Options) -> None:
        self.per_host = options.per_host
        self.pace = Pace(options.rate) if options.rate else None
        self.needed = bool(options.per_host or options.rate)
        self.changed = asyncio.Condition()
        self.used: Counter[str] = Counter()

    async def enter(self, host: str) -> None:
        """Wait for a place at a host."""
        async with self.changed:
            while self.per_host and self.used[host] >= self.per_host:
                await self.changed.wait()
            self.used[host] += 1
            delay = self.pace.delay(time.monotonic()) if self.pace else 0.0
        if delay:
            try:
                await self.pause(delay)
            except BaseException:
                await self.leave(host)
                raise

    async def leave(self, host: str) -> None:
        """Give the place at a host back, so that another request may have it."""
        # Before any await, because a cancelled task must give its place back too.
        self.used[host] -= 1
        if not self.used[host]:
            del self.used[host]
        if self.per_host:
            async with self.changed:
                self.changed.notify_all()

    async def pause(self, seconds: float) -> None:
        """Wait for some seconds; if the session closes, this wait is cancelled."""
        await asyncio.sleep(seconds)

    def soon(self, call: Callable[[], object]) -> None:
        """Call a function later: after all tasks that are ready now have run.

        `BodyFile` uses it to write the bodies of all these tasks together.
        """
        asyncio.get_running_loop().call_soon(call)

    async def close(self) -> None:
        """Do nothing: a wait ends because its task is cancelled."""
