"""A scheduler: a heap guarded by a condition, timed waits, and an iterator."""

import heapq
import threading
import time


class Scheduler(threading.Thread):
    def __init__(self):
        threading.Thread.__init__(self, name="scheduler")
        self.heap = []
        self.wake = threading.Condition()
        self.running = True
        self.ran = []

    def add(self, delay, name):
        with self.wake:
            heapq.heappush(self.heap, (time.monotonic() + delay, name))
            self.wake.notify()

    def run(self):
        while True:
            with self.wake:
                while self.running and not self.heap:
                    self.wake.wait()
                if not self.heap and not self.running:
                    return
                due, name = self.heap[0]
                left = due - time.monotonic()
                if left > 0:
                    self.wake.wait(left)
                    continue
                heapq.heappop(self.heap)
            self.ran.append(name)

    def stop(self):
        with self.wake:
            self.running = False
            self.wake.notify_all()
        self.join()


if __name__ == "__main__":
    s = Scheduler()
    s.start()
    s.add(0.02, "second")
    s.add(0.005, "first")
    time.sleep(0.06)
    s.stop()
    print(s.ran, s.name, s.is_alive())
