"""Count words by map and reduce in a pool of threads."""

from __future__ import annotations

import concurrent.futures
import functools
import itertools
import operator
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

TEXT = """the quick brown fox jumps over the lazy dog
the dog barks and the fox runs away
a quick reader reads the text again and again"""


def chunks(items: list[str], size: int) -> Iterator[list[str]]:
    items_left = iter(items)
    while chunk := list(itertools.islice(items_left, size)):
        yield chunk


def count(lines: list[str]) -> Counter[str]:
    time.sleep(0.001 * len(lines))
    return Counter(word for line in lines for word in line.split())


class MapReduce:
    def __init__(self, mapper: Callable, reducer: Callable, workers: int = 3) -> None:
        self.mapper = mapper
        self.reducer = reducer
        self.workers = workers
        self.mapped = 0
        self._lock = threading.Lock()

    def _map_one(self, chunk):
        result = self.mapper(chunk)
        with self._lock:
            self.mapped += 1
        return result

    def run(self, parts: Iterable[list[str]]):
        with concurrent.futures.ThreadPoolExecutor(self.workers) as executor:
            mapped = executor.map(self._map_one, parts)
            return functools.reduce(self.reducer, mapped)

    def run_as_completed(self, parts):
        executor = concurrent.futures.ThreadPoolExecutor(max_workers=self.workers)
        try:
            futures = [executor.submit(self._map_one, part) for part in parts]
            results = [
                future.result()
                for future in concurrent.futures.as_completed(futures, timeout=10)
            ]
        finally:
            executor.shutdown(wait=True)
        return functools.reduce(self.reducer, results, Counter())

    def run_waited(self, parts):
        with concurrent.futures.ThreadPoolExecutor(self.workers) as executor:
            waiting = {executor.submit(self._map_one, part) for part in parts}
            total = Counter()
            while waiting:
                done, waiting = concurrent.futures.wait(
                    waiting, return_when=concurrent.futures.FIRST_COMPLETED
                )
                for future in done:
                    total = self.reducer(total, future.result())
            return total


def failing(chunk):
    time.sleep(0.001)
    raise ValueError(f"cannot count {len(chunk)} lines")


def main() -> None:
    lines = TEXT.splitlines()
    job = MapReduce(count, operator.add)
    first = job.run(chunks(lines, 1))
    second = job.run_as_completed(chunks(lines, 2))
    third = job.run_waited(list(chunks(lines, 2)))
    print(first == second == third, job.mapped)
    print(first.most_common(3))
    with concurrent.futures.ThreadPoolExecutor() as executor:
        future = executor.submit(failing, lines)
        print(type(future.exception()).__name__, future.exception(timeout=1))
        print(max(executor.map(len, lines)), sum(executor.map(count_words, lines)))


def count_words(line):
    time.sleep(0.001)
    return len(line.split())


if __name__ == "__main__":
    main()
