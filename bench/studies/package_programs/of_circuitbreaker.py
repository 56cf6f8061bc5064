"""circuitbreaker: failures that two threads count, without and with a lock."""

import threading

from circuitbreaker import CircuitBreaker


class Unlocked:
    """Two failures must open a breaker whose threshold is two."""

    def __init__(self):
        self.breaker = CircuitBreaker(failure_threshold=2, name="service")
        self.call = self.breaker.decorate(self.fail)

    def fail(self):
        raise ConnectionError

    def work(self):
        try:
            self.call()
        except ConnectionError:
            pass

    workers = (work, work)

    def check(self):
        assert self.breaker.failure_count == 2
        assert self.breaker.opened


class Locked(Unlocked):
    """The same, with one call at a time."""

    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def work(self):
        with self.lock:
            super().work()

    workers = (work, work)
