"""The jobs of a described workload, and what a window of them tells.

A window lasts a time, not a count: 2,000 jobs that compute 20 ms each would take 40 s
to go round once.  So computing is counted in small portions, and a job that a window
cuts off counts for the part that was done.  Standard library only.
"""

import hashlib
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from statistics import median
from time import perf_counter, thread_time
from typing import Any

PORTION_SECONDS = 0.001  # of computing, between two looks at the clock
SIZING_STEPS = 20_000
SIZING_HASHES = 2_000
SIZING_TIMES = 75  # about 30 ms of each


@dataclass(frozen=True)
class Load:
    """What a worker process is told to do."""

    workers: int
    crowd: int = 0  # jobs due together at the start, one for each worker at least
    wait_seconds: float = 0.0
    blocking_seconds: float = 0.0  # a wait more, in which a task keeps its loop
    steps: int = 0  # of pure Python, which holds the interpreter lock
    hashes: int = 0  # of a digest that is computed without the lock
    portions: int = 1  # in which a job computes
    payload_bytes: int = 0  # held by each job from its start to its end
    seconds: float = 0.5  # of a window
    rate_per_second: float = 0.0  # 0: each worker begins a job when its last is done
    pool: int = 0  # threads behind the loop, or processes; 0: the default


@dataclass
class Tally:
    """What one worker did; times are those of `perf_counter`."""

    jobs: int = 0
    portions: int = 0
    first_done: float = 0.0
    last_done: float = 0.0
    rush: list[float] = field(default_factory=list)  # latencies of the first crowd
    latencies: list[float] = field(default_factory=list)  # of the jobs after it


class Window:
    """The time in which the workers work, the same for all of them."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.start = self.deadline = 0.0
        self._numbers = count()

    def begin(self, after: float = 0.0) -> None:
        """All workers are ready: the clock starts now, or so many seconds later."""
        start = perf_counter() + after
        self.deadline = start + self.load.seconds
        self.start = start  # last: threads look at it, and then read the deadline

    def cancel(self) -> None:
        """There is no window: workers that wait for its start end."""
        self.deadline = self.start = perf_counter()

    def due(self) -> float:
        """When the next job is due: at its place in the arrivals, or at once.

        What is left of the crowd was due at the start.
        """
        number = next(self._numbers)
        if self.load.rate_per_second:
            return self.start + number / self.load.rate_per_second
        is_left = number < self.load.crowd - self.load.workers
        return self.start if is_left else perf_counter()

    def wait_seconds(self) -> float:
        """How long a job that begins now waits: its end cuts the wait off too."""
        return min(self.load.wait_seconds, max(0.0, self.deadline - perf_counter()))

    def first_due(self) -> float:
        """When a worker's first job is due: all of them together, at the start."""
        return self.due() if self.load.rate_per_second else self.start


def compute(load: Load, tally: Tally, deadline: float) -> bool:
    """The computing part of a job; False when the window ended within it."""
    for _ in range(load.portions):
        if perf_counter() >= deadline:
            return False
        total = 0
        for step in range(load.steps):
            total += step
        if load.hashes:
            hashlib.pbkdf2_hmac("sha256", b"password", b"salt", load.hashes)
        tally.portions += 1
    return True


def done(window: Window, tally: Tally, due: float) -> None:
    """Count a job that is done."""
    now = perf_counter()
    tally.jobs += 1
    tally.first_done = tally.first_done or now
    tally.last_done = now
    (tally.rush if due == window.start else tally.latencies).append(now - due)


def payload(load: Load) -> bytes:
    """What a job holds while it is in hand, touched, so that it takes memory."""
    return b"x" * load.payload_bytes


def sized() -> dict[str, float]:
    """How many steps and hashes a second of computing has, by the median of many."""

    def usual(work: Callable[[], object]) -> float:
        def once() -> float:
            start = thread_time()
            work()
            return thread_time() - start

        return median(once() for _ in range(SIZING_TIMES))

    def steps() -> None:
        compute(Load(1, steps=SIZING_STEPS), Tally(), math.inf)

    def hashes() -> None:
        compute(Load(1, hashes=SIZING_HASHES), Tally(), math.inf)

    return {
        "steps_per_second": SIZING_STEPS / usual(steps),
        "hashes_per_second": SIZING_HASHES / usual(hashes),
    }


def values(window: Window, tallies: Sequence[Tally], ready: float) -> dict[str, Any]:
    """What the window tells; `ready` is what starting the workers took, in seconds.

    `by_progress` is jobs a second from all computing that was done, from the end of the
    first wait on: right when there is always work.  `by_cycles` is the sum of the
    workers' own rates from the start to their last job, which is right when there is
    not; where jobs arrive, the rate at which they are answered.
    `rush` are the latencies of the jobs that were due together at the start; one that
    was not done in time is None.
    """
    load = window.load
    spent = window.deadline - window.start - load.wait_seconds
    progress = sum(t.portions for t in tallies) / load.portions
    rush: list[float | None] = [one for t in tallies for one in t.rush]
    crowd = max(load.crowd, load.workers)
    return {
        "by_progress": progress / spent if spent > 0 else 0.0,
        "by_cycles": _answered(tallies, load.rate_per_second)
        if load.rate_per_second
        else sum(_rates(window, tallies)),
        "rush": [*rush, *[None] * (0 if load.rate_per_second else crowd - len(rush))],
        "latencies": [one for t in tallies for one in t.latencies],
        "jobs": sum(t.jobs for t in tallies),
        "starved": sum(t.jobs == 0 for t in tallies),
        "late_due": _never_begun(window, tallies),
        "ready_seconds": ready,
    }


def _rates(window: Window, tallies: Sequence[Tally]) -> Iterator[float]:
    """Jobs a second of each worker.

    All are due together at the start, as in a program that starts its workers and then
    waits for them.  Two thousand threads that wake at once can need seconds until each
    has had the interpreter lock: without that time their rate would be that of none.
    """
    for one in tallies:
        if one.jobs:
            yield one.jobs / (one.last_done - window.start)


def _answered(tallies: Sequence[Tally], arriving: float) -> float:
    """Jobs a second where they arrive; no more than arrive.

    Nothing can be done before the first wait is over.  Where each worker has come round
    twice, it counts from when all had done their first job, because workers that cannot
    keep up end their jobs together; else from the first job of all.
    """
    worked = [one for one in tallies if one.jobs]
    jobs = sum(one.jobs for one in worked)
    if jobs < 2:
        return 0.0
    last = max(one.last_done for one in worked)
    if jobs >= 2 * len(worked):
        begin, counted = max(one.first_done for one in worked), jobs - len(worked)
    else:
        begin, counted = min(one.first_done for one in worked), jobs - 1
    return min(arriving, counted / (last - begin)) if last > begin else arriving


def _never_begun(window: Window, tallies: Sequence[Tally]) -> int:
    """Jobs that were due within the window and are not done at its end."""
    rate = window.load.rate_per_second
    if not rate:
        return 0
    settled = window.load.seconds - 2 * window.load.wait_seconds
    return max(0, int(settled * rate) - sum(t.jobs for t in tallies))
