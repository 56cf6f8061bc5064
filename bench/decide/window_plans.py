"""How long a window is, which jobs it has, and what a worker process receives. Pure.

Here, a round is one job of each worker.  A window should be long enough for a round.
If a round would take too long, the window contains only the beginning of the round.
This is enough to measure the rate of computing.  Jobs that the end of the window cuts
off count as longer than the window.
"""

from dataclasses import dataclass
from typing import Any

from bench.decide.candidates import Candidate
from bench.decide.cost_model import Prediction
from bench.decide.costs import Costs
from bench.decide.described.work import Wishes, Work
from bench.decide.figures import MANY_ROUNDS

SHORTEST_SECONDS = 0.3
LONGEST_SECONDS = 1.5  # a window is longer only if jobs take long or arrive at a rate
# The next four numbers are multiples of the time that a job takes if it runs alone.
# Without a rate of arrivals, a window lasts at least CYCLES times as long as the job.
# For a long job, this is more than LONGEST_SECONDS.  Then the window lasts for
# LONGEST_SECONDS, or for FEWEST_CYCLES times the job if this is longer.
CYCLES = 4
FEWEST_CYCLES = 2.2
# If there is no time for such a window (`brief`), a shorter one is used.  It lasts at
# least BRIEF_CYCLES times as long as the job, or BRIEF_OF_ARRIVALS times with a rate.
BRIEF_CYCLES = 1.25
BRIEF_OF_ARRIVALS = 2.2
LONG_CYCLE_SECONDS = 1.0  # if a job takes this long, a window may be brief
START_SECONDS = 1e-4  # time to start one worker
PROCESS_SECONDS = 0.25  # time to start one process
WARM_SECONDS = 0.2  # length of the first window of a process, which does not count
SURELY_SATURATED = 1.15  # from this predicted load on, a candidate counts as saturated
ARRIVALS = 320  # arrivals of jobs in a window at a given rate: enough for a p99
LONGEST_OF_ARRIVALS = 4.0
PORTION_SECONDS = 0.001
# a window that takes longer than LIMIT_SECONDS plus this factor of its length has hung
LIMIT_FACTOR, LIMIT_SECONDS = 3.0, 20.0
ENTRY_POINTS = {
    "threads": "threads",
    "asyncio": "tasks",
    "to_thread": "pooled",
    "processes": "processes",
}


@dataclass(frozen=True)
class Task:
    """A candidate in a block: the load of its process, and how to read the windows."""

    candidate: Candidate
    load: dict[str, Any]
    saturated: bool  # whether the rate by progress counts, and not the rate by cycles
    every_job: bool  # whether the percentiles are of all jobs, or only of the first

    @property
    def seconds(self) -> float:
        """The length of a window, with the time to start its workers.

        A job's ordinary wait is cut short, so that it ends with the window.  A wait
        that blocks the loop is not cut, and may end after the window.  So the length of
        a blocking wait is added.
        """
        load = self.load
        starting = load["workers"] * START_SECONDS
        return float(load["seconds"] + load["blocking_seconds"] + starting)


def shortest(work: Work, wishes: Wishes) -> float:
    """The shortest useful window: a little more than one job of each worker.

    If jobs arrive at a rate, the window is long enough for some jobs after the first
    wait.
    """
    cycles = BRIEF_OF_ARRIVALS if wishes.rate_per_second is not None else BRIEF_CYCLES
    return max(SHORTEST_SECONDS, cycles * work.alone_seconds)


def least_seconds(work: Work, wishes: Wishes) -> float:
    """The least time to run both models, with the shortest window for each."""
    starting = work.concurrency * START_SECONDS
    blocked = work.blocking_seconds
    each = shortest(work, wishes) + blocked + WARM_SECONDS + PROCESS_SECONDS
    return 2 * (each + starting)


def seconds(
    work: Work, wishes: Wishes, predictions: list[Prediction], *, brief: bool = False
) -> float:
    """The length of a window of these candidates; with `brief`, the shortest one."""
    cycle = work.alone_seconds
    if brief:
        return shortest(work, wishes)
    if wishes.rate_per_second is not None:
        enough = ARRIVALS / wishes.rate_per_second + 3 * cycle
        return max(SHORTEST_SECONDS, 3 * cycle, min(enough, LONGEST_OF_ARRIVALS))
    longest = max(LONGEST_SECONDS, FEWEST_CYCLES * cycle)
    # The predicted p99 may be far above the limit of the p99.  Then the window is
    # shorter than the predicted p99: it is only long enough to show that the limit is
    # exceeded.
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
    """The load that a candidate's process receives, and how to read its windows."""
    portions = max(1, round(work.cpu_seconds / PORTION_SECONDS))
    holding = work.holding_seconds
    free = work.cpu_seconds - holding
    # in threads, a job never blocks a loop
    blocking = 0.0 if candidate.in_threads else work.blocking_seconds
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
    """The specification of a task's process; its first window does not count."""
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
