"""What `bench.studies.packages` explores: packages, releases, and expected verdicts.

If a race is known, `source` names the thread in which it was reported or fixed.
Otherwise `source` says what the package's documentation promises or does not promise.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """One scenario with one release of a package.

    - `scenario`: the name in the module `of_PACKAGE` of `package_programs`.
    - `explored`: what the scenario does, in a few words.
    - `expected`: the outcome that `explore` must report.
    - `options`: further arguments of `explore`.
    """

    package: str
    release: str
    scenario: str
    explored: str
    expected: str
    source: str
    options: tuple[str, ...] = ()

    @property
    def module(self) -> str:
        return f"of_{self.package.lower().replace('-', '_')}"

    @property
    def requirement(self) -> str:
        return f"{self.package}=={self.release}"


def old_and_new(
    package: str, old: str, new: str, scenario: str, explored: str, source: str
) -> tuple[Case, Case]:
    """A release with a known race, and the release in which the race is fixed."""
    return (
        Case(package, old, scenario, explored, "broken", source),
        Case(package, new, scenario, explored, "holds", source),
    )


CASES = (
    *old_and_new(
        "anyio", "4.13.0", "4.15.0", "Tokens",
        "CapacityLimiter: a token released, awaited, tried", "agronholm/anyio 1170",
    ),
    *old_and_new(
        "async-lru", "2.0.2", "2.0.3", "more_keys_than_places",
        "alru_cache(maxsize=1, ttl=60), two keys", "aio-libs/async-lru 480",
    ),
    *old_and_new(
        "janus", "1.1.0", "1.2.0", "join_beside_new_work",
        "Queue.join beside a new item", "aio-libs/janus 716",
    ),
    *old_and_new(
        "ratelimit", "1.3.0", "2.2.1", "OnceInASecond",
        "two threads call a limited function", "tomasbasham/ratelimit 44",
    ),
    *old_and_new(
        "urllib3", "1.26.15", "1.26.16", "Dropped",
        "PoolManager drops a pool in use", "urllib3/urllib3 1252",
    ),
    *old_and_new(
        "zict", "2.2.0", "3.0.0", "Weights",
        "two threads write to an LRU", "dask/zict 92",
    ),
    Case(
        "aiohttp", "3.10.10", "cancelled_waiter",
        "connector: a task that waits is cancelled", "broken",
        "aio-libs/aiohttp 9670",
    ),
    Case(
        "aiohttp", "3.14.5", "cancelled_waiter",
        "connector: one is cancelled when it is woken", "broken",
        "found by this scenario",
    ),
    Case(
        "httpcore", "1.0.2", "cancelled_request",
        "pool: a request is cancelled", "broken", "encode/httpcore 880",
    ),
    Case(
        "httpcore", "1.0.9", "cancelled_request",
        "pool: a request is cancelled", "broken", "encode/httpcore 1093, open",
    ),
    Case(
        "cachetools", "5.5.2", "Unlocked",
        "cached(LRUCache(1)), two threads", "broken", "tkem/cachetools 288",
    ),
    Case(
        "cachetools", "5.5.2", "Locked",
        "the same with lock=", "holds", "documented as safe",
    ),
    Case(
        "circuitbreaker", "2.1.3", "Unlocked",
        "two failures in two threads", "broken", "fabfuel/circuitbreaker 61, open",
    ),
    Case(
        "circuitbreaker", "2.1.3", "Locked",
        "the same, one call at a time", "holds", "a lock around it",
    ),
    Case(
        "tenacity", "9.1.4", "Shared",
        "two tasks, one AsyncRetrying", "broken", "jd/tenacity 93, open",
    ),
    Case(
        "tenacity", "9.1.4", "Copied",
        "two tasks, a copy for each", "holds", "state is of one controller",
    ),
    Case(
        "more-itertools", "11.2.1", "Bare",
        "two threads, one generator", "broken", "documented as unsafe",
    ),
    Case(
        "more-itertools", "11.2.1", "Serialized",
        "the same through serialize", "holds", "documented as safe",
    ),
    Case(
        "expiringdict", "1.2.2", "LookThenRead",
        "a look, then a read", "broken", "two calls",
    ),
    Case(
        "expiringdict", "1.2.2", "Evictions",
        "two threads, one place", "holds", "documented as locked",
    ),
    Case(
        "prometheus-client", "0.26.0", "ReadAndSet",
        "a gauge is read, then set", "broken", "two calls",
    ),
    Case(
        "prometheus-client", "0.26.0", "Counted",
        "Counter.labels().inc() in two threads", "holds", "documented as safe",
    ),
    Case(
        "pybreaker", "1.4.1", "Failures",
        "two failures in two threads", "holds", "danielfm/pybreaker 3",
    ),
    Case(
        "boltons", "26.2.0", "Evictions",
        "LRU: two threads, one place", "holds", "has a lock of its own",
    ),
    Case(
        "aiolimiter", "1.3.0", "Cancelled",
        "a task that waits is cancelled", "holds", "documented as safe",
    ),
    Case(
        "SQLAlchemy", "2.0.51", "Evictions",
        "LRUCache: two threads evict", "holds", "has a lock of its own",
    ),
)  # fmt: skip
