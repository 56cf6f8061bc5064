"""The control pair: jobs that wait and compute, so that only the model differs.

It shows the crossover: the number of workers and the share of computing at which one
model overtakes the other.  Standard library only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from time import thread_time

from bench.pairs.catalogue import Options, Pair
from bench.records.workload import Workload


@dataclass(frozen=True)
class Share:
    """The jobs of one worker; times are those of `perf_counter`."""

    jobs: list[int]
    started: float
    ended: float
    busy_seconds: float  # the sum of the durations of the worker's jobs
    cpu_started: float = 0.0  # CPU time of the process when the worker starts
    cpu_ended: float = 0.0


@dataclass(frozen=True)
class JobsOutcome:
    """The outcome of `run` on every carrier."""

    startup_seconds: float  # from the call to the start of the first job
    seconds: float  # from the start of the first job to the end of the last
    shares: list[Share]
    # CPU time of the process between the same moments; 0 where unknown
    cpu_seconds: float = 0.0


def combined(called: float, shares: list[Share]) -> JobsOutcome:
    """Combine the shares of all workers."""
    start = min(share.started for share in shares)
    return JobsOutcome(
        startup_seconds=start - called,
        seconds=max(share.ended for share in shares) - start,
        shares=shares,
        cpu_seconds=max(share.cpu_ended for share in shares)
        - min(share.cpu_started for share in shares),
    )


class JobsPair(Pair):
    """The pair of the harness itself; its modules are beside this file."""

    def module(self, model: str) -> str:
        return f"bench.throughput.jobs_{model}"


def compute(steps: int) -> int:
    """Pure Python that holds the interpreter lock for this many steps."""
    total = 0
    for step in range(steps):
        total += step
    return total


def steps_in(seconds: float) -> int:
    """The number of steps of `compute` that take this long here, undisturbed."""
    steps = 20_000

    def once() -> float:
        start = thread_time()
        compute(steps)
        return thread_time() - start

    return round(steps * seconds / min(once() for _ in range(9)))


def cpu_seconds(workload: Workload) -> float:
    """The computing part of a job, from its waiting part and its CPU share."""
    share = workload.cpu_share
    return workload.wait_seconds * share / (1 - share) if 0 < share < 1 else 0.0


def options(workload: Workload) -> Options:
    """The arguments of `run`."""
    return {
        "count": workload.operations,
        "workers": workload.workers,
        "wait_seconds": workload.wait_seconds,
        "steps": workload.cpu_steps,
    }


def least_seconds(options: Options, cpu_seconds: float) -> float:
    """The seconds of an average worker: its waits, and its part of the computing."""
    waiting = float(options["count"] * options["wait_seconds"])
    return (waiting + cpu_seconds) / int(options["workers"])


def wrong(outcome: JobsOutcome, options: Options) -> str | None:
    """Check that each job is done exactly once, and Little's law within 10 %.

    Each worker does one job at a time.  So the mean number of jobs in hand is at most
    the number of workers.  A higher mean shows that the measured durations are wrong.
    """
    done = sorted(job for share in outcome.shares for job in share.jobs)
    if done != list(range(options["count"])):
        return f"{len(done)} jobs done of {options['count']}, or one of them twice"
    in_hand = jobs_in_hand(outcome)
    if in_hand > options["workers"] * 1.1:
        return f"{in_hand:.1f} jobs in hand with {options['workers']} workers"
    return None


def measures(outcome: JobsOutcome) -> dict[str, float]:
    """Fairness, starvation, Little's law and start-up of one window."""
    shares = [len(share.jobs) for share in outcome.shares]
    busy_seconds = sum(share.busy_seconds for share in outcome.shares)
    return {
        "fairness_jain": jain(shares),
        "starved_workers": float(shares.count(0)),
        "jobs_in_hand": jobs_in_hand(outcome),
        "job_seconds": busy_seconds / max(1, sum(shares)),
        "startup_seconds": outcome.startup_seconds,
    }


def jobs_in_hand(outcome: JobsOutcome) -> float:
    """The mean number of jobs in progress: throughput times duration."""
    return sum(share.busy_seconds for share in outcome.shares) / outcome.seconds


def jain(shares: Sequence[float]) -> float:
    """Jain's index: 1 for equal shares, 1/n if one of n workers does all the work.

    R. Jain, D. Chiu and W. Hawe, DEC Research Report TR-301, 1984.
    """
    squares = sum(share * share for share in shares)
    return sum(shares) ** 2 / (len(shares) * squares) if squares else 1.0


JOBS = JobsPair(
    name="jobs",
    title="jobs which wait and compute, shared among workers",
    primitive="none",
    state=None,
    options=options,
    wrong=wrong,
    seconds=lambda outcome: outcome.seconds,
    cpu_seconds=lambda outcome: outcome.cpu_seconds,
    least_seconds=least_seconds,
    measures=measures,
    least_operations=1,
    # with fewer operations, most of the time would be the start of the workers
    least_each=4,
)
