"""From the windows of a candidate to its figures, each with its interval. Pure.

The ends of the interval of a quantile are two of the samples, chosen by their rank with
the binomial distribution.  The true quantile is below the lower end with a probability
of at most 5 %, and above the upper end with a probability of at most 5 %.  The interval
of a p99 has an upper end only if there are at least 299 samples.  So a p99 is given for
300 samples or more.

Without a rate of arrivals, a job may be due at the start but not be done.  It counts as
longer than all jobs that were done.  With a rate, jobs arrive until the end of the
window.  This end cuts off the last of them, even if none is late.  Of a job
that was cut off, only the least possible latency is known.  The job is a sample of a
quantile only if this latency is longer than the same quantile of the jobs that were
done.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from bench.decide.candidates import Candidate

TAIL_CHANCE = 0.05  # the chance on each side of a quantile's interval
LEAST_FOR_P99 = 300  # the least number of samples for a p99
# If a window is at least this many times as long as the predicted p99, the percentiles
# are of all jobs, and not only of the jobs that are due at the start.
MANY_ROUNDS = 10

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Estimate:
    """A figure and its interval; a time is infinite if it is longer than the window."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Figures:
    """The figures from all windows of one candidate; times in seconds."""

    candidate: Candidate
    jobs_per_second: Estimate | None = None
    p50: Estimate | None = None
    p99: Estimate | None = None  # None: there were too few samples
    p99_least: float = 0.0  # a lower bound of the p99, known even from few samples
    samples: int = 0  # the number of jobs behind the percentiles
    # the length of a window; without a rate, a job of the start that was cut off takes
    # longer than a window
    window_seconds: float = 0.0
    memory_bytes: float | None = None
    # calculated, for all jobs that can be in hand at the same time
    held_bytes: float = 0.0
    cores_used: float | None = None
    start_seconds: float | None = None
    cancel_seconds: float | None = None
    unanswered: float = 0.0  # the share of arrivals that were not done in time
    starved: float = 0.0  # the share of workers that did no job in a window
    other_cores: float = 0.0  # cores that other processes used during the windows
    windows: int = 0
    gil: bool | None = None  # whether the lock is on after all imports
    failure: str | None = None


def figures(
    candidate: Candidate,
    windows: Sequence[Values],
    load: Mapping[str, Any],
    *,
    saturated: bool,
    every_job: bool,
) -> Figures:
    """The figures of the kept windows of one candidate.

    A window has two rates: by progress and by cycles (`loads.job.values`).  If
    `saturated`, the rate by progress is used, else the rate by cycles.  If `every_job`,
    the percentiles are of all jobs, else only of the jobs that were due together at the
    start.
    """
    if not windows:
        return Figures(candidate, failure="it was not measured")
    rates = [rate(one, saturated=saturated) for one in windows]
    waits = [wait for one in windows for wait in latencies(one, every_job=every_job)]
    cut = [seconds for one in windows for seconds in one["cut_off"]]
    tail = longer(waits, cut, 0.99)
    count = len(waits) + len(tail)
    arrivals = load.get("rate_per_second", 0.0) * load["seconds"]
    return Figures(
        candidate=candidate,
        jobs_per_second=Estimate(median(rates), min(rates), max(rates)),
        p50=censored(waits, longer(waits, cut, 0.5), 0.5),
        p99=censored(waits, tail, 0.99) if count >= LEAST_FOR_P99 else None,
        p99_least=least([*waits, *tail], load["seconds"]),
        samples=count,
        window_seconds=load["seconds"],
        memory_bytes=max(one["peak_memory_bytes"] for one in windows),
        held_bytes=0.0 if arrivals else held(candidate, load),
        cores_used=median(
            one["cpu_seconds"] / one["elapsed_seconds"] for one in windows
        ),
        start_seconds=median(one["ready_seconds"] for one in windows),
        unanswered=median(one["late_due"] / arrivals for one in windows)
        if arrivals
        else 0.0,
        starved=median(one["starved"] for one in windows) / load["workers"],
        other_cores=median(one["other_cores"] for one in windows),
        windows=len(windows),
        gil=windows[-1].get("gil"),
    )


