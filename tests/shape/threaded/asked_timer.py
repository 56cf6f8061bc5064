"""A timer that is made, asked whether it is alive, and started again."""

import threading


class Sweeper:
    def __init__(self):
        self.lock = threading.RLock()
        self.swept = threading.Event()
        self.count = 0
        self.timer = threading.Timer(0.001, self.sweep)

    def sweep(self):
        with self.lock:
            self.count += 1
        self.swept.set()

    def touch(self):
        if not self.timer.is_alive():
            self.timer = threading.Timer(0.001, self.sweep)
            self.timer.start()

    def rest(self):
        self.swept.wait(5)
        self.swept.clear()


def main():
    sweeper = Sweeper()
    print(sweeper.timer.is_alive(), sweeper.count)
    for _ in range(2):
        sweeper.touch()
        sweeper.rest()
        sweeper.timer.join()
    sweeper.timer.cancel()
    print(sweeper.timer.is_alive(), sweeper.count)


if __name__ == "__main__":
    main()
