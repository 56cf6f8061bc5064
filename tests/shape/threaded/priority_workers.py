"""Workers on a priority queue: retries, dead letters, shutdown by sentinels."""

import itertools
import logging
import queue
import threading
import time
from dataclasses import dataclass, field
from typing import Any

log = logging.getLogger("worker")
STOP_PRIORITY = 10**9


@dataclass(order=True)
class Task:
    priority: int
    number: int
    name: str = field(compare=False)
    args: tuple[Any, ...] = field(compare=False, default=())
    attempts: int = field(compare=False, default=0)


class WorkerPool:
    handlers = {}

    def __init__(self, workers=3, max_attempts=3):
        self.tasks = queue.PriorityQueue()
        self.max_attempts = max_attempts
        self.results = {}
        self.dead = []
        self._numbers = itertools.count()
        self._results_lock = threading.Lock()
        self._workers = [
            threading.Thread(target=self._work, args=(f"worker-{n}",))
            for n in range(workers)
        ]

    @classmethod
    def handler(cls, name):
        def register(function):
            cls.handlers[name] = function
            return function

        return register

    def start(self):
        for worker in self._workers:
            worker.start()

    def submit(self, name, *args, priority=5):
        number = next(self._numbers)
        self.tasks.put(Task(priority, number, name, args))
        return number

    def _work(self, own_name):
        while True:
            task = self.tasks.get()
            try:
                if task.priority == STOP_PRIORITY:
                    return
                self._handle(task)
            finally:
                self.tasks.task_done()

    def _handle(self, task):
        handler = self.handlers[task.name]
        try:
            value = handler(*task.args)
        except Exception as error:
            task.attempts += 1
            if task.attempts < self.max_attempts:
                log.info("again: %s", error)
                self.tasks.put(task)
            else:
                self.dead.append((task.name, str(error)))
        else:
            with self._results_lock:
                self.results[task.number] = value

    def shutdown(self):
        self.tasks.join()
        for _ in self._workers:
            self.tasks.put(Task(STOP_PRIORITY, next(self._numbers), "stop"))
        for worker in self._workers:
            worker.join()
        return self.results


tries = {}


@WorkerPool.handler("double")
def double(value):
    time.sleep(0.001)
    return value * 2


@WorkerPool.handler("flaky")
def flaky(key):
    tries[key] = tries.get(key, 0) + 1
    if tries[key] < 3:
        raise TimeoutError(key)
    return f"{key} at last"


@WorkerPool.handler("broken")
def broken():
    raise ValueError("never works")


def main():
    pool = WorkerPool()
    pool.start()
    for value in range(5):
        pool.submit("double", value)
    pool.submit("flaky", "k", priority=1)
    pool.submit("broken", priority=0)
    results = pool.shutdown()
    print(sorted(results.items()))
    print(pool.dead, tries)
    print(any(worker.is_alive() for worker in pool._workers))


if __name__ == "__main__":
    main()