def held(candidate: Candidate, load: Mapping[str, Any]) -> float:
    """The bytes of all jobs together, while as many as possible are in progress."""
    count = load["workers"]
    if candidate.kind == "to_thread" and load.get("pool"):
        count = min(count, load["pool"])
    return float(count * load.get("payload_bytes", 0))


def rate(window: Values, *, saturated: bool) -> float:
    """Jobs a second of one window."""
    found: float = window["by_progress"] if saturated else window["by_cycles"]
    return found or window["by_progress"]


def latencies(window: Values, *, every_job: bool) -> list[float]:
    """The latencies that count; infinite for a job of the start that was cut off."""
    rush = [math.inf if one is None else one for one in window["rush"]]
    return [*rush, *window["latencies"]] if every_job else rush


def least(values: Sequence[float], window_seconds: float) -> float:
    """A lower bound of the 99th percentile; at most the length of the window.

    With four jobs, for example, the bound is the longest of them.  The chance that one
    of four jobs is above the true 99th percentile is only 4 %.
    """
    found = quantile(values, 0.99)
    return 0.0 if found is None else min(found.low, window_seconds)


def longer(done: Sequence[float], cut: Sequence[float], at: float) -> list[float]:
    """The latencies in `cut` above a quantile of `done`; all if `done` is empty.

    `done` has the latencies of the jobs that were done.  `cut` has the least latency of
    each job that was cut off.
    """
    found = quantile(done, at)
    return [one for one in cut if found is None or one > found.value]


def censored(done: Sequence[float], cut: Sequence[float], at: float) -> Estimate | None:
    """A quantile of the latencies of jobs, some of which were cut off.

    `cut` has the least latency of each job that was cut off.  The value of the quantile
    and the lower end of its interval are computed with these least latencies.  So both
    are lower bounds.  For the upper end, a job that was cut off counts as longer than
    all others.
    """
    found = quantile([*done, *cut], at)
    highest = quantile([*done, *[math.inf] * len(cut)], at)
    if found is None or highest is None:
        return None
    return replace(found, high=highest.high)


def quantile(values: Sequence[float], at: float) -> Estimate | None:
    """A quantile and its interval; None if there are no values."""
    if not values:
        return None
    ordered = sorted(values)
    count = len(ordered)
    low, high = ranks(count, at)
    return Estimate(
        value=ordered[min(count - 1, math.ceil(at * count) - 1)],
        low=ordered[low - 1] if low else 0.0,
        high=ordered[high - 1] if high <= count else math.inf,
    )


def ranks(count: int, at: float) -> tuple[int, int]:
    """The ranks, from 1, that enclose a quantile; 0 or count + 1 means no bound.

    The number of values below the true quantile is binomial with (count, at).
    """
    below = _binomial(count, at)
    total, low = 0.0, 0
    for successes, chance in enumerate(below):  # P(B <= low - 1) at most TAIL_CHANCE
        total += chance
        if total > TAIL_CHANCE:
            low = successes
            break
    total, high = 0.0, count + 1
    for successes in range(count, -1, -1):  # P(B >= high) at most TAIL_CHANCE
        total += below[successes]
        if total > TAIL_CHANCE:
            high = successes + 1
            break
    return low, high


def _binomial(count: int, at: float) -> list[float]:
    """The chances of 0, 1, ... count successes."""
    log, log_not = math.log(at), math.log1p(-at)
    whole = math.lgamma(count + 1)
    return [
        math.exp(
            whole - math.lgamma(k + 1) - math.lgamma(count - k + 1)
            + k * log + (count - k) * log_not
        )
        for k in range(count + 1)
    ]  # fmt: skip
