"""What a candidate is expected to do with the work, from the machine's costs. Pure.

The model is a queue with one server: the interpreter lock.  A job that waits for an
answer does not need the server.  Four bounds limit the throughput, in jobs a second:

- Little's law: the number of jobs at once, divided by the time of a job that nothing
  delays
- the lock: one, divided by the time for which a job holds the lock
- the loop: the number of loops, divided by the time for which a job occupies its loop:
  while it computes, and while it blocks the loop
- the cores: the number of cores, divided by the computing of a job

A pool limits the number of jobs at once.  Where two bounds are close to each other, the
throughput is a little below the lower bound.

A rush is the moment at which all jobs at once are due.  A loop serves them in order, so
the last job waits for all others.  Threads get the lock in no particular order, and a
thread that has done its job requests the lock again, for its next job.  So some threads
do several jobs before another thread has done its first one.  If n threads want the
lock, the probability that a given thread has had no turn after m jobs is exp(-m/n).
This is 1 % at m = n * ln(100).  So 99 % of the threads get their first turn within
n * ln(100) jobs.
"""

import math
from dataclasses import dataclass
from typing import Literal, assert_never

from bench.decide.candidates import Candidate
from bench.decide.costs import Costs, lock_left
from bench.decide.described.work import Work

Bound = Literal[
    "the jobs at once", "the lock", "one core", "the loop", "the cores", "the pool"
]
# the least computing in a job, so that no bound divides by zero
LEAST_SECONDS = 1e-9
# The exponent of the p-norm that joins the bounds.  If two bounds are equal, the
# throughput is 7 % below them.
SHARPNESS = 10.0
# rounds of the search for the fixed point; each round halves the range
ROUNDS = 60
TAIL = math.log(100)  # the p99 of an exponential distribution, in units of its mean


@dataclass(frozen=True)
class Prediction:
    """What is expected of a candidate; times in seconds."""

    jobs_per_second: float
    bound: Bound  # the lowest of the bounds
    # The bound by the jobs at once, divided by the lowest of the other bounds.  From 1
    # on, the candidate is saturated: more jobs at once hardly raise the throughput.
    load: float
    alone_seconds: float  # the time of a job that no other job delays
    p50_seconds: float  # median latency, if all jobs at once are due together: a rush
    p99_seconds: float  # the 99th percentile of latency in a rush
    memory_bytes: float
    start_seconds: float

    @property
    def saturated(self) -> bool:
        return self.load >= 1

    def arriving(self, rate_per_second: float) -> float:
        """The 99th percentile if jobs arrive at a steady rate.

        The utilization u is the rate, divided by the predicted throughput.  If u is 1
        or more, the latency is infinite.  Otherwise the time in the queue grows as
        u / (1 - u).  This is an upper bound for regular arrivals at a single server.
        """
        used = rate_per_second / self.jobs_per_second
        if used >= 1:
            return math.inf
        return self.alone_seconds + used / (1 - used) / self.jobs_per_second


def predict(work: Work, candidate: Candidate, costs: Costs) -> Prediction:
    """Predict for one candidate; its pool limits how many jobs run at the same time."""
    carriers = _carriers(work, candidate)
    around = _around(candidate, costs)
    late = _late(work, candidate, costs)
    waiting, speed = 0.0, 1.0
    top = low = 0.0
    bounds: dict[Bound, float] = {}
    if candidate.in_threads:
        # The number of threads that wait for the lock depends on the speed, and the
        # speed depends on that number.  Bisection finds the number at which both agree.
        low, top = 0.0, float(carriers)
        for _ in range(ROUNDS):
            waiting = (low + top) / 2
            speed = lock_left(costs, waiting)
            bounds = _bounds(work, candidate, costs, carriers, around, late, speed)
            wanted = carriers - _joined(bounds) * (work.wait_seconds + late)
            if wanted > waiting:
                low = waiting
            else:
                top = waiting
    else:
        bounds = _bounds(work, candidate, costs, carriers, around, late, speed)
    bound = min(bounds, key=lambda name: bounds[name])
    offered = bounds["the jobs at once"]
    others = [value for name, value in bounds.items() if name != "the jobs at once"]
    most = min(others, default=math.inf)
    p50, p99 = _rush(work, candidate, carriers, most, late + around)
    return Prediction(
        jobs_per_second=_joined(bounds),
        bound="the pool" if bound == "the jobs at once" and candidate.pool
        and carriers < work.concurrency and candidate.kind != "processes" else bound,
        load=offered / most if math.isfinite(most) else 0.0,
        alone_seconds=work.alone_seconds + late + around,
        p50_seconds=p50,
        p99_seconds=p99,
        memory_bytes=memory(work, candidate, costs),
        start_seconds=_start(work, candidate, costs),
    )  # fmt: skip


