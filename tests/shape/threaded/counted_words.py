"""Words counted in parts by a pool, in order and as they end."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
import time

TEXT = "a rose is a rose is a rose and so it goes"


def parts(text, size):
    words = text.split()
    for start in range(0, len(words), size):
        yield words[start : start + size]


def count(words):
    time.sleep(0.001 * len(words))
    return Counter(words)


def main():
    with ThreadPoolExecutor(4) as pool:
        total = sum(pool.map(count, parts(TEXT, 3)), Counter())
        jobs = [pool.submit(count, part) for part in parts(TEXT, 4)]
        for number, job in enumerate(as_completed(jobs), start=1):
            assert job.done()
        longest = max((job.result() for job in jobs), key=len)
    print(total.most_common(2), number, len(longest))
    first, *rest = (len(job.result()) for job in jobs)
    print(first, rest)


if __name__ == "__main__":
    main()
