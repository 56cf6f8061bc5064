"""Futures as they end: handed to functions, counted, zipped, stepped by next."""

import concurrent.futures
import time
from concurrent.futures import ThreadPoolExecutor, as_completed


def load(number):
    time.sleep(number / 1000)
    if number == 5:
        raise KeyError(number)
    return number * number


def progress(items, total):
    for count, item in enumerate(items, 1):
        yield item
        if count == total:
            print("all of", total)


def keep(future, names, results):
    results[names[future]] = future.result()


class Fetcher:
    def __init__(self):
        self.pool = ThreadPoolExecutor(3)
        self.names = {}

    def start(self, numbers):
        for number in numbers:
            self.names[self.pool.submit(load, number)] = number

    def each(self):
        for future in as_completed(self.names):
            yield self.names[future], future

    def close(self):
        self.pool.shutdown()


def main():
    results = {}
    with ThreadPoolExecutor(max_workers=3) as pool:
        names = {pool.submit(load, number): number for number in range(4)}
        for future in as_completed(names):
            keep(future, names, results)
        print(sorted(results.items()))

        futures = [pool.submit(load, number) for number in (1, 2, 3)]
        found = []
        for future in progress(as_completed(futures), len(futures)):
            found.append(future.result())
        print(sorted(found), sorted(f.result() for f in as_completed(futures)))
        print(sum(f.result() for f in as_completed(futures)))
        print(sorted({f.result(): f for f in as_completed(futures, timeout=5)}))
        print(sorted(map(lambda f: f.result(), as_completed(futures))))
        print(all(not f.exception() for f in as_completed(futures)))
        print(next(as_completed(futures)).result() in (1, 4, 9))
        print(len([x for f in as_completed(futures) for x in range(f.result())]))
        for number, future in enumerate(as_completed(futures)):
            print(number, future.done())
        for future, letter in zip(as_completed(futures), "abc"):
            print(letter, future.result() > 0)

        good, bad = [], []
        for future in as_completed([pool.submit(load, n) for n in (4, 5, 6)]):
            (bad if future.exception() else good).append(future)
        print(sorted(f.result() for f in good), [repr(f.exception()) for f in bad])
        try:
            for future in as_completed([pool.submit(load, 400)], timeout=0.001):
                print("never")
        except concurrent.futures.TimeoutError:
            print("late")
        done, rest = concurrent.futures.wait(futures)
        print(sorted(f.result() for f in done), len(rest))

    fetcher = Fetcher()
    fetcher.start([1, 2])
    print(sorted((number, future.result()) for number, future in fetcher.each()))
    fetcher.close()


if __name__ == "__main__":
    main()
