"""A client of an API that allows so many calls each second (token bucket)."""

import threading
import time
from collections import deque
from contextlib import contextmanager


class RateLimitExceeded(RuntimeError):
    pass


class TokenBucket:
    def __init__(self, rate, burst, clock=time.monotonic):
        self.rate = rate
        self.burst = burst
        self._tokens = float(burst)
        self._clock = clock
        self._updated = clock()
        self._lock = threading.RLock()

    def _refill(self):
        with self._lock:
            now = self._clock()
            self._tokens = min(
                self.burst, self._tokens + (now - self._updated) * self.rate
            )
            self._updated = now

    def try_take(self, count=1):
        with self._lock:
            self._refill()
            if self._tokens >= count:
                self._tokens -= count
                return True
            return False

    def take(self, count=1, timeout=None):
        if count > self.burst:
            raise RateLimitExceeded(f"{count} is more than {self.burst}")
        end = None if timeout is None else self._clock() + timeout
        while not self.try_take(count):
            if end is not None and self._clock() >= end:
                raise RateLimitExceeded("no token in time")
            time.sleep(1 / self.rate)


class ApiClient:
    def __init__(self, transport, bucket, max_parallel=2):
        self._transport = transport
        self._bucket = bucket
        self._slots = threading.BoundedSemaphore(max_parallel)
        self._stats_lock = threading.Lock()
        self.calls = 0
        self.most_parallel = 0
        self._now = 0
        self.history = deque(maxlen=5)

    @contextmanager
    def _slot(self):
        self._slots.acquire()
        with self._stats_lock:
            self._now += 1
            self.most_parallel = max(self.most_parallel, self._now)
        try:
            yield
        finally:
            with self._stats_lock:
                self._now -= 1
            self._slots.release()

    def get(self, path):
        self._bucket.take(timeout=5)
        with self._slot():
            with self._stats_lock:
                self.calls += 1
            answer = self._transport(path)
            self.history.append(path)
            return answer

    def get_all(self, paths):
        answers = [None] * len(paths)

        def work(index, path):
            answers[index] = self.get(path)

        threads = []
        for index, path in enumerate(paths):
            thread = threading.Thread(target=work, args=(index, path))
            thread.start()
            threads.append(thread)
        while threads:
            threads.pop().join()
        return answers


def pretend_transport(path):
    time.sleep(0.002)
    return {"path": path, "length": len(path)}


def main():
    client = ApiClient(pretend_transport, TokenBucket(rate=500, burst=3))
    answers = client.get_all([f"/items/{n}" for n in range(10)])
    print([answer["length"] for answer in answers])
    print(client.calls, client.most_parallel <= 2, len(client.history))
    try:
        client._bucket.take(count=99)
    except RateLimitExceeded as error:
        print(error)


if __name__ == "__main__":
    main()
