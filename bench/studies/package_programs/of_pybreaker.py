"""pybreaker: failures that two threads count."""

import pybreaker


class Failures:
    """Two failures must open a breaker whose threshold is two."""

    def __init__(self):
        self.breaker = pybreaker.CircuitBreaker(fail_max=2)

    def fail(self):
        raise ConnectionError

    def work(self):
        try:
            self.breaker.call(self.fail)
        except (ConnectionError, pybreaker.CircuitBreakerError):
            pass

    workers = (work, work)

    def check(self):
        assert self.breaker.fail_counter == 2
        assert self.breaker.current_state == "open"
