"""CPU work in processes, beside a thread that waits: by map, by futures, as they end."""

import concurrent.futures
import multiprocessing
import threading
import time


def primes_below(limit):
    if limit < 0:
        raise ValueError(limit)
    found = [n for n in range(2, limit) if all(n % d for d in range(2, n))]
    return len(found)


class Ticker:
    def __init__(self):
        self.stopped = threading.Event()
        self.ticks = 0
        self.thread = threading.Thread(target=self.tick)

    def tick(self):
        while not self.stopped.wait(0.001):
            self.ticks += 1

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *raised):
        self.stopped.set()
        self.thread.join()


def main():
    fresh = multiprocessing.get_context("spawn")
    limits = [10, 100, 50]
    with Ticker() as ticker:
        with concurrent.futures.ProcessPoolExecutor(1, mp_context=fresh) as pool:
            print(list(pool.map(primes_below, limits)))
            for count in pool.map(primes_below, [20, 30]):
                print(count)
            futures = {pool.submit(primes_below, limit): limit for limit in limits}
            found = {}
            for future in concurrent.futures.as_completed(futures):
                found[futures[future]] = future.result()
            print(sorted(found.items()))
            done, rest = concurrent.futures.wait(futures, timeout=10)
            print(len(done), len(rest))
            print(repr(pool.submit(primes_below, -1).exception()))
            time.sleep(0.005)
    print(ticker.ticks > 0)


if __name__ == "__main__":
    main()
