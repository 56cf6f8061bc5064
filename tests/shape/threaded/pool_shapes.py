"""What is asked of a pool: map in its forms, wait, exceptions."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait, FIRST_EXCEPTION, ALL_COMPLETED
from functools import partial
import itertools


class Singleton:
    _instance = None
    _lock = threading.Lock()

    @classmethod
    def get(cls):
        if cls._instance is None:
            with cls._lock:
                if cls._instance is None:
                    time.sleep(0.001)
                    cls._instance = cls()
        return cls._instance


def power(base, exponent):
    time.sleep(0.001)
    return base**exponent


def fail(n):
    time.sleep(0.001)
    raise RuntimeError(n)


def main():
    with ThreadPoolExecutor(4, thread_name_prefix="w") as pool:
        print(list(pool.map(power, [1, 2, 3], [2, 2, 2])))
        print(list(pool.map(partial(power, exponent=3), range(3), timeout=5)))
        print(sum(pool.map(power, itertools.repeat(2), range(4))))
        squares = dict(zip("abc", pool.map(power, (1, 2, 3), itertools.repeat(2))))
        print(squares)
        ones = {id(f.result()) for f in [pool.submit(Singleton.get) for _ in range(4)]}
        print(len(ones))
        fs = [pool.submit(power, 2, 2), pool.submit(fail, 1)]
        done, not_done = wait(fs, return_when=FIRST_EXCEPTION)
        print(any(f.exception() for f in done))
        done, not_done = wait(fs, timeout=5, return_when=ALL_COMPLETED)
        print(len(done), len(not_done), [f.cancelled() for f in fs])
        for base, f in [(b, pool.submit(power, b, 2)) for b in (5, 6)]:
            print(base, f.result())
        try:
            for x in pool.map(fail, [1, 2]):
                print("never")
        except RuntimeError as e:
            print("failed", e)


if __name__ == "__main__":
    main()
