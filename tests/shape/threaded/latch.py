"""A latch and a result that is computed once, however many ask for it."""

import threading
import time


class Latch:
    def __init__(self, count):
        self._count = count
        self._zero = threading.Condition()

    def count_down(self):
        with self._zero:
            self._count -= 1
            if self._count <= 0:
                self._zero.notify_all()

    def wait(self, timeout=None):
        with self._zero:
            return self._zero.wait_for(lambda: self._count <= 0, timeout)


class Once:
    def __init__(self, make):
        self._make, self._lock, self._made = make, threading.RLock(), False
        self._value = None

    @property
    def made(self):
        return self._made

    def get(self):
        if not self._made:
            with self._lock:
                if not self._made:
                    self._value = self._make()
                    self._made = True
        return self._value


calls = []


def expensive():
    calls.append(1)
    time.sleep(0.005)
    return 42


def ask(once, latch, answers):
    answers.append(once.get())
    latch.count_down()


def main():
    once, latch, answers = Once(expensive), Latch(4), []
    print(once.made, latch.wait(timeout=0.001))
    for _ in range(4):
        threading.Thread(target=ask, args=(once, latch, answers), daemon=True).start()
    print(latch.wait(timeout=5), answers, len(calls), once.made)


if __name__ == "__main__":
    main()
