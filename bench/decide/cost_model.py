"""What a candidate should make of the work, from the costs of this machine. Pure.

The jobs are a queue with one server, the interpreter lock, and a place to wait.  The
throughput cannot exceed (1) the jobs at once over the time of a job that is never
delayed (Little's law), (2) one job for each time that a job holds the lock, (3) what
the cores compute.  A job that blocks its loop while it waits keeps it as if it
computed.  Near the knee, where two of these meet, a little less than the
least comes out.

A rush is all jobs of the moment due at once.  A loop serves it in order: the last job
waits for all others.  Threads get the lock in no order, and a thread that is done asks
again.  When m jobs are done, a given thread among n that wait has had no turn yet with
probability exp(-m/n).  So the 99th of a hundred waits for ln(100) n jobs.
"""

import math
from dataclasses import dataclass
from typing import Literal

from bench.decide.candidates import Candidate
from bench.decide.costs import Costs, lock_left
from bench.decide.described.work import Work

Bound = Literal[
    "the jobs at once", "the lock", "one core", "the loop", "the cores", "the pool"
]
LEAST_SECONDS = 1e-9  # of computing in a job: none takes nothing
SHARPNESS = 10.0  # of the knee: p-norm of the bounds; at a tie 7 % are lost
ROUNDS = 60  # of the fixed point; it halves its step, so that is enough
TAIL = math.log(100)  # p99 of an exponential, in its means


@dataclass(frozen=True)
class Prediction:
    """What is expected; times in seconds."""

    jobs_per_second: float
    bound: Bound  # what it cannot exceed, the least of all
    load: float  # asked for over what can be had: above 1 it is saturated
    alone_seconds: float  # of a job that has no other in its way
    p50_seconds: float  # of a rush
    p99_seconds: float
    memory_bytes: float
    start_seconds: float

    @property
    def saturated(self) -> bool:
        return self.load >= 1

    def arriving(self, rate_per_second: float) -> float:
        """The 99th percentile at a steady rate of arrivals; infinite beyond the most.

        What waits grows as 1 / (1 - u) with the utilization u (a bound for any one
        server with arrivals as regular as these).
        """
        used = rate_per_second / self.jobs_per_second
        if used >= 1:
            return math.inf
        return self.alone_seconds + used / (1 - used) / self.jobs_per_second


def predict(work: Work, candidate: Candidate, costs: Costs) -> Prediction:
    """Predict for one candidate; its pool counts, whatever the jobs at once."""
    carriers = _carriers(work, candidate)
    around = _around(candidate, costs)
    late = _late(work, candidate, costs)
    waiting, speed = 0.0, 1.0
    top = low = 0.0
    bounds: dict[Bound, float] = {}
    if candidate.kind == "threads" or candidate.kind == "to_thread":
        # How many wait for the lock follows from the speed, and the speed from them.
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
    """Bytes of the process, or of all its processes, at the most."""
    held = work.concurrency * work.payload_bytes
    carriers = _carriers(work, candidate)
    tasks = work.concurrency * costs.task_bytes
    if candidate.kind == "threads":
        return costs.base_bytes + held + carriers * costs.thread_bytes
    if candidate.kind == "to_thread":
        return costs.base_bytes + held + carriers * costs.thread_bytes + tasks
    if candidate.kind == "processes":
        return candidate.pool * costs.process_bytes + held + tasks
    return costs.base_bytes + held + tasks


def _carriers(work: Work, candidate: Candidate) -> int:
    """How many jobs can be in hand."""
    if candidate.pool and candidate.kind in ("threads", "to_thread"):
        return min(candidate.pool, work.concurrency)
    return work.concurrency


def _around(candidate: Candidate, costs: Costs) -> float:
    """Seconds of computing around each job."""
    if candidate.kind == "threads":
        return costs.thread_job_seconds
    if candidate.kind == "to_thread":
        return costs.hop_seconds + costs.thread_job_seconds
    if candidate.loop == "uvloop" and costs.uvloop_job_seconds is not None:
        return costs.uvloop_job_seconds
    return costs.task_job_seconds


def _late(work: Work, candidate: Candidate, costs: Costs) -> float:
    """Seconds by which a wait is longer than asked for."""
    if not work.wait_seconds:
        return 0.0
    if candidate.kind in ("threads", "to_thread"):
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
    """Jobs a second that each of the limits allows."""
    whole = max(work.cpu_seconds + around, LEAST_SECONDS)
    together = carriers / (work.wait_seconds + late + whole)
    if candidate.kind == "processes":
        count = min(candidate.pool, costs.cores)
        looped = candidate.pool / (whole + work.blocking_seconds)
        return {"the jobs at once": together, "the cores": min(count / whole, looped)}
    if candidate.kind == "asyncio":  # the lock is its own; one thread has one core
        looped = 1 / (whole + work.blocking_seconds)
        name: Bound = "the loop" if work.blocking_seconds else "one core"
        return {"the jobs at once": together, name: looped}
    cores = min(costs.cores, carriers) / whole
    if not candidate.gil:
        return {"the jobs at once": together, "the cores": cores}
    holding = max(work.holding_seconds + around, LEAST_SECONDS)
    return {
        "the jobs at once": together,
        "the lock": speed / holding,
        "the cores": cores,
    }


def _joined(bounds: dict[Bound, float]) -> float:
    """A little less than the least bound, where another is near."""
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
    # The share of the crowd that asks again before the last of it was served.
    again = 0.0
    if candidate.kind in ("threads", "to_thread") and crowd > 1:
        again = max(0.0, 1 - (work.wait_seconds + each) / (crowd * each))
    turns = max(1.0, work.concurrency / carriers)  # rounds of a pool that is too small
    p50 = 0.5 + again * (math.log(2) - 0.5)
    p99 = 0.99 + again * (TAIL - 0.99)
    if turns > 1:  # they come in order through the pool: all but the last rounds wait
        round_seconds = max(alone, crowd * each)
        return 0.5 * turns * round_seconds, 0.99 * turns * round_seconds
    first = alone - each
    return (
        first + max(each, p50 * crowd * each),
        first + max(each, p99 * crowd * each),
    )


def _start(work: Work, candidate: Candidate, costs: Costs) -> float:
    """Seconds until all carriers are there."""
    carriers = _carriers(work, candidate)
    if candidate.kind == "threads":
        return carriers * costs.thread_start_seconds
    if candidate.kind == "to_thread":
        tasks = work.concurrency * costs.task_start_seconds
        return carriers * costs.thread_start_seconds + tasks
    if candidate.kind == "processes":
        return candidate.pool * costs.process_start_seconds
    return work.concurrency * costs.task_start_seconds
