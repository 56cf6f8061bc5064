"""The jobs of a described workload, and the figures of one window.

A window lasts for a fixed time.  With a fixed number of jobs, a window could take too
long: one round of 2,000 jobs that compute 20 ms each takes 40 s.  The end of a window
cuts off jobs that are not done.  So the computing of a job is divided into small
portions, and a job that is cut off counts for the portions that were done.  Standard
library only.
"""

import hashlib
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from statistics import median
from time import perf_counter, thread_time
from typing import Any

# With a rate of arrivals, a window also reports jobs that no worker has taken.  Without
# these jobs, its percentiles would be too low.  A window reports at most MOST_CUT_OFF
# of these jobs.  If more jobs than MOST_CUT_OFF are done, the limit is the number of
# done jobs.
MOST_CUT_OFF = 300
# computing in one portion; the clock is read after each portion
PORTION_SECONDS = 0.001
SIZING_STEPS = 20_000
SIZING_HASHES = 2_000
SIZING_TIMES = 75  # how often steps, and hashes, are timed; this takes about 30 ms each


@dataclass(frozen=True)
class Load:
    """The load of a worker process."""

    workers: int
    # jobs that are due together at the start; a lower number than that of the workers
    # counts as one for each worker
    crowd: int = 0
    wait_seconds: float = 0.0
    blocking_seconds: float = 0.0  # an additional wait, in which a task blocks its loop
    steps: int = 0  # steps of pure Python in a portion, with the interpreter lock
    hashes: int = 0  # hashes of a digest in a portion, computed without the lock
    portions: int = 1  # portions into which the computing of a job is divided
    payload_bytes: int = 0  # bytes that each job holds from its start to its end
    seconds: float = 0.5  # the length of a window
    # the rate of arrivals; 0: each worker begins a job as soon as its last one is done
    rate_per_second: float = 0.0
    pool: int = 0  # number of threads behind the loop, or of processes; 0: the default


@dataclass
class Tally:
    """What one worker did; times are those of `perf_counter`."""

    jobs: int = 0
    portions: int = 0
    first_done: float = 0.0
    last_done: float = 0.0
    # latencies of the jobs that were due at the start
    rush: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)  # latencies of all later jobs
    # with a rate: when the jobs that are done were due
    dues: list[float] = field(default_factory=list)


class Window:
    """The period in which all workers do jobs."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.start = self.deadline = 0.0
        self._numbers = count()

    def begin(self, after: float = 0.0) -> None:
        """All workers are ready: the clock starts now, or `after` seconds later."""
        start = perf_counter() + after
        self.deadline = start + self.load.seconds
        # set last, because threads first test it and then read the deadline
        self.start = start

    def cancel(self) -> None:
        """Cancel the window: workers that wait for its start end."""
        self.deadline = self.start = perf_counter()

    def due(self) -> float:
        """When the next job is due.

        With a rate, a job is due at its time of arrival.  Without a rate, the first
        jobs are due at the start, as many as `crowd` says.  Each later job is due when
        a worker takes it, which is now.
        """
        number = next(self._numbers)
        if self.load.rate_per_second:
            return self.arrival(number)
        is_left = number < self.load.crowd - self.load.workers
        return self.start if is_left else perf_counter()

    def arrival(self, number: int) -> float:
        """When the job with this number arrives, if jobs arrive at a rate."""
        return self.start + number / self.load.rate_per_second

    def taken(self) -> int:
        """How many jobs the workers have taken; no worker may take a job afterwards."""
        return next(self._numbers)

    def wait_seconds(self) -> float:
        """How long a job that begins now waits: at most until the window ends.

        A job with a shorter wait than that of the load is cut off.  It is not done,
        even if its wait ends a little before the window: uvloop rounds short waits to
        zero, and would do many such jobs in the last millisecond.
        """
        return min(self.load.wait_seconds, max(0.0, self.deadline - perf_counter()))

    def first_due(self) -> float:
        """When a worker's first job is due: without a rate, at the start."""
        return self.due() if self.load.rate_per_second else self.start


def compute(load: Load, tally: Tally, deadline: float) -> bool:
    """Do the computing of a job; False if the window ended before it was complete."""
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
    if window.load.rate_per_second:
        tally.dues.append(due)


def payload(load: Load) -> bytes:
    """The bytes that a job holds; they are written, so that they take memory."""
    return b"x" * load.payload_bytes


