"""Programs whose objects are variables of functions: a trace calls them so too."""

import asyncio
import threading
import time
from collections import deque


def side_by_side(*works):
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def a_list_under_a_lock():
    guard = threading.Lock()
    transcript = []

    def work():
        with guard:
            transcript.append("begin")
        with guard:
            transcript.append("end")

    side_by_side(work, work)
    assert transcript[:2] == ["begin", "end"]


class Shelf:
    def __init__(self):
        self.jars = deque()

    def is_empty(self):
        return len(self.jars) == 0

    def put(self, jar):
        self.jars.append(jar)


def an_object_of_another_class():
    shelf = Shelf()

    def work():
        if shelf.is_empty():
            shelf.put(1)

    side_by_side(work, work)
    assert len(shelf.jars) == 1


def crossed():
    left, right = threading.Lock(), threading.Lock()

    def one():
        with left, right:
            pass

    def other():
        with right, left:
            pass

    side_by_side(one, other)


class Account:
    def __init__(self):
        self.lock = threading.Lock()

    def move_to(self, other):
        with self.lock:
            other.accept()

    def accept(self):
        with self.lock:
            pass


def two_of_a_class():
    home, away = Account(), Account()
    side_by_side(lambda: home.move_to(away), lambda: away.move_to(home))


def an_item_of_a_dict():
    stock = {"tea": 1}

    def work():
        stock["tea"] += 1

    side_by_side(work, work)
    assert stock["tea"] == 3


def tasks():
    async def main():
        entries, door, opened = [], asyncio.Lock(), asyncio.Event()

        async def work(number):
            async with door:
                entries.append(number)
            opened.set()
            await asyncio.sleep(0)
            assert entries[-1] == number

        await asyncio.gather(work(1), work(2))

    asyncio.run(main())


class Meta(type):
    pass


class Limits(metaclass=Meta):
    most = 0


def attribute_of_a_class_with_a_metaclass():
    def work():
        Limits.most += 1

    Limits.most = 0
    side_by_side(work, work)
    assert Limits.most == 2


def endless_after_a_decision():
    """The last of many equal steps do not say why the loop does not end."""
    numbers, guard = [], threading.Lock()

    def wait():
        waits = bool(numbers)
        while waits:
            with guard:
                numbers.append(1)
            time.sleep(0.1)

    side_by_side(wait, lambda: numbers.append(0))
