"""A watchdog: workers report that they live; one that is silent is restarted."""

import enum
import threading
import time


class State(enum.Enum):
    RUNNING = "running"
    STUCK = "stuck"
    STOPPED = "stopped"


class Worker:
    def __init__(self, name, hangs_after=None):
        self.name = name
        self.hangs_after = hangs_after
        self.state = State.STOPPED
        self.beats = 0
        self.restarts = 0
        self._stop = threading.Event()
        self.beat = threading.Event()
        self.thread = None

    def start(self):
        self._stop.clear()
        self.state = State.RUNNING
        self.thread = threading.Thread(target=self._loop, name=self.name)
        self.thread.start()

    def _loop(self):
        count = 0
        while not self._stop.wait(timeout=0.002):
            count += 1
            if self.hangs_after is not None and count > self.hangs_after:
                self._stop.wait()  # hangs until it is told to stop
                return
            self.beats += 1
            self.beat.set()

    def stop(self):
        self._stop.set()
        if self.thread is not None and self.thread.is_alive():
            self.thread.join(timeout=1)
        self.state = State.STOPPED

    def restart(self):
        self.stop()
        self.hangs_after = None
        self.restarts += 1
        self.start()


class Watchdog(threading.Thread):
    def __init__(self, workers, limit=0.4):
        super().__init__(name="watchdog")
        self.workers = workers
        self.limit = limit
        self.restarted = threading.Event()
        self._closing = threading.Event()
        self.log = []

    def run(self):
        while not self._closing.is_set():
            for worker in self.workers:
                if worker.beat.wait(self.limit):
                    worker.beat.clear()
                elif not self._closing.is_set():
                    worker.state = State.STUCK
                    self.log.append(f"{worker.name} is {worker.state.value}")
                    worker.restart()
                    self.restarted.set()

    def close(self):
        self._closing.set()
        self.join()


def main():
    workers = [Worker("a"), Worker("b", hangs_after=3)]
    for worker in workers:
        worker.start()
    dog = Watchdog(workers)
    dog.start()
    print(dog.restarted.wait(timeout=5))
    before = workers[1].beats
    end = time.monotonic() + 5
    while workers[1].beats <= before and time.monotonic() < end:
        time.sleep(0.002)
    dog.close()
    for worker in workers:
        worker.stop()
    print(dog.log, [worker.restarts for worker in workers])
    print([worker.state.name for worker in workers])
    print(workers[1].beats > before, dog.is_alive())


if __name__ == "__main__":
    main()
