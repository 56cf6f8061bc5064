"""Stages on queues that are closed, by threads of their own class."""

import queue
import threading
import time
from contextlib import ExitStack, contextmanager

END = None


class ClosableQueue(queue.Queue):
    def close(self):
        self.put(END)

    def __iter__(self):
        while True:
            item = self.get()
            try:
                if item is END:
                    return
                yield item
            finally:
                self.task_done()


class StageWorker(threading.Thread):
    def __init__(self, function, source, sink):
        super().__init__()
        self.function = function
        self.source = source
        self.sink = sink
        self.count = 0

    def run(self):
        for item in self.source:
            self.sink.put(self.function(item))
            self.count += 1


@contextmanager
def timed(label, times):
    started = time.monotonic()
    try:
        yield
    finally:
        times[label] = time.monotonic() - started


def double(x):
    time.sleep(0.001)
    return x * 2


def inc(x):
    return x + 1


def main():
    times = {}
    first, second, out = ClosableQueue(), ClosableQueue(2), ClosableQueue()
    workers = [
        *(StageWorker(double, first, second) for _ in range(2)),
        StageWorker(inc, second, out),
    ]
    with timed("all", times):
        for worker in workers:
            worker.start()
        for number in range(6):
            first.put(number)
        for _ in workers[:2]:
            first.close()
        first.join()
        second.close()
        second.join()
        for worker in workers:
            worker.join()
    print(sorted(out.queue), out.qsize())
    print(sum(w.count for w in workers), list(times))


if __name__ == "__main__":
    main()
