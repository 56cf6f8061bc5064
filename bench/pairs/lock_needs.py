"""Which of its locks a pair needs: each is put out of effect, and the pair explored.

The locks are those that the pair makes itself, of `threading` or `asyncio`: none of
anyio, and none within a queue or a pool.
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
    """Which locks a form of a pair needs, by its small workloads.

    `answers`: what was found of them with all locks, whose use was noted.  A workload
    that was cut says nothing, and is left out.
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
    """A record without an answer: nothing follows from what its locks do."""
    return LockNeeds(
        pair=explorable.pair,
        model=explorable.model,
        outcome="not asked",
        reason=reason,
    )


def recorded(found: Found) -> LockAnswer:
    """The answer for one lock as a record, without paths of this machine."""
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
