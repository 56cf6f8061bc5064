"""A bus with a bounded queue, a pump and a stack of what was lost."""

import random
import threading
import time
from collections import defaultdict
from queue import Empty, Full, LifoQueue, Queue


class Bus:
    def __init__(self):
        self.handlers = defaultdict(list)
        self.events = Queue(maxsize=3)
        self.dead = LifoQueue()
        self.running = threading.Event()

    def on(self, name):
        def register(handler):
            self.handlers[name].append(handler)
            return handler

        return register

    def emit(self, name, **data):
        for attempt in range(2):
            try:
                self.events.put((name, data), timeout=0.3)
                return True
            except Full:
                continue
        self.dead.put(name)
        return False

    def pump(self):
        self.running.set()
        while self.running.is_set() or not self.events.empty():
            try:
                name, data = self.events.get(block=True, timeout=0.005)
            except Empty:
                continue
            for handler in self.handlers[name]:
                handler(**data)
            self.events.task_done()


bus = Bus()
log = []


@bus.on("save")
def slow_save(path):
    time.sleep(0.001)
    log.append(("saved", path))


@bus.on("save")
def index(path):
    log.append(("indexed", path))


@bus.on("tick")
def tick(n=0):
    log.append(("tick", n))


def main():
    pump = threading.Thread(target=bus.pump)
    pump.start()
    bus.running.wait()
    for n in range(3):
        bus.emit("save", path=f"f{n}")
        bus.emit("tick", n=n)
    bus.events.join()
    bus.running.clear()
    pump.join()
    print(log)
    print([bus.emit("late") for _ in range(4)], bus.dead.qsize())


if __name__ == "__main__":
    main()
