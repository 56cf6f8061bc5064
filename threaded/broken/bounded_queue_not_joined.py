"""Counter-example: the producer does not join: it does not wait for the consumers.

The producer logs that all are done while the integer is still on the belt.
Symptom: AssertionError: producer sees all 1 done, and 0 are
"""

import threading
from concurrent.futures import ThreadPoolExecutor

from threaded import bounded_queue


class Belt(bounded_queue.Belt):
    def join(self) -> None:
        pass  # must call join of the queue


class Announced(threading.Condition):
    """A condition that sets an event when a wait on the condition begins."""

    def __init__(self, lock: threading.Lock) -> None:
        super().__init__(lock)
        self.awaited = threading.Event()

    def wait(self, timeout: float | None = None) -> bool:
        self.awaited.set()
        return super().wait(timeout)


def provoke(belt: bounded_queue.Belt) -> None:
    """Hold the consumer back until the producer joins or logs that all are done."""
    belt.integers.all_tasks_done = joining = Announced(belt.integers.mutex)
    taken: list[object] = []

    def consume() -> None:
        joining.awaited.wait()
        bounded_queue.consume(belt, "consumer 0", 0.0, log)

    def log(*words: object) -> None:
        if words[0] == "consumer 0":
            taken.append(words[-1])
        elif words[0] == "producer sees all" and not taken:
            joining.awaited.set()
            raise AssertionError(f"producer sees all {words[1]} done, and 0 are")

    with ThreadPoolExecutor(1) as workers:
        workers.submit(consume)
        try:
            bounded_queue.produce(belt, 1, 0.0, log)
        finally:
            belt.close()


if __name__ == "__main__":
    provoke(Belt())
