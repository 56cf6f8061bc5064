"""Notice that a connection has waited too long, with one timer for all its waits.

A timer for each wait would cost more than the wait.  So there is one timer, and it is
not set again for each wait.  It is set to the end of the current limit.  If bytes
have arrived when the timer fires, the limit ends later.  Then the timer is set to the
new end.  The timer is also set again if a new request has less time left than the idle
timeout.
"""

import asyncio
import time
from collections.abc import Callable

from fetching import failure
from fetching.failure import FetchError
from fetching.options import Options

LEAST_SECONDS = 0.001


class Overdue:
    """The time limits of one connection; `seen` is the time of its last bytes."""

    def __init__(self, options: Options, fail: Callable[[FetchError], object]) -> None:
        self.options = options
        self.fail = fail
        self.deadline = 0.0
        self.seen = 0.0
        self.waits = False  # for bytes of an answer
        self.timer: asyncio.TimerHandle | None = None

    def begin(self, deadline: float) -> None:
        """Start the limits of a request; its answer must be complete by deadline."""
        self.deadline = deadline
        self.seen = time.monotonic()
        self.waits = True
        if self.timer is None or deadline - self.seen < self.options.idle_timeout:
            self.look()

    def look(self) -> None:
        """Fail the connection if it is overdue; else set the time of the next check."""
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
