"""A decorator that tries again with a growing pause."""

import functools
import time
from concurrent.futures import ThreadPoolExecutor


def retry(times, pause=0.001):
    def mark(function):
        @functools.wraps(function)
        def again(*args, **kwargs):
            for attempt in range(1, times + 1):
                try:
                    return function(*args, **kwargs)
                except ConnectionError:
                    if attempt == times:
                        raise
                    time.sleep(pause * 2**attempt)

        return again

    return mark


class Server:
    def __init__(self):
        self.calls = {}

    @retry(3)
    def ask(self, key):
        self.calls[key] = self.calls.get(key, 0) + 1
        time.sleep(0.001)
        if self.calls[key] < key:
            raise ConnectionError(key)
        return f"answer {key}"


def main():
    server = Server()
    with ThreadPoolExecutor(max_workers=3) as pool:
        futures = {n: pool.submit(server.ask, n) for n in (1, 2, 3, 4)}
    for n, future in futures.items():
        error = future.exception()
        print(n, repr(error) if error else future.result())
    print(server.ask.__name__, sorted(server.calls.items()))


if __name__ == "__main__":
    main()
