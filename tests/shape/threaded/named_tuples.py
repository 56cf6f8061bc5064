"""Primitives in a named tuple."""

import queue
import threading
import time
from collections import namedtuple

Channel = namedtuple("Channel", "items done")
Point = namedtuple("Point", ["x", "y"], defaults=[0])


def fill(channel):
    time.sleep(0.005)
    channel.items.put(Point(1))
    channel.done.set()


def main():
    channel = Channel(queue.Queue(), done=threading.Event())
    filler = threading.Thread(target=fill, args=(channel,))
    filler.start()
    print(channel.done.wait(5))
    point = channel.items.get(timeout=1)
    x, y = point
    print(x, y, channel.done.is_set(), point._replace(y=2), Point._fields)
    filler.join()


if __name__ == "__main__":
    main()
