"""Threads whose join gives what they found, or raises it."""

import threading
import time


class ResultThread(threading.Thread):
    def __init__(self, function, *args, name=None):
        super().__init__(name=name)
        self._function = function
        self._args = args
        self._result = None
        self._error = None

    def run(self):
        try:
            self._result = self._function(*self._args)
        except Exception as error:
            self._error = error

    def join(self, timeout=None):
        super().join(timeout)
        if self.is_alive():
            raise TimeoutError(self.name)
        if self._error is not None:
            raise self._error
        return self._result


def slow(x):
    time.sleep(0.005)
    if x < 0:
        raise ValueError(x)
    return x * 2


def main():
    threads = [ResultThread(slow, n, name=f"t{n}") for n in range(3)]
    for thread in threads:
        thread.start()
    print([thread.join() for thread in threads])
    bad = ResultThread(slow, -1)
    bad.start()
    try:
        bad.join(5)
    except ValueError as error:
        print("error", error)
    late = ResultThread(time.sleep, 0.4, name="late")
    late.start()
    try:
        late.join(0.001)
    except TimeoutError as error:
        print("late", error)
    late.join()


if __name__ == "__main__":
    main()
