"""A cache whose entries expire, with a thread that removes them."""

import threading
import time
from typing import Any, Callable, Generic, Hashable, Optional, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Clock:
    """A clock that tests can move."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class TTLCache(Generic[K, V]):
    def __init__(
        self,
        ttl: float,
        load: Callable[[K], V],
        clock: Callable[[], float] = time.monotonic,
        clean_every: float = 0.01,
    ) -> None:
        self.ttl = ttl
        self.load = load
        self.clock = clock
        self.clean_every = clean_every
        self.hits = self.misses = self.expired = 0
        self._entries: dict[K, tuple[float, V]] = {}
        self._lock: threading.RLock = threading.RLock()
        self._closing: threading.Event = threading.Event()
        self._cleaner: Optional[threading.Thread] = None

    def start(self) -> "TTLCache[K, V]":
        if self._cleaner is None:
            self._cleaner = threading.Thread(target=self._clean_loop, daemon=True)
            self._cleaner.start()
        return self

    def _clean_loop(self) -> None:
        while not self._closing.wait(self.clean_every):
            self.clean()

    def clean(self) -> int:
        with self._lock:
            now = self.clock()
            old = [key for key, (end, _) in self._entries.items() if end <= now]
            for key in old:
                self.discard(key)
            self.expired += len(old)
            return len(old)

    def discard(self, key: K) -> None:
        with self._lock:
            self._entries.pop(key, None)

    def get(self, key: K) -> V:
        with self._lock:
            found = self._entries.get(key)
            if found is not None and found[0] > self.clock():
                self.hits += 1
                return found[1]
            self.misses += 1
            value = self.load(key)
            self._entries[key] = (self.clock() + self.ttl, value)
            return value

    def __contains__(self, key: K) -> bool:
        with self._lock:
            return key in self._entries

    def __len__(self) -> int:
        with self._lock:
            return len(self._entries)

    def close(self) -> None:
        self._closing.set()
        if self._cleaner is not None:
            self._cleaner.join()


def slow_square(number: int) -> int:
    time.sleep(0.001)
    return number * number


def reader(cache: TTLCache[int, int], out: list[Any]) -> None:
    for number in (1, 2, 3, 1, 2):
        out.append(cache.get(number))


def main() -> None:
    clock = Clock()
    cache = TTLCache(10, slow_square, clock).start()
    out: list[Any] = []
    threads = [threading.Thread(target=reader, args=(cache, out)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(sorted(out), cache.hits, cache.misses, len(cache), 2 in cache)
    clock.now = 11.0
    end = time.monotonic() + 5
    while len(cache) and time.monotonic() < end:
        time.sleep(0.005)
    print(len(cache), cache.expired)
    cache.close()


if __name__ == "__main__":
    main()
