import queue, threading, time, itertools
from dataclasses import dataclass, field
from typing import Any, Optional


@dataclass(order=True)
class Task:
    priority: int
    number: int
    name: str = field(compare=False)


class Scheduler:
    def __init__(self, workers: int = 1) -> None:
        self._queue: "queue.PriorityQueue[Task]" = queue.PriorityQueue()
        self._counter = itertools.count()
        self._threads: list[threading.Thread] = []
        self._workers = workers
        self.done: list[str] = []

    def submit(self, name: str, priority: int = 10) -> None:
        self._queue.put(Task(priority, next(self._counter), name))

    def start(self) -> "Scheduler":
        for i in range(self._workers):
            thread = threading.Thread(target=self._loop, name=f"worker-{i}")
            thread.daemon = True
            thread.start()
            self._threads.append(thread)
        return self

    def _loop(self) -> None:
        while True:
            task = self._queue.get()
            try:
                if task.name == "bad":
                    raise RuntimeError("bad task")
                time.sleep(0.001)
                self.done.append(task.name)
            except RuntimeError as e:
                self.done.append(f"failed: {e}")
            finally:
                self._queue.task_done()

    def wait(self) -> None:
        self._queue.join()


def main() -> None:
    s = Scheduler()
    for name, p in [("low", 20), ("high", 1), ("bad", 5), ("mid", 10)]:
        s.submit(name, p)
    s.start().wait()
    print(s.done)
    print([t.name for t in s._threads], all(t.is_alive() for t in s._threads))


if __name__ == "__main__":
    main()
