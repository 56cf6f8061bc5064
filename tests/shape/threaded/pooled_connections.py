"""A pool of connections with a limit, a wait with a time limit and a health check."""

import contextlib
import threading
import time


class PoolTimeout(Exception):
    """No connection became free in time."""


class Connection:
    opened = 0

    def __init__(self):
        type(self).opened += 1
        self.number = type(self).opened
        self.alive = True
        self.used = 0

    def ping(self):
        time.sleep(0.0005)
        return self.alive

    def execute(self, statement):
        if not self.alive:
            raise ConnectionError(f"connection {self.number} is dead")
        time.sleep(0.001)
        self.used += 1
        if statement == "KILL":
            self.alive = False
        return f"{statement} done"

    def close(self):
        self.alive = False


class ConnectionPool:
    def __init__(self, factory, size=2):
        self._factory = factory
        self._size = size
        self._idle = []
        self._in_use = 0
        self._closed = False
        self._available = threading.Condition(threading.Lock())

    def acquire(self, timeout=1.0):
        deadline = time.monotonic() + timeout
        with self._available:
            while True:
                if self._closed:
                    raise RuntimeError("the pool is closed")
                if self._idle:
                    connection = self._idle.pop()
                    if not connection.ping():
                        continue
                    self._in_use += 1
                    return connection
                if self._in_use < self._size:
                    self._in_use += 1
                    return self._factory()
                left = deadline - time.monotonic()
                if left <= 0 or not self._available.wait(left):
                    raise PoolTimeout(f"none of {self._size} in {timeout} s")

    def release(self, connection):
        with self._available:
            self._in_use -= 1
            if connection.alive and not self._closed:
                self._idle.append(connection)
            self._available.notify()

    @contextlib.contextmanager
    def connection(self, timeout=1.0):
        connection = self.acquire(timeout)
        try:
            yield connection
        finally:
            self.release(connection)

    def close(self):
        with self._available:
            self._closed = True
            while self._idle:
                self._idle.pop().close()
            self._available.notify_all()


def work(pool, name, log):
    for turn in range(3):
        with pool.connection() as connection:
            log.append((name, turn, connection.execute(f"SELECT {turn}")))


def main():
    pool, log = ConnectionPool(Connection, size=2), []
    threads = [threading.Thread(target=work, args=(pool, n, log)) for n in range(5)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    print(len(log), Connection.opened)
    with pool.connection() as first, pool.connection() as second:
        try:
            pool.acquire(timeout=0.01)
        except PoolTimeout as error:
            print(error)
        first.execute("KILL")
        print(second.execute("SELECT 1"))
    with pool.connection() as one:
        print(one.alive)
    pool.close()
    try:
        with pool.connection():
            pass
    except RuntimeError as error:
        print(error)


if __name__ == "__main__":
    main()
