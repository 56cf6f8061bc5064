"""A worker pool: at most so many jobs at once, a time limit, results in order."""

import threading
from concurrent.futures import ThreadPoolExecutor


class Tally:
    def __init__(self):
        self.lock = threading.Lock()
        self.done = 0

    def count(self):
        with self.lock:
            self.done += 1


def work(job, tally):
    result = job()
    tally.count()
    return result


def run(jobs, limit, seconds):
    tally = Tally()
    with ThreadPoolExecutor(limit) as pool:
        futures = [pool.submit(work, job, tally) for job in jobs]
        results = [future.result(timeout=seconds) for future in futures]
    return results, tally.done
