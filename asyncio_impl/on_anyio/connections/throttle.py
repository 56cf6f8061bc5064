"""The waits of a session: for a place at the host, for the rate, before a retry."""

import time
from collections import Counter

import anyio

from fetching.options import Options
from fetching.pace import Pace


class Throttle:
    """Limits the requests at a time to one host, and all requests per second."""

    # None: each body is written at once.  To write several bodies together, a function
    # must be called a little later, as `call_soon` of asyncio does.  anyio has no call
    # of this kind that works on every loop.
    soon = None

    def __init__(self, options: Options) -> None:
        self.per_host = options.per_host
        self.pace = Pace(options.rate) if options.rate else None
        self.needed = bool(options.per_host or options.rate)
        self.changed = anyio.Condition()
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
        """Release the place at the host."""
        self.used[host] -= 1  # no await: a cancelled task must release too
        if not self.used[host]:
            del self.used[host]
        if self.per_host:
            async with self.changed:
                self.changed.notify_all()

    async def pause(self, seconds: float) -> None:
        """Wait; the close of the session cancels this wait."""
        await anyio.sleep(seconds)

    async def close(self) -> None:
        """Do nothing: the waits are cancelled with their tasks."""
