"""A pool of connections, lent by a context manager; too few raise after a while."""

import contextlib
import queue
import threading
import time


class TooBusy(Exception):
    pass


class Connection:
    count = 0

    def __init__(self):
        Connection.count += 1
        self.number = Connection.count

    def query(self, text):
        time.sleep(0.002)
        return f"{text} done"


class Pool:
    def __init__(self, size, patience):
        self._free = queue.LifoQueue(size)
        self.patience = patience
        for _ in range(size):
            self._free.put_nowait(Connection())

    @contextlib.contextmanager
    def lent(self):
        try:
            connection = self._free.get(timeout=self.patience)
        except queue.Empty:
            raise TooBusy("no connection is free") from None
        try:
            yield connection
        finally:
            self._free.put(connection)

    def __len__(self):
        return self._free.qsize()


def work(pool, n, results):
    with pool.lent() as connection:
        results.append(connection.query(f"query {n}"))


def main():
    pool, results = Pool(2, patience=5), []
    threads = [threading.Thread(target=work, args=(pool, n, results)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(sorted(results), len(pool))
    small = Pool(1, patience=0.01)
    with small.lent():
        try:
            with small.lent():
                print("never")
        except TooBusy as error:
            print("busy:", error)
    print(Connection.count)


if __name__ == "__main__":
    main()
