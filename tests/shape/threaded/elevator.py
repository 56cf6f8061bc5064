"""A lift that events drive, started and stopped by with."""

import threading
import time


class Elevator:
    """A state machine driven by events."""

    def __init__(self, floors):
        self.floors = floors
        self.position = 0
        self.requests = set()
        self.wake = threading.Event()
        self.idle = threading.Event()
        self.idle.set()
        self.closed = False
        self.lock = threading.Lock()
        self.trace = []
        self.barrier = threading.Barrier(2, timeout=5)
        self.worker = threading.Thread(target=self.run, name="elevator")

    def __enter__(self):
        self.worker.start()
        self.barrier.wait()
        return self

    def __exit__(self, *a):
        self.closed = True
        self.wake.set()
        self.worker.join()

    def call(self, floor):
        if not 0 <= floor < self.floors:
            raise ValueError(floor)
        with self.lock:
            self.requests.add(floor)
            self.idle.clear()
        self.wake.set()

    def step(self):
        with self.lock:
            if not self.requests:
                self.idle.set()
                return False
            target = min(self.requests, key=lambda f: (abs(f - self.position), f))
        while self.position != target:
            time.sleep(0.0005)
            self.position += 1 if target > self.position else -1
        with self.lock:
            self.requests.discard(target)
            self.trace.append(target)
        return True

    def run(self):
        self.barrier.wait()
        while not self.closed:
            self.wake.wait()
            self.wake.clear()
            while self.step():
                pass


def main():
    with Elevator(5) as e:
        for floor in (3, 1):
            e.call(floor)
            e.idle.wait()
        e.call(4)
        print(e.idle.wait(timeout=5), e.trace, e.position)
        try:
            e.call(9)
        except ValueError as x:
            print("no floor", x)


if __name__ == "__main__":
    main()
