"""Calls put off to a later time: a heap of functions with their arguments."""

import heapq
import itertools
import threading
import time


class Scheduler:
    def __init__(self):
        self._heap = []
        self._wake = threading.Condition()
        self._ids = itertools.count()
        self._closing = False
        self._thread = threading.Thread(target=self._loop, name="scheduler")
        self.errors = []

    def start(self):
        self._thread.start()
        return self

    def __enter__(self):
        return self.start()

    def __exit__(self, *exc):
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join()

    def after(self, seconds, function, *args):
        with self._wake:
            heapq.heappush(
                self._heap,
                (time.monotonic() + seconds, next(self._ids), function, args),
            )
            self._wake.notify()

    def every(self, seconds, times, function):
        def again(left):
            function()
            if left > 1:
                self.after(seconds, again, left - 1)

        self.after(seconds, again, times)

    def _next(self):
        with self._wake:
            while True:
                if not self._heap:
                    if self._closing:
                        return None
                    self._wake.wait()
                    continue
                due = self._heap[0][0] - time.monotonic()
                if due <= 0:
                    return heapq.heappop(self._heap)
                self._wake.wait(due)

    def _loop(self):
        while (entry := self._next()) is not None:
            *_, function, args = entry
            try:
                function(*args)
            except Exception as error:
                self.errors.append(error)


def main():
    out = []
    with Scheduler() as s:
        s.after(0.02, out.append, "late")
        s.after(0.001, out.append, "early")
        s.every(0.001, 3, lambda: out.append("tick"))
        s.after(0, lambda: 1 / 0)
    print(sorted(out), [type(e).__name__ for e in s.errors])


if __name__ == "__main__":
    main()
