"""A pool in a global variable, used when the file is run as a script; a job fails."""

import time
from concurrent.futures import ThreadPoolExecutor

executor = ThreadPoolExecutor(2)
loaded = []


def double(n):
    time.sleep(0.001)
    return n * 2


def load(n):
    time.sleep(0.002)
    if n == 1:
        raise ValueError(n)
    loaded.append(n)


def load_all():
    with ThreadPoolExecutor(4) as pool:
        for n in range(4):
            pool.submit(load, n)
    return sorted(loaded)


if __name__ == "__main__":
    print(sum(executor.map(double, range(3))))
    doubled = executor.map(double, range(3))
    print(next(doubled), [*doubled])
    futures = [executor.submit(double, n) for n in range(3)]
    print([each.result() for each in futures])
    executor.shutdown()
    print(load_all())
