"""Finds the locks that a pair needs: puts each out of effect, and explores.

Only locks of `threading` or `asyncio` that the pair itself makes are tried: no locks of
anyio, and no locks inside a queue or a pool.
"""

from collections.abc import Sequence

from bench.correctness.records.locks import LockAnswer as Found
from bench.correctness.records.verdict import Refusal, Verdict
from bench.correctness.watch.without_locks import LocksOf, answers_for_locks
from bench.pairs.explore_one import Explorable
from bench.records.locks import LockAnswer, LockNeeds


def lock_needs(
    explorable: Explorable, asked: LocksOf, answers: Sequence[Verdict | Refusal]
) -> LockNeeds:
    """Find the locks that a form of a pair needs, at its small workloads.

    `answers`: the results with all locks, with the recorded uses of locks.  A workload
    whose search was cut proves nothing, and is left out.
    """
    verdicts = [one for one in answers if isinstance(one, Verdict)]
    if any(one.outcome == "broken" for one in verdicts):
        return without_answer(explorable, "it is broken with all its locks")
    whole = [one for one in verdicts if one.outcome == "holds"]
    if not whole:
        return without_answer(explorable, "no workload was explored to its end")
    found = answers_for_locks(asked, whole)
    return LockNeeds(
        pair=explorable.pair,
        model=explorable.model,
        outcome="answered" if found else "no locks",
        answers=tuple(map(recorded, found)),
        seconds=sum(one.seconds for one in found),
    )


def without_answer(explorable: Explorable, reason: str) -> LockNeeds:
    """Return a record without answers, for a form whose locks cannot be judged."""
    return LockNeeds(
        pair=explorable.pair,
        model=explorable.model,
        outcome="not asked",
        reason=reason,
    )


def recorded(found: Found) -> LockAnswer:
    """Return the answer for one lock as a record, without paths of this machine."""
    return LockAnswer(
        name=found.lock.name,
        lock=found.lock.kind,
        answer=found.answer,
        schedules=found.schedules,
        different=found.broken if found.answer == "needed" else found.new,
        exhausted=found.exhausted,
        workload=found.workload,
        symptom=found.symptom,
        reason=found.reason or found.bound,
    )
