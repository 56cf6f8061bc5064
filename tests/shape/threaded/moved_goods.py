"""Locks of other objects, taken in an order that the objects themselves give."""

import threading
import time


class Shelf:
    def __init__(self, number, goods):
        self.number, self.goods = number, goods
        self.shelf_lock = threading.Lock()


def ordered(shelves):
    return sorted(shelves, key=lambda shelf: shelf.number)


def move(source, target, goods):
    first, last = ordered([source, target])
    first.shelf_lock.acquire()
    last.shelf_lock.acquire()
    kept = source.goods
    time.sleep(0.001)
    source.goods = kept - goods
    target.goods += goods
    last.shelf_lock.release()
    first.shelf_lock.release()


def main():
    left, right = Shelf(1, 50), Shelf(2, 50)
    movers = [threading.Thread(target=move, args=(left, right, 3)) for _ in range(5)]
    movers += [threading.Thread(target=move, args=(right, left, 1)) for _ in range(5)]
    for mover in movers:
        mover.start()
    for mover in movers:
        mover.join()
    print(left.goods, right.goods)


if __name__ == "__main__":
    main()
