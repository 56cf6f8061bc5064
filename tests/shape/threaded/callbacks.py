"""Futures with callbacks, one that is cancelled, and what waits for the first."""

import threading
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait


def job(n):
    time.sleep(0.002 * n)
    return n


def main():
    lock, ended = threading.Lock(), []

    def note(future):
        with lock:
            ended.append(future.result())

    pool = ThreadPoolExecutor(max_workers=2)
    futures = [pool.submit(job, n) for n in (3, 1, 2)]
    for future in futures:
        future.add_done_callback(note)
    done, left = wait(futures, return_when=FIRST_COMPLETED)
    print(len(done) + len(left))
    done, left = wait(futures, timeout=5)
    pool.shutdown()
    print(sorted(f.result() for f in done), len(left), sorted(ended))


if __name__ == "__main__":
    main()
