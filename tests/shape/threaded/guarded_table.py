"""A table under a lock for readers and writers, on a re-entrant condition."""

import threading, time
from contextlib import contextmanager


class RWLock:
    def __init__(self):
        self._cond = threading.Condition(threading.RLock())
        self._readers = 0
        self._writer = None

    @contextmanager
    def read(self):
        with self._cond:
            while self._writer not in (None, threading.get_ident()):
                self._cond.wait()
            self._readers += 1
        try:
            yield self
        finally:
            with self._cond:
                self._readers -= 1
                self._notify()

    @contextmanager
    def write(self):
        with self._cond:
            while self._readers or self._writer:
                self._cond.wait()
            self._writer = threading.get_ident()
        try:
            yield self
        finally:
            with self._cond:
                self._writer = None
                self._notify()

    def _notify(self):
        with self._cond:
            self._cond.notify_all()


class Table:
    def __init__(self):
        self.lock = RWLock()
        self.rows = {}

    def set(self, key, value):
        with self.lock.write():
            time.sleep(0.001)
            self.rows[key] = value

    def sum(self):
        with self.lock.read():
            time.sleep(0.0005)
            return sum(self.rows.values())

    def bump(self, key):
        with self.lock.write(), self.lock.read():
            self.rows[key] += 1
            return self.rows[key]


def main():
    table, sums = Table(), []
    ts = [threading.Thread(target=table.set, args=(n, n)) for n in range(4)]
    ts += [threading.Thread(target=lambda: sums.append(table.sum())) for _ in range(3)]
    [t.start() for t in ts]
    [t.join() for t in ts]
    print(table.sum(), len(sums), table.lock._readers, table.bump(3))


if __name__ == "__main__":
    main()
