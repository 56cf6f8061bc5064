"""A pool of `multiprocessing` between two threads with queues."""

import multiprocessing
import queue
import threading


def scale(number):
    return number * 10


def feed(into, numbers):
    for number in numbers:
        into.put(number)
    into.put(None)


def collect(results, into):
    while (found := results.get()) is not None:
        into.append(found)


def main():
    numbers, results, found = queue.Queue(2), queue.Queue(), []
    feeder = threading.Thread(target=feed, args=(numbers, range(5)))
    collector = threading.Thread(target=collect, args=(results, found))
    feeder.start()
    collector.start()
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        while (number := numbers.get()) is not None:
            results.put(pool.apply(scale, (number,)))
        print(pool.map(scale, [1, 2]), list(pool.imap(scale, [3, 4])))
        print(pool.apply_async(scale, (7,)).get(timeout=60))
    results.put(None)
    feeder.join()
    collector.join()
    print(found)


if __name__ == "__main__":
    main()
