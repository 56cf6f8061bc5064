"""Classes derived from `Thread`: the target is called by `Thread.run` or by the class."""

import threading
import time
from threading import Thread

log = []


class Result(Thread):
    def __init__(self, group=None, target=None, name=None, args=(), kwargs={}):
        Thread.__init__(self, group, target, name, args, kwargs)
        self._found = None

    def run(self):
        if self._target is not None:
            self._found = self._target(*self._args, **self._kwargs)

    def join(self, *args):
        Thread.join(self, *args)
        return self._found


class Own(threading.Thread):
    def __init__(self):
        super().__init__(target=self._work)

    def _work(self):
        time.sleep(0.001)
        log.append("own")


class Loud(threading.Thread):
    def run(self):
        log.append("before")
        super().run()
        log.append("after")


def greet(name):
    time.sleep(0.001)
    return f"hello {name}"


def note():
    time.sleep(0.001)
    log.append("note")


def main():
    result = Result(target=greet, args=("you",))
    result.start()
    print(result.join())
    for thread in (Own(), Loud(target=note)):
        thread.start()
        thread.join()
    print(log)


if __name__ == "__main__":
    main()
