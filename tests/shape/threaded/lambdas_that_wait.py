"""Lambdas that threads, pools and functions of the program run, and that wait."""

import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor

out = []


def slow(n):
    time.sleep(0.002)
    return n


def run(function, *given):
    return function(*given)


class Job:
    def __call__(self):
        out.append(slow("called"))


class Box:
    def __init__(self):
        self.items, self.ready = queue.Queue(), threading.Event()
        self.of = {
            "a": lambda n: out.append(slow(n) + 1),
            "b": lambda n: out.append(n),
        }

    def handle(self):
        for name in sorted(self.of):
            self.of[name](3)


def in_thread(function):
    thread = threading.Thread(target=function)
    thread.start()
    thread.join()


def main():
    box, first = Box(), threading.Thread(target=slow, args=(1,))
    first.start()
    filler = threading.Thread(target=lambda: (box.items.put(1), out.append("put")))
    taker = threading.Thread(
        target=lambda: out.append(
            (
                box.items.get(timeout=5),
                slow(2),
            )
        )
    )
    filler.start()
    filler.join()
    taker.start()
    taker.join()
    joiner = threading.Thread(target=lambda: (first.join(), out.append("joined")))
    joiner.start()
    joiner.join()
    waiter = threading.Thread(target=lambda: box.ready.wait() and out.append("ready"))
    waiter.start()
    out.append("set")
    box.ready.set()
    waiter.join()
    limited = threading.Thread(target=lambda: out.append(box.ready.wait(1)))
    limited.start()
    limited.join()
    for function in (box.handle, lambda: Job()(), lambda: out.append(slow(5))):
        in_thread(function)
    for n in range(2):
        box.items.put(n)
    print(run(lambda: slow(1) + box.items.get()), run(lambda x: x, 5))
    with ThreadPoolExecutor(2) as pool:
        added = [pool.submit(lambda n=n: slow(n) + 1) for n in range(3)]
        taken = pool.submit(lambda: box.items.get() + 10)
        print([each.result() for each in added], taken.result())
        print(list(pool.map(lambda n: slow(n) * 2, range(3))))
    for each in out:
        print(each)


if __name__ == "__main__":
    main()
