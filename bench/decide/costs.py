"""What carrying jobs costs on this machine: the numbers for all predictions.

`calibrating` measures these costs.  This module defines them and interpolates between
them.
"""

import math
from itertools import pairwise

import msgspec

from bench.records.base import Record


class Costs(Record, frozen=True, kw_only=True):
    """The costs of one interpreter on one machine, in seconds and bytes."""

    python: str
    cores: int
    taken: float = 0.0  # when they were measured, in seconds since the epoch
    # a hash of the machine and the interpreter; only costs with the same key are used
    key: str = ""
    gil: bool = True

    steps_per_second: float  # steps of a loop of pure Python
    hashes_per_second: float  # hashes of a digest that is computed without the lock

    thread_job_seconds: float  # what it costs to carry a job in a thread
    task_job_seconds: float
    uvloop_job_seconds: float | None = None
    hop_seconds: float  # time from a loop to a thread of its pool and back
    thread_late_seconds: float  # by how much a sleep takes longer than requested
    task_late_seconds: float
    # For some numbers of threads that wait for the lock: how fast the thread that holds
    # it computes, as a share of its speed without waiting threads.
    lock_left: dict[int, float] = msgspec.field(default_factory=dict)

    thread_start_seconds: float
    task_start_seconds: float
    process_start_seconds: float
    base_bytes: float  # memory of an idle interpreter with the modules of the model
    thread_bytes: float  # memory of one more worker
    task_bytes: float
    process_bytes: float

    other_cores: float = 0.0  # cores that other processes used during the calibration
    # The lowest costs of a switch, by name (`bench.throughput.probes.floors`).  The
    # names contain the units.
    floors: dict[str, float] = msgspec.field(default_factory=dict)


def lock_left(costs: Costs, waiting: float) -> float:
    """How fast a thread computes while `waiting` threads want the lock.

    The result is a share of the thread's full speed.  It is 1 if at most one thread
    waits, or if the interpreter has no lock.  A waiting thread wakes every 5 ms
    (sys.getswitchinterval) to request the lock.  A thousand waiting threads use most of
    a core.  A mutex protects the data of the lock.  The waiting threads often hold this
    mutex, and the computing thread must then wait for the mutex.

    Between two calibrated numbers of threads, the share is interpolated linearly.
    Beyond the highest calibrated number, the share decreases exponentially, at the rate
    between the two highest calibrated numbers.
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
