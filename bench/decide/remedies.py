"""The remedies that are predicted to be enough if neither model is enough. Pure."""

import math
from dataclasses import dataclass, replace

from bench.decide.candidates import Candidate
from bench.decide.described.work import CONCURRENCY_AT_MOST, Wishes, Work
from bench.decide.judging import Judgement, expect
from bench.decide.predicting import LOOP_CANCELS_SECONDS, Predictor

MOST_PROCESSES = 256
GROWTH = 1.05  # the next number of jobs to try is the one before times this factor
# the highest number of jobs that is tried, as a multiple of the present number
MOST_TIMES = 1000
# If a predicted number of jobs at once is at least FEW, it gets a reserve of 5 %: a
# maximum is multiplied by SPARE, and a minimum is divided by SPARE.
SPARE = 0.95
FEW = 20


@dataclass(frozen=True)
class AtOnce:
    """A number of jobs at once on one candidate, as a maximum or a minimum."""

    candidate: Candidate
    at_once: int


@dataclass(frozen=True)
class Processes:
    """A number of processes, the jobs of each, and the cores that they need."""

    count: int
    jobs_each: int
    cores: int


def judged(
    predictor: Predictor, work: Work, wishes: Wishes, one: Candidate
) -> Judgement:
    """Compare what is predicted for a candidate with the wishes."""
    found = predictor.predict(work, one)
    blocking = one.kind != "asyncio"
    return expect(found, wishes, found.alone_seconds if blocking else
                  LOOP_CANCELS_SECONDS)  # fmt: skip


def fewer(predictor: Predictor, work: Work, wishes: Wishes) -> AtOnce | None:
    """The most jobs at once with which one of the two models meets the wishes.

    None if a single job does not meet the wishes, or if the rate of arrivals is too
    high.
    """
    best = [
        AtOnce(one, count)
        # If both models allow the same number, `max` returns the first candidate.  So
        # asyncio must come first: it usually needs less memory.
        for one in reversed(predictor.pair(work))
        if (count := _most(predictor, work, wishes, one)) > 0
    ]
    return max(best, key=lambda one: one.at_once, default=None)


def _most(predictor: Predictor, work: Work, wishes: Wishes, one: Candidate) -> int:
    """The most jobs at once, at most those of the work, that meet the wishes; or 0."""

    def does(count: int) -> bool:
        few = replace(work, concurrency=count)
        return judged(predictor, few, wishes, one).meets == "yes"

    low, high = 0, work.concurrency
    if does(high):
        return high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if does(middle) else (low, middle)
    return low if low < FEW else round(low * SPARE)


def more(predictor: Predictor, work: Work, wishes: Wishes) -> AtOnce | None:
    """The fewest jobs at once, above the present number, that meet the wishes.

    None if jobs do not arrive at a rate, or if no number is enough.  If jobs arrive at
    a rate, the number limits how many jobs are in progress.  A higher limit can help,
    because fewer jobs must wait before they begin.
    """
    if wishes.rate_per_second is None:
        return None
    best = [
        AtOnce(one, count)
        for one in reversed(predictor.pair(work))
        if (count := _least(predictor, work, wishes, one)) is not None
    ]
    return min(best, key=lambda one: one.at_once, default=None)


def _least(
    predictor: Predictor, work: Work, wishes: Wishes, one: Candidate
) -> int | None:
    def does(count: int) -> bool:
        some = replace(work, concurrency=count)
        return judged(predictor, some, wishes, one).meets == "yes"

    low = high = work.concurrency
    while not does(high):
        low, high = high, max(high + 1, round(high * GROWTH))
        if high > min(MOST_TIMES * work.concurrency, CONCURRENCY_AT_MOST):
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if does(middle) else (middle, high)
    return high if high < FEW else math.ceil(high / SPARE)


def processes(predictor: Predictor, work: Work, wishes: Wishes) -> Processes | None:
    """The fewest processes that meet the wishes; None if no number is enough.

    Each process has a loop, or threads if the library blocks.  If jobs arrive at a rate
    and the present number of jobs at once is too low, a higher number is tried too.
    The result says how many cores the processes need.  These may be more than this
    machine has.
    """
    found = _several(predictor, work, wishes)
    rate = wishes.rate_per_second
    if found is None and rate is not None:
        in_hand = math.ceil(rate * work.alone_seconds / SPARE)
        if work.concurrency < in_hand <= CONCURRENCY_AT_MOST:
            larger = replace(work, concurrency=in_hand)
            found = _several(predictor, larger, wishes)
    return found


def _several(predictor: Predictor, work: Work, wishes: Wishes) -> Processes | None:
    costs = predictor.costs
    loop = predictor.pair(replace(work, blocking_library=False))[1]
    if work.blocking_library:
        loop = predictor.pair(work)[0]
    for count in range(2, MOST_PROCESSES + 1):
        each = math.ceil(work.concurrency / count)
        spared = each if each < FEW else math.ceil(each / SPARE)
        part = replace(work, concurrency=spared)
        memory = wishes.memory_bytes
        held = count * costs.process_bytes + work.concurrency * work.payload_bytes
        if memory is not None and held > memory:
            return None
        asked = replace(
            wishes,
            memory_bytes=None,
            rate_per_second=wishes.rate_per_second and wishes.rate_per_second / count,
        )
        found = predictor.predict(part, loop)
        if judged(predictor, part, asked, loop).meets == "yes":
            used = min(1.0, found.jobs_per_second / _most_of_one(predictor, work))
            if wishes.rate_per_second is not None:
                used = wishes.rate_per_second / count / _most_of_one(predictor, work)
            if wishes.p99_seconds is not None:
                # all jobs are due at once, so each process needs a core
                used = 1.0
            return Processes(count, each, max(1, math.ceil(count * used)))
        if each == 1:
            break
    return None


def _most_of_one(predictor: Predictor, work: Work) -> float:
    """The jobs a second of one process that never waits."""
    return 1 / max(work.looped_seconds + predictor.costs.task_job_seconds, 1e-9)


def knee(predictor: Predictor, work: Work) -> int:
    """The lowest number of jobs at once that saturates a loop."""
    low, high = 1, 1
    loop = predictor.pair(replace(work, blocking_library=False))[1]

    def is_full(count: int) -> bool:
        return predictor.predict(replace(work, concurrency=count), loop).saturated

    while not is_full(high):
        if high > 10_000_000:
            return high
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_full(middle) else (middle, high)
    return high


def best_pool(predictor: Predictor, work: Work, kind: Candidate) -> int:
    """The smallest pool with at least 95 % of the best predicted throughput."""
    sizes = sorted(
        {max(1, round(2 ** (step / 4))) for step in range(4 * 11)}
        | {work.concurrency}
    )  # fmt: skip
    rates = {
        size: predictor.predict(work, replace(kind, pool=size)).jobs_per_second
        for size in sizes
        if size <= work.concurrency
    }
    best = max(rates.values())
    return min(size for size, rate in rates.items() if rate >= SPARE * best)
