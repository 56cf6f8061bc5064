"""The waits of a session: for a place at the host, for the rate, before a retry."""

import threading
import time
from collections import Counter

from fetching.failure import SessionClosedError
from fetching.options import Options
from fetching.pace import Pace


class Throttle:
    """Limits the requests to one host at a time, and all requests per second."""

    soon = None  # each body is written at once; see `soon` of the asyncio twin

    def __init__(self, options: Options) -> None:
        self.per_host = options.per_host
        self.pace = Pace(options.rate) if options.rate else None
        self.needed = bool(options.per_host or options.rate)
        self.changed = threading.Condition()
        self.used: Counter[str] = Counter()
        self.closed = False

    def enter(self, host: str) -> None:
        """Wait for a place at a host; raises SessionClosedError."""
        with self.changed:
            while self.per_host and self.used[host] >= self.per_host:
                self.changed.wait()
                if self.closed:
                    raise SessionClosedError
            self.used[host] += 1
            delay = self.pace.delay(time.monotonic()) if self.pace else 0.0
        if delay:
            try:
                self.pause(delay)
            except BaseException:
                self.leave(host)
                raise

    def leave(self, host: str) -> None:
        """Give the place at a host back, so that another request may have it."""
        with self.changed:
            self.used[host] -= 1
            if not self.used[host]:
                del self.used[host]
            self.changed.notify_all()

    def pause(self, seconds: float) -> None:
        """Wait; raises SessionClosedError if the session closes."""
        with self.changed:
            if self.changed.wait_for(lambda: self.closed, seconds):
                raise SessionClosedError

    def close(self) -> None:
        """End all waits: each of them raises SessionClosedError."""
        with self.changed:
            self.closed = True
            self.changed.notify_all()
