"""A timer with a `run` of its own, which waits for its `finished` event."""

import threading
import time


class Reminder(threading.Timer):
    def __init__(self, interval, function, times):
        super().__init__(interval, function)
        self.times = times

    def run(self):
        for number in range(self.times):
            if self.finished.wait(timeout=self.interval):
                print("ended early")
                return
            self.function(number)
        self.finished.set()


def remind(number):
    time.sleep(0.001)
    print("reminded", number)


def count(number, counted=[]):  # noqa: B006
    counted.append(number)
    print(len(counted))


def main():
    for function, times in ((remind, 3), (count, 2)):
        reminder = Reminder(0.001, function, times)
        reminder.start()
        reminder.join()
        print(reminder.is_alive(), reminder.finished.is_set())
    late = Reminder(30, remind, 1)
    late.start()
    threading.Event().wait(0.01)
    late.cancel()
    late.join()
    plain = threading.Timer(0.001, remind, args=(9,))
    plain.start()
    plain.join()
    print(plain.finished.is_set())


if __name__ == "__main__":
    main()
