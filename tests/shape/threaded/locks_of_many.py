"""Locks and events that are defaults, or that a loop or a name finds."""

import queue
import threading
import time
from functools import wraps


class Account:
    def __init__(self, money):
        self.money, self.lock = money, threading.Lock()


def total(accounts):
    for each in accounts:
        each.lock.acquire()
    before = sum(each.money for each in accounts)
    time.sleep(0.002)
    after = sum(each.money for each in accounts)
    for each in accounts:
        each.lock.release()
    seen.append(before == after)


def synchronized(name):
    def around(method):
        @wraps(method)
        def inner(self, *given):
            with getattr(self, name):
                return method(self, *given)

        return inner

    return around


class Store:
    def __init__(self):
        self.mutex, self.items = threading.Lock(), []

    @synchronized("mutex")
    def add(self):
        size = len(self.items)
        time.sleep(0.002)
        self.items.append(size)


class Stage:
    def __init__(self):
        self.given, self.next = queue.Queue(), None

    def __rshift__(self, other):
        self.next = other.given
        return other

    def run(self):
        item = self.given.get()
        if self.next:
            self.next.put(item + 1)
        else:
            seen.append(item)


seen = []


def work(log, lock=threading.Lock()):
    with lock:
        size = len(log)
        time.sleep(0.002)
        log.append(size)


def taken(log, _lock=threading.Lock()):
    _lock.acquire()
    try:
        size = len(log)
        time.sleep(0.002)
        log.append(size)
    finally:
        _lock.release()


def waits(log, event=threading.Event()):
    log.append(event.wait(0.01))


def main():
    accounts, store = [Account(5), Account(7)], Store()
    first, last = Stage(), Stage()
    first >> last
    logs = [], [], []
    crew = [threading.Thread(target=total, args=(accounts,)) for _ in range(2)]
    crew += [threading.Thread(target=store.add) for _ in range(3)]
    crew += [threading.Thread(target=each.run) for each in (first, last)]
    for function, log in zip((work, taken, waits), logs, strict=True):
        crew += [threading.Thread(target=function, args=(log,)) for _ in range(2)]
    for each in crew:
        each.start()
    first.given.put(1)
    for each in crew:
        each.join()
    print(sorted(seen), store.items, logs)


if __name__ == "__main__":
    main()
