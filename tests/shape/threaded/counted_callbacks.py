"""Futures whose callbacks count them, in an executor that is given."""

import threading
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Callable


@dataclass
class Stats:
    started: int = 0
    finished: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    all_done: threading.Event = field(default_factory=threading.Event)

    def began(self) -> None:
        with self.lock:
            self.started += 1

    def ended(self, future: Future) -> None:
        with self.lock:
            self.finished += 1
            if self.finished == self.started:
                self.all_done.set()


class Batch:
    def __init__(self, executor: Executor, stats: Stats) -> None:
        self.executor = executor
        self.stats = stats
        self.futures: list[Future] = []

    def add(self, function: Callable, *args) -> Future:
        self.stats.began()
        future = self.executor.submit(function, *args)
        future.add_done_callback(self.stats.ended)
        self.futures.append(future)
        return future

    def results(self):
        return [future.result(timeout=5) for future in self.futures]


def work(number):
    time.sleep(0.001 * number)
    return number + 1


def main():
    stats = Stats()
    with ThreadPoolExecutor(2) as executor:
        batch = Batch(executor, stats)
        for number in (3, 1, 2):
            batch.add(work, number)
        print(batch.results())
    print(stats.all_done.wait(5), stats.started, stats.finished)


if __name__ == "__main__":
    main()
