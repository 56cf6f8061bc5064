"""What carrying jobs costs on this machine: the numbers that predictions are made from.

`calibrating` measures them; here they are only named, and read between.
"""

import math
from itertools import pairwise

import msgspec

from bench.records.base import Record


class Costs(Record, frozen=True, kw_only=True):
    """Of one interpreter on one machine; seconds and bytes."""

    python: str
    cores: int
    taken: float = 0.0  # when, in seconds since the epoch
    key: str = ""  # what must be unchanged for them to hold: processor, kernel, build
    gil: bool = True

    steps_per_second: float  # of pure Python that computes
    hashes_per_second: float  # of a digest, without the lock

    thread_job_seconds: float  # of computing, around a job, in a thread
    task_job_seconds: float
    uvloop_job_seconds: float | None = None
    hop_seconds: float  # from a loop into a thread of its pool and back
    thread_late_seconds: float  # a sleep ends so much too late
    task_late_seconds: float
    # The share of computing that is left by so many threads that wait for the lock.
    lock_left: dict[int, float] = msgspec.field(default_factory=dict)

    thread_start_seconds: float
    task_start_seconds: float
    process_start_seconds: float
    base_bytes: float  # an interpreter with the model's modules, idle
    thread_bytes: float  # one more worker
    task_bytes: float
    process_bytes: float

    other_cores: float = 0.0  # used by other processes meanwhile
    # What a switch costs at least, units in the names.
    floors: dict[str, float] = msgspec.field(default_factory=dict)


def lock_left(costs: Costs, waiting: float) -> float:
    """The share of computing that is left when so many threads wait for the lock.

    A thread that waits wakes every 5 ms (sys.getswitchinterval) to ask for the lock:
    a thousand of them take most of a core, and the lock's own mutex, from the one that
    computes.  Between the calibrated numbers it is read off a straight line; beyond the
    last it falls on exponentially, as between the last two.
    """
    if not costs.gil or waiting <= 1 or not costs.lock_left:
        return 1.0
    points = sorted({1: 1.0, **costs.lock_left}.items())
    for (low, left), (high, right) in pairwise(points):
        if waiting <= high:
            share = (waiting - low) / (high - low)
            return left + (right - left) * share
    (before, left), (last, right) = points[-2:]
    falls = (math.log(max(right, 1e-3)) - math.log(max(left, 1e-3))) / (last - before)
    return max(0.005, right * math.exp(min(0.0, falls) * (waiting - last)))
