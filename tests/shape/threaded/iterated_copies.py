"""Containers that give an iterator of a copy, and methods under a second name."""

import contextlib
import threading
import time
from dataclasses import dataclass, field
from queue import Queue


class Bag:
    def __init__(self):
        self.lock, self.items = threading.Lock(), []

    def add(self, item):
        with self.lock:
            time.sleep(0.001)
            self.items.append(item)

    def copy(self):
        with self.lock:
            return list(self.items)

    def __iter__(self):
        return iter(self.copy())


class Lines:
    def __init__(self, bag):
        self.bag = bag

    def __iter__(self):
        return self.each()

    def each(self):
        for item in self.bag:
            time.sleep(0.001)
            yield f"line {item}"


class Watch:
    def start(self):
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()
        return self

    def watch(self):
        while not self.ended.wait(0.001):
            pass

    def stop(self, *raised):
        self.ended.set()
        self.thread.join()

    __enter__ = start
    __exit__ = stop


@dataclass
class Post:
    box: Queue = field(default_factory=lambda: Queue(2))

    def send(self, letter):
        self.box.put(letter)


log = []


def bye(name):
    time.sleep(0.001)
    log.append(f"bye {name}")


def main():
    bag, post = Bag(), Post()
    threads = [threading.Thread(target=bag.add, args=(n,)) for n in range(3)]
    threads.append(threading.Thread(target=post.send, args=("letter",)))
    for thread in threads:
        thread.start()
        thread.join()
    for item in bag:
        print(item)
    print(sorted(bag), [item for item in bag if item > 1], post.box.get())
    for line in Lines(bag):
        print(line)
    with Watch() as watch:
        print(watch.thread.is_alive())
    print(watch.thread.is_alive())
    with contextlib.ExitStack() as stack:
        stack.callback(bye, "you")
        log.append("inside")
    print(log)


if __name__ == "__main__":
    main()
