"""At most three at work; the most seen is told."""

import threading
import time
from contextlib import ExitStack


class Gate:
    def __init__(self, size):
        self._semaphore = threading.Semaphore(size)
        self._lock = threading.Lock()
        self.inside = self.most = 0

    def __enter__(self):
        self._semaphore.acquire()
        with self._lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        return self

    def __exit__(self, kind, error, trace):
        with self._lock:
            self.inside -= 1
        self._semaphore.release()


def visit(gate, barrier):
    barrier.wait(timeout=5)
    with gate:
        time.sleep(0.002)


def main():
    gate, barrier = Gate(3), threading.Barrier(6)
    visitors = [threading.Thread(target=visit, args=[gate, barrier]) for _ in range(6)]
    list(map(threading.Thread.start, visitors))
    for visitor in visitors:
        visitor.join()
    print(gate.inside, gate.most)


if __name__ == "__main__":
    main()
