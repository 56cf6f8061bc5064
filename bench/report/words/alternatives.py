"""What else an answer of `decide` names: further candidates, and the prediction."""

import math

from bench.records.decisions import Decision, Option
from bench.report.words import units

EQUAL = 1.05  # a predicted ratio from 1 / EQUAL to EQUAL counts as no difference
# The least lead over both models that is named.  Only a large lead is named, because
# each further candidate is measured in only one block.
LEAD = 1.2
# If a candidate has at least this share of the throughput of threads, the answer says
# that it does about as much as threads.
CLOSE = 0.9


def of_decision(one: Decision) -> list[str]:
    """Sentences about candidates that a reader of the verdict alone would miss."""
    return [*_in_threads(one), *_fastest(one)]


def _in_threads(one: Decision) -> list[str]:
    """Names a candidate of kind `to_thread` that does about as much as threads."""
    if one.verdict != "threads" or one.because != "throughput":
        return []
    threads = _rate(one.evidence[0])
    for option in one.evidence[2:]:
        if option.kind == "to_thread" and _rate(option) >= CLOSE * threads > 0:
            return [f"{option.name} does about as much as threads (a row below)."]
    return []


def _fastest(one: Decision) -> list[str]:
    """Names the fastest candidate in one process, if it is far ahead of both models."""
    if one.asked.get("rate_per_second") or "pair" in one.asked:
        return []
    others = [
        option
        for option in one.evidence[2:]
        if option.kind != "processes" and option.meets != "no"
    ]
    best = max(others, key=_rate, default=None)
    models = max(map(_rate, one.evidence[:2]), default=0.0)
    if best is None or not models or _rate(best) < LEAD * models:
        return []
    if _rate(best) > 1.1 * _most(one):
        # By Little's law, no candidate can have such a rate.  So the measurement was
        # disturbed, and the lead of `best` is not named.
        return []
    return [
        f"The fastest in one process is {best.name}, with "
        f"{units.times(_rate(best) / models)} the jobs of the faster model, from one"
        " block (a row below)."
    ]


def _most(one: Decision) -> float:
    """The most jobs a second with the asked number of jobs at once, by Little's law."""
    count, wait, cpu = (
        float(one.asked.get(name) or 0)
        for name in ("concurrency", "wait_seconds", "cpu_seconds")
    )
    return count / (wait + cpu) if wait + cpu else math.inf


def _rate(option: Option) -> float:
    found = option.jobs_per_second
    return found.value or 0.0 if found is not None else 0.0


def predicted(one: Decision) -> str:
    """Which difference was predicted, as the end of a sentence; empty if unknown."""
    ratio, (ours, theirs) = one.predicted_ratio, one.names
    if ratio is None:
        return ""
    if 1 / EQUAL <= ratio <= EQUAL:
        return ", and none was predicted"
    return f", and a lead of {theirs if ratio > 1 else ours} was predicted"


def saturating(one: Decision, wait: float, cpu: float) -> int:
    """How many jobs at once saturate the lock or a loop.

    The sentence that shows the result also shows `wait` and `cpu`, the seconds that a
    job waits and computes.  From these, a reader can compute (wait + cpu) / cpu, and
    round it up.  The cost model gets another number, because it adds the cost of
    carrying a job.  If the two numbers differ by at most 1, the result is the one that
    the reader can compute.  Otherwise it is the one of the cost model.
    """
    known = round(one.limits.get("saturated_from_at_once") or 0)
    by_hand = math.ceil((wait + cpu) / cpu - 1e-6)
    return by_hand if abs(known - by_hand) <= 1 else known


def last_of_all(
    count: float, wait: float, whole: float, limit: float, *, free: bool
) -> str:
    """A sentence: when the last of `count` jobs that are due together can be done.

    All times are in seconds.  `whole` is the computing of all these jobs.  `limit` is
    the wanted p99, which a model misses.  `free`: much of the computing is done without
    the lock.  Then threads share this computing among the cores, so the sentence is
    only about a loop.
    """
    done = (
        f"{units.seconds(wait)} + {units.seconds(whole)} = "
        f"{units.seconds(wait + whole)}"
    )
    on = " on a loop" if free else ""
    first = (
        f"If all are due together, the last of {count:,.0f} is done{on} after {done}"
    )
    if wait + whole > limit:
        return f"{first} at best, and {units.seconds(limit)} was asked for."
    return (
        f"{first} at best. But each worker goes on with its next job, and this delays "
        "jobs that still wait for the lock."
    )
