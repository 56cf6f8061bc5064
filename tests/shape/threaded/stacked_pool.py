"""Words counted by a pool that an exit stack enters, with a callback."""

import functools
import itertools
import operator
import threading
import time
from concurrent import futures
from contextlib import ExitStack
from typing import NamedTuple


class Part(NamedTuple):
    index: int
    text: str


def split(text, size):
    words = iter(text.split())
    for index in itertools.count():
        chunk = list(itertools.islice(words, size))
        if not chunk:
            return
        yield Part(index, " ".join(chunk))


def count(part):
    time.sleep(0.001)
    return part.index, {w: part.text.split().count(w) for w in set(part.text.split())}


def merge(a, b):
    return {k: a.get(k, 0) + b.get(k, 0) for k in a.keys() | b.keys()}


class Progress:
    def __init__(self, total):
        self.total, self.done = total, 0
        self._lock = threading.Lock()

    def __call__(self, future):
        with self._lock:
            self.done += 1


def run(text, *, workers=3):
    parts = list(split(text, 2))
    progress = Progress(len(parts))
    with ExitStack() as stack:
        pool = stack.enter_context(futures.ThreadPoolExecutor(workers))
        jobs = []
        for part in parts:
            job = pool.submit(count, part)
            job.add_done_callback(progress)
            jobs.append(job)
        results = sorted(f.result() for f in futures.as_completed(jobs))
    total = functools.reduce(merge, (found for _, found in results))
    return total, progress.done


def squares(n):
    with futures.ThreadPoolExecutor() as pool:
        return sum(pool.map(operator.mul, range(n), range(n)))


def main():
    total, done = run("a b a c b a d")
    print(sorted(total.items()), done)
    print(squares(5))
    with futures.ThreadPoolExecutor(1) as pool:
        future = pool.submit(count, Part(0, "x"))
        print(future.result(timeout=5), future.done(), future.cancelled())
        try:
            pool.submit(pow, "a", 2).result()
        except TypeError:
            print("type error")


if __name__ == "__main__":
    main()
