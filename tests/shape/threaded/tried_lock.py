"""A lock tried without waiting, with limits, and a semaphore with nothing inside."""

import threading


class Door:
    def __init__(self):
        self.lock = threading.Lock()
        self.room = threading.Semaphore(1)
        self.closed = threading.Event()
        self.inside = threading.Event()
        self.leave = threading.Event()
        self.count = 0

    def enter(self):
        with self.lock:
            self.inside.set()
            self.leave.wait()
            self.count += 1

    def try_enter(self):
        if not self.lock.acquire(blocking=False):
            return "busy"
        try:
            return "free"
        finally:
            self.lock.release()

    def patient(self):
        if self.lock.acquire(timeout=0.001):
            self.lock.release()
            return True
        return False

    def sit(self):
        with self.room:
            self.count += 1

    def stand(self):
        got = self.room.acquire(timeout=1)
        self.room.release()
        return got

    def shut(self, after):
        if self.closed.wait(timeout=after) or self.closed.is_set():
            return "shut"
        return "open"


def main():
    door = Door()
    t = threading.Thread(target=door.enter)
    t.start()
    door.inside.wait()
    print(door.try_enter(), door.patient())
    door.leave.set()
    t.join()
    print(door.try_enter(), door.patient(), door.stand())
    door.sit()
    print(door.shut(0.001))
    threading.Timer(0.005, door.closed.set).start()
    print(door.shut(after=2), door.count)


if __name__ == "__main__":
    main()
