"""A job object that is polled, with progress, cancel, and a result."""

import enum
import itertools
import threading
import time


class State(enum.Enum):
    NEW = "new"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


class Job:
    ids = itertools.count(1)

    def __init__(self, function, *args):
        self.id = next(Job.ids)
        self.state = State.NEW
        self._function, self._args = function, args
        self._cancel = threading.Event()
        self._thread = None
        self.result = None

    def start(self):
        self.state = State.RUNNING
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def _run(self):
        self.result = self._function(self._cancel, *self._args)
        self.state = State.CANCELLED if self._cancel.is_set() else State.DONE

    def cancel(self):
        self._cancel.set()

    @property
    def running(self):
        return self._thread is not None and self._thread.is_alive()

    def wait(self, timeout=5):
        self._thread.join(timeout)
        return self.state


def count_up(cancelled, limit, pause):
    n = 0
    while n < limit and not cancelled.is_set():
        n += 1
        time.sleep(pause)
    return n


def main():
    quick = Job(count_up, 3, 0.001).start()
    endless = Job(count_up, 10**9, 0.001).start()
    while quick.running:
        time.sleep(0.001)
    print(quick.id, quick.state.value, quick.result)
    endless.cancel()
    print(endless.id, endless.wait().value, endless.result > 0, endless.running)


if __name__ == "__main__":
    main()
