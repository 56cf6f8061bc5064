"""ratelimit: two threads call a function that may be called once in a second."""

import time

from ratelimit import rate_limited


class OnceInASecond:
    """Two calls must be a second apart, or one of them must be refused."""

    def __init__(self):
        self.times = []
        self.call = rate_limited(1, 1)(lambda: self.times.append(time.time()))

    def work(self):
        try:
            self.call()
        except Exception as problem:  # before 2.0 the call waited instead
            assert type(problem).__name__ == "RateLimitException"

    workers = (work, work)

    def check(self):
        assert len(self.times) == 1 or self.times[1] - self.times[0] > 0.99
