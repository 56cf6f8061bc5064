"""A cache with a read-write lock, used through decorators and properties."""

import functools
import threading
import time


class RWLock:
    def __init__(self):
        self._ready = threading.Condition(threading.Lock())
        self._readers = 0

    def acquire_read(self):
        with self._ready:
            self._readers += 1

    def release_read(self):
        with self._ready:
            self._readers -= 1
            if not self._readers:
                self._ready.notify_all()

    def acquire_write(self):
        self._ready.acquire()
        while self._readers > 0:
            self._ready.wait()

    def release_write(self):
        self._ready.release()


def timed(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        inner.calls += 1
        return function(*args, **kwargs)

    inner.calls = 0
    return inner


class Cache:
    def __init__(self):
        self.rw = RWLock()
        self.values = {}

    @timed
    def get(self, key):
        self.rw.acquire_read()
        try:
            time.sleep(0.001)
            return self.values.get(key)
        finally:
            self.rw.release_read()

    @timed
    def set(self, key, value):
        self.rw.acquire_write()
        try:
            self.values[key] = value
        finally:
            self.rw.release_write()


def main():
    cache = Cache()

    def writer():
        for n in range(5):
            cache.set("n", n)

    def reader(out):
        out += [cache.get("n") for _ in range(3)]

    out = []
    threads = [
        threading.Thread(target=writer),
        *(threading.Thread(target=reader, args=(out,)) for _ in range(2)),
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print(cache.get("n"), len(out))


if __name__ == "__main__":
    main()
