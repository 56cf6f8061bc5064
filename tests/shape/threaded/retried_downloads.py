"""Download files from a (pretend) server with retries and a progress bar."""

import argparse
import hashlib
import random
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field


class TransferError(Exception):
    def __init__(self, name, attempt):
        super().__init__(f"{name}: attempt {attempt} failed")
        self.name = name
        self.attempt = attempt


@dataclass
class Progress:
    total: int
    done: int = 0
    failed: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def tick(self, ok=True):
        with self._lock:
            if ok:
                self.done += 1
            else:
                self.failed += 1
            self._draw()

    def _draw(self):
        share = (self.done + self.failed) / self.total
        bar = "#" * int(share * 20)
        print(f"\r[{bar:<20}] {share:.0%}", end="")


class Server:
    """Answers after a short while; fails the first time for every third name."""

    def __init__(self):
        self._asked = {}
        self._guard = threading.Lock()

    def read(self, name):
        with self._guard:
            count = self._asked[name] = self._asked.get(name, 0) + 1
        time.sleep(0.002)
        number = int(name.rpartition("-")[2])
        if number % 7 == 6:
            raise TransferError(name, count)
        if number % 3 == 0 and count == 1:
            raise TransferError(name, count)
        return (name * number).encode()


def with_retries(attempts, pause):
    def decorate(function):
        def wrapper(*args, **kwargs):
            last = None
            for attempt in range(attempts):
                try:
                    return function(*args, **kwargs)
                except TransferError as error:
                    last = error
                    time.sleep(pause * 2**attempt)
            raise last

        return wrapper

    return decorate


class Downloader:
    def __init__(self, server, workers=4):
        self.server = server
        self.workers = workers
        self.sums = {}

    @with_retries(attempts=3, pause=0.001)
    def fetch(self, name):
        body = self.server.read(name)
        return hashlib.sha256(body).hexdigest()[:8]

    def run(self, names):
        progress = Progress(len(names))
        errors = []
        with ThreadPoolExecutor(max_workers=self.workers) as pool:
            jobs = {pool.submit(self.fetch, name): name for name in names}
            for job in as_completed(jobs):
                name = jobs[job]
                try:
                    self.sums[name] = job.result()
                except TransferError as error:
                    errors.append(f"{name} gave up at {error.attempt}")
                    progress.tick(ok=False)
                else:
                    progress.tick()
        print()
        return progress, sorted(errors)


def main(argv=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=15)
    args = parser.parse_args(argv)
    random.seed(1)
    names = [f"file-{n}" for n in range(args.count)]
    random.shuffle(names)
    downloader = Downloader(Server())
    progress, errors = downloader.run(names)
    for name in sorted(downloader.sums):
        print(name, downloader.sums[name])
    print(progress.done, progress.failed)
    print("\n".join(errors))
    return 1 if not errors else 0


if __name__ == "__main__":
    sys.exit(main([]))