def sized() -> dict[str, float]:
    """Steps and hashes in one second of computing, each the median of many runs."""

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
    """The figures of the window; `ready` is the time in seconds to start the workers.

    - `by_progress`: jobs a second, from the portions that were done.  All portions are
      counted, divided by the portions of one job.  The time is the length of the window
      minus one wait.  This rate is right if at each moment some job computes.
    - `by_cycles`: jobs a second, as the sum of the rates of all workers.  The rate of a
      worker is the number of its jobs, divided by the time from the start of the window
      to the end of its last job.  This rate is right if there are times in which all
      jobs wait.  If jobs arrive at a rate, `by_cycles` is the lower of two rates.  The
      first is the measured rate at which jobs are done (`_answered`).  The second is
      the rate of arrivals minus the rate of missed jobs.  A job is missed if it was due
      early enough but was not done (`_missed`).
    - `rush`: the latency of each job that was due at the start.  Without a rate, there
      is also a None for each of these jobs that was not done in time.
    - `cut_off`: with a rate, the time that a job which was not done takes at least, for
      each such job (`_cut_off`).
    """
    load = window.load
    spent = window.deadline - window.start - load.wait_seconds
    late = _missed(window, tallies)
    progress = sum(t.portions for t in tallies) / load.portions
    rush: list[float | None] = [one for t in tallies for one in t.rush]
    crowd = max(load.crowd, load.workers)
    return {
        "by_progress": progress / spent if spent > 0 else 0.0,
        "by_cycles": min(
            _answered(tallies, load.rate_per_second),
            load.rate_per_second - late / max(_settled_seconds(window), 1e-9),
        )
        if load.rate_per_second
        else sum(_rates(window, tallies)),
        "rush": [*rush, *[None] * (0 if load.rate_per_second else crowd - len(rush))],
        "latencies": [one for t in tallies for one in t.latencies],
        "cut_off": _cut_off(window, tallies),
        "jobs": sum(t.jobs for t in tallies),
        "starved": sum(t.jobs == 0 for t in tallies),
        "late_due": late,
        "ready_seconds": ready,
    }


def _rates(window: Window, tallies: Sequence[Tally]) -> Iterator[float]:
    """Jobs a second of each worker.

    All first jobs are due together at the start, as in a program that starts its
    workers and then waits for them.  If two thousand threads wake at once, it can take
    seconds until each has had the interpreter lock.  The rates must include this time.
    So the time of each worker begins at the common start, and not with its first job.
    """
    for one in tallies:
        if one.jobs:
            yield one.jobs / (one.last_done - window.start)


def _answered(tallies: Sequence[Tally], arriving: float) -> float:
    """Jobs a second if jobs arrive at a rate; never more than the rate.

    The jobs of a period are counted, and divided by the length of the period.  No job
    can be done before the first wait is over.  So the period does not begin with the
    window.  It ends with the end of the last job.  Its beginning depends on the number
    of jobs:

    - Fewer than two jobs for each worker, on average: the period begins with the end of
      the very first job.  This job is not counted.
    - Two jobs or more: the period begins when every worker has done its first job.
      These first jobs are not counted.  Workers that cannot keep up with the arrivals
      end their first jobs at about the same moment, so counting these jobs would make
      the rate too high.
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


def _settled_seconds(window: Window) -> float:
    """The length of the part of the window in which a job is due early enough.

    A job is due early enough if, when it is due, the rest of the window is at least
    twice as long as the wait of a job.  Such a job should be done before the window
    ends.  The part begins with the window.
    """
    return max(0.0, window.load.seconds - 2 * window.load.wait_seconds)


def _missed(window: Window, tallies: Sequence[Tally]) -> int:
    """How many jobs were due early enough but were not done; 0 without a rate."""
    due = int(_settled_seconds(window) * window.load.rate_per_second)
    return max(0, due - sum(t.jobs for t in tallies)) if due else 0


def _cut_off(window: Window, tallies: Sequence[Tally]) -> list[float]:
    """The least latency of each job that arrived but was not done; [] without a rate.

    It is the time from the arrival to the end of the window.  If no worker has taken
    the job, its wait is still to come, and is added.  If there are very many such jobs,
    only the jobs that arrived first are reported (MOST_CUT_OFF).
    """
    load = window.load
    if not load.rate_per_second:
        return []
    due = [*map(window.arrival, range(math.ceil(load.seconds * load.rate_per_second)))]
    finished = {at for one in tallies for at in one.dues}
    taken = window.taken()
    begun = [window.deadline - at for at in due[:taken] if at not in finished]
    most = max(MOST_CUT_OFF, len(finished))
    later = due[taken : taken + most]
    return begun + [window.deadline - at + load.wait_seconds for at in later]
