"""Pool kept by an object, map, and futures that fail."""

import time
from concurrent.futures import ThreadPoolExecutor, wait, FIRST_COMPLETED


def slow(n):
    time.sleep(n / 1000)
    if n == 4:
        raise KeyError(n)
    return n


class Service:
    def __init__(self):
        self.pool = ThreadPoolExecutor(max_workers=4)

    def ask(self, n):
        return self.pool.submit(slow, n)

    def all(self, numbers):
        return list(self.pool.map(slow, numbers))

    def close(self):
        self.pool.shutdown(wait=True)


def main():
    service = Service()
    print(service.all([3, 1, 2]))
    futures = [service.ask(n) for n in (1, 30, 60)]
    done, pending = wait(futures, return_when=FIRST_COMPLETED)
    print(len(done) >= 1, len(done) + len(pending))
    print(sum(f.result() for f in futures))
    bad = service.ask(4)
    try:
        bad.result(timeout=2)
    except KeyError as error:
        print("failed", error)
    service.close()


if __name__ == "__main__":
    main()
