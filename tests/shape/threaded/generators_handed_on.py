"""Generators that wait: unpacked, sliced, sent to, and made into others."""

import itertools
import threading
import time


def read(count):
    for number in range(count):
        time.sleep(0.001)
        yield number


def chunks(items, size):
    steps = iter(items)
    while chunk := list(itertools.islice(steps, size)):
        yield chunk


def even(items):
    return (item for item in items if item % 2 == 0)


def doubled(items):
    for item in items:
        yield item * 2


def averages():
    total = count = 0
    average = None
    while True:
        number = yield average
        time.sleep(0.001)
        total, count = total + number, count + 1
        average = total / count


def twice(items):
    yield from items
    yield from read(1)


def work(found):
    first, *rest = read(3)
    one, two = read(2)
    found.append((first, rest, one, two, [*read(2)], list(chunks(read(5), 2))))
    found.append((sum(doubled(even(read(5)))), list(twice(read(2)))))
    for item in itertools.islice(read(9), 2):
        found.append(item)
    mean = averages()
    next(mean)
    found.append((mean.send(10), mean.send(20)))
    mean.close()


def main():
    found = []
    thread = threading.Thread(target=work, args=(found,))
    thread.start()
    thread.join()
    print(*found, sep="\n")
    print(*read(2))


if __name__ == "__main__":
    main()
