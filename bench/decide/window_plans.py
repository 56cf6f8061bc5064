"""How long a window is, what it is of, and what a worker process is told. Pure.

A window must hold a round of all jobs at once where that fits; where a round would take
minutes, the start of it tells the rate of computing, and jobs that it cuts off count as
longer than the window.
"""

from dataclasses import dataclass
from typing import Any

from bench.decide.candidates import Candidate
from bench.decide.cost_model import Prediction
from bench.decide.costs import Costs
from bench.decide.described.work import Wishes, Work
from bench.decide.figures import MANY_ROUNDS

SHORTEST_SECONDS = 0.3
LONGEST_SECONDS = 1.5  # but for waits that take longer
CYCLES = 4  # of a job that has the machine for itself, at least
FEWEST_CYCLES = 2.2  # where waits are long
BRIEF_CYCLES = 1.25  # where there is no time for more
BRIEF_OF_ARRIVALS = 2.2
LONG_CYCLE_SECONDS = 1.0  # from here on a window may be brief
START_SECONDS = 1e-4  # of a worker
PROCESS_SECONDS = 0.25  # of starting one
WARM_SECONDS = 0.2  # of the first window of a process, which is left out
SURELY_SATURATED = 1.15  # load
ARRIVALS = 320  # in a window at a given rate, for a p99
LONGEST_OF_ARRIVALS = 4.0
PORTION_SECONDS = 0.001
LIMIT_FACTOR, LIMIT_SECONDS = 3.0, 20.0  # a window that takes longer is hung
ENTRY_POINTS = {
    "threads": "threads",
    "asyncio": "tasks",
    "to_thread": "pooled",
    "processes": "processes",
}


@dataclass(frozen=True)
class Task:
    """One candidate's part of a block: what its process is told, and how to read it."""

    candidate: Candidate
    load: dict[str, Any]
    saturated: bool
    every_job: bool

    @property
    def seconds(self) -> float:
        """What a window takes, with starting workers; its end cuts off their waits."""
        load = self.load
        starting = load["workers"] * START_SECONDS
        return float(load["seconds"] + load["blocking_seconds"] + starting)


def shortest(work: Work, wishes: Wishes) -> float:
    """The shortest window that tells something: a job of each worker, and a little.

    Where jobs arrive, those of the first wait are followed by some that count.
    """
    cycles = BRIEF_OF_ARRIVALS if wishes.rate_per_second is not None else BRIEF_CYCLES
    return max(SHORTEST_SECONDS, cycles * work.alone_seconds)


def least_seconds(work: Work, wishes: Wishes) -> float:
    """What one round of both models takes at least."""
    starting = work.concurrency * START_SECONDS
    blocked = work.blocking_seconds
    each = shortest(work, wishes) + blocked + WARM_SECONDS + PROCESS_SECONDS
    return 2 * (each + starting)


def seconds(
    work: Work, wishes: Wishes, predictions: list[Prediction], *, brief: bool = False
) -> float:
    """How long a window of these candidates is; `brief`: no longer than it must be."""
    cycle = work.alone_seconds
    if brief:
        return shortest(work, wishes)
    if wishes.rate_per_second is not None:
        enough = ARRIVALS / wishes.rate_per_second + 3 * cycle
        return max(SHORTEST_SECONDS, 3 * cycle, min(enough, LONGEST_OF_ARRIVALS))
    longest = max(LONGEST_SECONDS, FEWEST_CYCLES * cycle)
    # A p99 beyond the limit is known to be so soon after the limit.
    if wishes.p99_seconds is None:
        rush = min(one.p99_seconds for one in predictions)
    else:
        rush = max(one.p99_seconds for one in predictions)
        rush = min(rush, 1.5 * wishes.p99_seconds + cycle)
    return min(longest, max(SHORTEST_SECONDS, CYCLES * cycle, 1.2 * rush))


def task(
    work: Work,
    wishes: Wishes,
    candidate: Candidate,
    costs: Costs,
    prediction: Prediction,
    window_seconds: float,
) -> Task:
    """What a candidate's process is told."""
    portions = max(1, round(work.cpu_seconds / PORTION_SECONDS))
    holding = work.holding_seconds
    free = work.cpu_seconds - holding
    has_loop = candidate.kind in ("asyncio", "processes")  # the job runs on it
    blocking = work.blocking_seconds if has_loop else 0.0
    is_small = candidate.kind == "threads" and candidate.pool
    load: dict[str, Any] = {
        "workers": min(candidate.pool, work.concurrency)
        if is_small
        else work.concurrency,
        "crowd": work.concurrency,
        "wait_seconds": work.wait_seconds - blocking,
        "blocking_seconds": blocking,
        "steps": round(holding * costs.steps_per_second / portions),
        "hashes": round(free * costs.hashes_per_second / portions),
        "portions": portions,
        "payload_bytes": work.payload_bytes,
        "seconds": window_seconds,
        "rate_per_second": wishes.rate_per_second or 0.0,
        "pool": candidate.pool,
    }
    if candidate.kind == "asyncio":
        load["loop"] = candidate.loop
    carriers = candidate.pool or work.concurrency
    is_saturated = prediction.load >= SURELY_SATURATED or carriers < work.concurrency
    rounds = window_seconds / max(prediction.p99_seconds, 1e-9)
    return Task(
        candidate=candidate,
        load=load,
        saturated=is_saturated and wishes.rate_per_second is None,
        every_job=rounds >= MANY_ROUNDS or wishes.rate_per_second is not None,
    )


def specification(one: Task, kept: int) -> dict[str, Any]:
    """What the process of a task is started with; its first window is left out."""
    return {
        "executable": one.candidate.executable,
        "package": "bench.decide.loads",
        "probe": "entry_points",
        "function": ENTRY_POINTS[one.candidate.kind],
        "loop": one.candidate.loop,
        "eager": False,
        "options": one.load,
        "windows": 1 + kept,
        "limit_seconds": LIMIT_SECONDS + LIMIT_FACTOR * one.seconds,
    }
