"""Producer and consumers with a sentinel."""

import queue
import threading

SENTINEL = object()


def producer(q, count):
    for i in range(count):
        q.put(i)
    q.put(SENTINEL)


def consumer(q, out):
    while True:
        item = q.get()
        if item is SENTINEL:
            q.put(SENTINEL)
            break
        out.append(item * 2)


def main():
    q = queue.Queue(maxsize=2)
    out = []
    threads = [threading.Thread(target=producer, args=(q, 10))]
    for _ in range(3):
        threads.append(threading.Thread(target=consumer, args=(q, out)))
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print(sorted(out))


main()
