"""Threads that are made together and started one after another."""

import queue
import threading
import time

log = []


def work(n):
    log.append(("begun", n))
    time.sleep(0.01)
    log.append(("ended", n))


def in_turn():
    crew = [threading.Thread(target=work, args=(n,)) for n in range(2)]
    for each in crew:
        each.start()
        each.join()


def after_another():
    setter = threading.Thread(target=work, args=("set up",))
    user = threading.Thread(target=work, args=("use",))
    setter.start()
    setter.join()
    log.append("between")
    user.start()
    user.join()


def in_batches():
    running = peak = 0

    def load():
        nonlocal running, peak
        running += 1
        peak = max(peak, running)
        time.sleep(0.02)
        running -= 1

    crew = [threading.Thread(target=load) for _ in range(6)]
    for first in range(0, 6, 2):
        batch = crew[first : first + 2]
        for each in batch:
            each.start()
        for each in batch:
            each.join()
    log.append(("at a time", peak))


def after_an_item():
    items = queue.Queue(1)
    giver = threading.Thread(target=lambda: items.put("item"))
    user = threading.Thread(target=work, args=("user",))
    giver.start()
    log.append(items.get())
    user.start()
    giver.join()
    user.join()


def popped():
    waiting = [threading.Thread(target=work, args=(n,)) for n in "xy"]
    while waiting:
        each = waiting.pop()
        each.start()
        each.join()


def named_in_the_call():
    (one := threading.Thread(target=work, args=("named",))).start()
    one.join()


def twice():
    one = threading.Thread(target=work, args=("once",))
    try:
        one.join()
    except RuntimeError:
        log.append("not started")
    one.start()
    one.join()
    try:
        one.start()
    except RuntimeError:
        log.append("started before")


def main():
    for part in (in_turn, after_another, in_batches, after_an_item, popped):
        part()
    named_in_the_call()
    twice()
    for each in log:
        print(each)


if __name__ == "__main__":
    main()
