"""Notice that a connection has waited too long, by one timer for all its waits.

A timer for each wait would cost more than the wait: this one is set again only when
it fires, for the moment at which the limit would be reached by then.
"""

import asyncio
import time
from collections.abc import Callable

from fetching import failure
from fetching.failure import FetchError
from fetching.options import Options

LEAST_SECONDS = 0.001


class Overdue:
    """The limits of one connection; `seen` is when its last bytes came."""

    def __init__(self, options: Options, fail: Callable[[FetchError], object]) -> None:
        self.options = options
        self.fail = fail
        self.deadline = 0.0
        self.seen = 0.0
        self.waits = False  # for bytes that were asked for
        self.timer: asyncio.TimerHandle | None = None

    def begin(self, deadline: float) -> None:
        """A request goes out, whose answer must be whole at a moment."""
        self.deadline = deadline
        self.seen = time.monotonic()
        self.waits = True
        if self.timer is None or deadline - self.seen < self.options.idle_timeout:
            self.look()

    def look(self) -> None:
        """Fail what is overdue, or look again when it may be."""
        if self.timer:
            self.timer.cancel()
            self.timer = None
        if not self.waits:
            return
        now, idle_timeout = time.monotonic(), self.options.idle_timeout
        due = min(self.deadline, self.seen + idle_timeout)
        if now < due:
            loop = asyncio.get_running_loop()
            self.timer = loop.call_later(max(LEAST_SECONDS, due - now), self.look)
        elif now >= self.deadline:
            self.fail(failure.unfinished(self.options.total_timeout))
        else:
            self.fail(failure.silent(idle_timeout))

    def close(self) -> None:
        """Look no more."""
        self.waits = False
        if self.timer:
            self.timer.cancel()
            self.timer = None
