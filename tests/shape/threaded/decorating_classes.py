"""Decorating classes and a metaclass hold a lock around a call that becomes async."""

import threading
import time


class Alone:
    def __init__(self, function):
        self.function, self.lock = function, threading.Lock()

    def __call__(self, *args):
        with self.lock:
            return self.function(*args)


class Kept:
    def __init__(self, function):
        self.function, self.known, self.lock = function, {}, threading.Lock()

    def __call__(self, key):
        with self.lock:
            if key not in self.known:
                self.known[key] = self.function(key)
            return self.known[key]


class alone_on_its_object:
    def __init__(self, function):
        self.function = function

    def __get__(self, on, owner):
        def call(*args):
            with on.mutex:
                return self.function(on, *args)

        return call


class Single(type):
    made = {}
    making = threading.Lock()

    def __call__(cls, *args):
        with cls.making:
            if cls not in cls.made:
                time.sleep(0.001)
                cls.made[cls] = super().__call__(*args)
        return cls.made[cls]


class Store(metaclass=Single):
    pass


numbers = []


@Alone
def number():
    last = len(numbers)
    time.sleep(0.001)
    numbers.append(last)


@Kept
def square(number):
    time.sleep(0.001)
    return number * number


class Box:
    def __init__(self):
        self.mutex, self.items = threading.Lock(), []

    @alone_on_its_object
    def add(self):
        last = len(self.items)
        time.sleep(0.001)
        self.items.append(last)


def work(box, found):
    number()
    box.add()
    found.append(square(3))
    found.append(Store() is Store())


def main():
    box, found = Box(), []
    threads = [threading.Thread(target=work, args=(box, found)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(numbers, box.items, sorted(found))


if __name__ == "__main__":
    main()