def memory(work: Work, candidate: Candidate, costs: Costs) -> float:
    """The peak of memory of the process, or of all processes together, in bytes."""
    held = work.concurrency * work.payload_bytes
    threads = _carriers(work, candidate) * costs.thread_bytes
    tasks = work.concurrency * costs.task_bytes
    match candidate.kind:
        case "threads":
            return costs.base_bytes + held + threads
        case "to_thread":
            return costs.base_bytes + held + threads + tasks
        case "processes":
            return candidate.pool * costs.process_bytes + held + tasks
        case "asyncio":
            return costs.base_bytes + held + tasks
        case kind:
            assert_never(kind)


def _carriers(work: Work, candidate: Candidate) -> int:
    """How many jobs can be in hand at the same time."""
    if candidate.pool and candidate.in_threads:
        return min(candidate.pool, work.concurrency)
    return work.concurrency


def _around(candidate: Candidate, costs: Costs) -> float:
    """Seconds of computing that carrying one job costs."""
    match candidate.kind:
        case "threads":
            return costs.thread_job_seconds
        case "to_thread":
            return costs.hop_seconds + costs.thread_job_seconds
        case "asyncio" | "processes":
            if candidate.loop == "uvloop" and costs.uvloop_job_seconds is not None:
                return costs.uvloop_job_seconds
            return costs.task_job_seconds
        case kind:
            assert_never(kind)


def _late(work: Work, candidate: Candidate, costs: Costs) -> float:
    """Seconds by which a wait is longer than requested."""
    if not work.wait_seconds:
        return 0.0
    if candidate.in_threads:
        return costs.thread_late_seconds
    return costs.task_late_seconds


def _bounds(
    work: Work,
    candidate: Candidate,
    costs: Costs,
    carriers: int,
    around: float,
    late: float,
    speed: float,
) -> dict[Bound, float]:
    """The jobs a second that each limit allows."""
    whole = max(work.cpu_seconds + around, LEAST_SECONDS)
    together = carriers / (work.wait_seconds + late + whole)
    match candidate.kind:
        case "processes":
            count = min(candidate.pool, costs.cores)
            looped = candidate.pool / (whole + work.blocking_seconds)
            lowest = min(count / whole, looped)
            return {"the jobs at once": together, "the cores": lowest}
        # Only the loop's thread requests the lock, so the lock is no bound of its own.
        # The bound is the one core on which this thread runs.
        case "asyncio":
            looped = 1 / (whole + work.blocking_seconds)
            name: Bound = "the loop" if work.blocking_seconds else "one core"
            return {"the jobs at once": together, name: looped}
        case "threads" | "to_thread":
            cores = min(costs.cores, carriers) / whole
            if not candidate.gil:
                return {"the jobs at once": together, "the cores": cores}
            holding = max(work.holding_seconds + around, LEAST_SECONDS)
            return {
                "the jobs at once": together,
                "the lock": speed / holding,
                "the cores": cores,
            }
        case kind:
            assert_never(kind)


def _joined(bounds: dict[Bound, float]) -> float:
    """The lowest bound, or a little less than it if another bound is near."""
    total = sum(value**-SHARPNESS for value in bounds.values())
    return math.pow(total, -1 / SHARPNESS)


def _rush(
    work: Work, candidate: Candidate, carriers: int, most: float, extra: float
) -> tuple[float, float]:
    """The median and the 99th percentile when all jobs at once are due together."""
    alone = work.alone_seconds + extra
    if not math.isfinite(most):
        return alone, alone
    each = 1 / most
    crowd = carriers
    # A thread that has done its job begins the next one: it waits, and then requests
    # the lock again.  `again` is the share of the threads that request the lock again
    # before the last job of the rush is served.
    again = 0.0
    if candidate.in_threads and crowd > 1:
        again = max(0.0, 1 - (work.wait_seconds + each) / (crowd * each))
    # If the pool has fewer workers than there are jobs at once, the jobs are done in
    # several rounds.
    turns = max(1.0, work.concurrency / carriers)
    p50 = 0.5 + again * (math.log(2) - 0.5)
    p99 = 0.99 + again * (TAIL - 0.99)
    # The pool takes the jobs in order.  All jobs after the first round must first wait
    # for a free worker of the pool.
    if turns > 1:
        round_seconds = max(alone, crowd * each)
        return 0.5 * turns * round_seconds, 0.99 * turns * round_seconds
    first = alone - each
    return (
        first + max(each, p50 * crowd * each),
        first + max(each, p99 * crowd * each),
    )


def _start(work: Work, candidate: Candidate, costs: Costs) -> float:
    """Seconds until all carriers are started."""
    threads = _carriers(work, candidate) * costs.thread_start_seconds
    tasks = work.concurrency * costs.task_start_seconds
    match candidate.kind:
        case "threads":
            return threads
        case "to_thread":
            return threads + tasks
        case "processes":
            return candidate.pool * costs.process_start_seconds
        case "asyncio":
            return tasks
        case kind:
            assert_never(kind)
