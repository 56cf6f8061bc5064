"""A pipeline of stages with kwargs, partial and lambda targets."""

import threading
from functools import partial
from queue import Queue


def stage(source, sink, *, change):
    while (item := source.get()) is not None:
        sink.put(change(item))
    sink.put(None)


def collect(source, out):
    for item in iter(source.get, None):
        out.append(item)


def main():
    a, b, c = Queue(4), Queue(4), Queue(4)
    out = []
    workers = [
        threading.Thread(
            target=stage,
            args=(a, b),
            kwargs={"change": lambda x: x + 1},
            daemon=True,
        ),
        threading.Thread(target=partial(stage, b, c, change=str)),
        threading.Thread(target=lambda: collect(c, out)),
    ]
    for worker in workers:
        worker.start()
    for n in range(10):
        a.put(
            n,
        )
    a.put(None)
    for worker in workers:
        worker.join()
    print(out)


main()
