"""Pairs that are taken until an end mark comes: `for a, b in iter(get, None)`."""

import queue
import threading


class Sink(threading.Thread):
    def __init__(self):
        super().__init__()
        self.inbox = queue.Queue()
        self.rows = []

    def run(self):
        for name, n in iter(self.inbox.get, None):
            self.rows.append((name, n))


def plain(q, out):
    for item in iter(q.get, "stop"):
        out.append(item)


def with_else(q, out):
    for item in iter(lambda: q.get(timeout=1), 0):
        if item == 9:
            break
        out.append(item)
    else:
        out.append("end")


def main():
    sink = Sink()
    sink.start()
    for n in range(3):
        sink.inbox.put(("n", n))
    sink.inbox.put(None)
    sink.join()
    print(sink.rows)
    q, out = queue.Queue(), []
    t = threading.Thread(target=plain, args=(q, out))
    t.start()
    for x in (1, 2, "stop"):
        q.put(x)
    t.join()
    for x in (3, 0):
        q.put(x)
    with_else(q, out)
    print(out)


if __name__ == "__main__":
    main()
