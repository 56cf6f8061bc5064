"""Methods that Python calls: of a mapping, of a singleton, round a function."""

import contextlib
import threading
import time
from collections.abc import MutableMapping

log = []


class Recent(MutableMapping):
    def __init__(self, most):
        self.most, self.rows, self.lock = most, {}, threading.RLock()

    def __getitem__(self, key):
        with self.lock:
            return self.rows[key]

    def __setitem__(self, key, value):
        with self.lock:
            self.rows[key] = value
            while len(self) > self.most:
                del self.rows[min(self.rows)]

    def __delitem__(self, key):
        with self.lock:
            del self.rows[key]

    def __len__(self):
        with self.lock:
            return len(self.rows)

    def __iter__(self):
        with self.lock:
            return iter(list(self.rows))

    def load(self, key):
        with self.lock:
            if key not in self:
                time.sleep(0.001)
                self[key] = key * 2
            return self[key]


class Squares:
    def __init__(self):
        self.lock, self.known = threading.Lock(), {}

    def __getitem__(self, key):
        with self.lock:
            if key not in self.known:
                time.sleep(0.001)
                self.known[key] = key * key
            return self.known[key]


class Config:
    one, lock = None, threading.Lock()

    def __new__(cls):
        with cls.lock:
            if cls.one is None:
                time.sleep(0.001)
                cls.one = super().__new__(cls)
                cls.one.values = {}
        return cls.one


class Traced(contextlib.ContextDecorator):
    def __enter__(self):
        time.sleep(0.001)
        return self

    def __exit__(self, *raised):
        log.append("traced")


@contextlib.contextmanager
def timed(name):
    log.append(f"begin {name}")
    yield name
    log.append(f"end {name}")


@Traced()
def job():
    log.append("job")


def work(recent, squares, number):
    recent.load(number)
    Config().values[number] = squares[number] + 1
    with timed("both") as name, Traced():
        log.append(f"in {name}")


def main():
    recent, squares = Recent(2), Squares()
    threads = [
        threading.Thread(target=work, args=(recent, squares, n)) for n in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    job()
    print(sorted(recent), len(recent), recent.get(0), Config().values)
    print(sorted(log))


if __name__ == "__main__":
    main()
