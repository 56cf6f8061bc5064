"""Notice that a connection has waited too long, with one timer for all its waits.

A timer for each wait would take more computing than the wait itself.  So a connection
has one timer, which is set to the end of the present limit.  When bytes arrive, the
limit ends later, but the timer is not changed.  When the timer fires before the new
end, it is set to the new end.  It is also set again if a new request has less time left
than the idle timeout: its limit may end before the timer fires.
"""

import asyncio
import time
from collections.abc import Callable

from fetching import failure
from fetching.failure import FetchError
from fetching.options import Options

LEAST_SECONDS = 0.001


class Overdue:
    """The time limits of one connection; the idle timeout counts from `seen` on."""

    def __init__(self, options: Options, fail: Callable[[FetchError], object]) -> None:
        self.options = options
        self.fail = fail
        self.deadline = 0.0
        self.seen = 0.0
        self.waits = False  # whether bytes of an answer are expected
        self.timer: asyncio.TimerHandle | None = None

    def begin(self, deadline: float) -> None:
        """Start the limits of a request; its answer must be complete by deadline."""
        self.deadline = deadline
        self.seen = time.monotonic()
        self.waits = True
        if self.timer is None or deadline - self.seen < self.options.idle_timeout:
            self.look()

    def look(self) -> None:
        """If the connection is overdue, fail it; if not, set the timer again."""
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
        """Stop all checks."""
        self.waits = False
        if self.timer:
            self.timer.cancel()
            self.timer = None
