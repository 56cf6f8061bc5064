"""A sleep that a test gives in the place of the real one, kept or called at once."""

import threading
import time
from time import sleep


class Pause:
    def __init__(self, *, nap=time.sleep):
        self._nap = nap

    def rest(self, times):
        for _ in range(times):
            self._nap(0.001)
        return "rested"


def wait_for(ready, tries, sleep=sleep):
    for number in range(tries):
        if ready():
            return number
        sleep(2**number)
    return "given up"


def work(slept, said):
    said.append(wait_for(lambda: len(slept) == 3, 9, slept.append))


def main():
    slept, said = [], []
    worker = threading.Thread(target=work, args=(slept, said))
    worker.start()
    worker.join()
    print(said, slept, wait_for(lambda: False, 0))
    print(Pause().rest(2), Pause(nap=slept.append).rest(3), slept)


if __name__ == "__main__":
    main()
