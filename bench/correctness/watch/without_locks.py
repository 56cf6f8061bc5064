"""A program explored without each of its locks in turn: which locks does it need?

The first exploration runs with all locks.  It finds the locks, and its verdict must be
"holds".  Each further exploration runs in a process of its own, in which one lock
excludes no worker.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.lock_study import LockStudy, UnitKey
from bench.correctness.programs.single_run import Program
from bench.correctness.records.locks import (
    Answer,
    LockAnswer,
    LockReport,
    LockUse,
)
from bench.correctness.records.options import Options
from bench.correctness.records.verdict import Refusal, Verdict
from bench.correctness.watch.exploring_process import (
    Explored,
    Programs,
    explore_watched,
)

ANSWERS: dict[str, Answer] = {"holds": "not needed", "broken": "needed"}
HANDED_OVER = (
    "used to wait or to count: one worker releases what another worker has acquired"
)
STOPPED = "no time was left"


@dataclass(frozen=True)
class LocksOf:
    """Programs whose locks are put out of effect in turn, and how they are explored.

    fork: as in `explore_watched`.
    stopped: a function; if it returns true, no further exploration begins, and the
        answers that are still missing become "undecided".
    """

    programs: Programs
    options: Options
    fork: bool | None = None
    stopped: Callable[[], bool] = lambda: False


def explore_without_locks(programs: Programs, options: Options) -> Iterator[LockReport]:
    """Yield a report on each program: the locks that it needs, or why this is unknown.

    The workloads of one form of a pair count as one program: a lock is needed if one of
    them needs it.  Only one process explores, so that the counts are the same on every
    machine.  Raises CannotRunError if the programs cannot be listed.
    """
    options = replace(options, jobs=1, independent=True)
    asked = LocksOf(programs, options)
    whole = list(explore_watched(partial(studied, programs, ()), options))
    for target, group in groupby(whole, key=lambda found: found.target):
        yield report(asked, target, list(group))


def report(asked: LocksOf, target: str, found: Sequence[Explored]) -> LockReport:
    """The locks that the programs of one target need, or why there is no answer."""
    whole: list[Verdict] = []
    for one in found:
        if isinstance(one.answer, Refusal):
            return LockReport(
                scenario=target, outcome="refused", reason=one.answer.reason
            )
        whole.append(one.answer)
        if one.answer.outcome != "holds":
            failure, broken = one.answer.failure, one.answer.outcome == "broken"
            return LockReport(
                scenario=one.answer.scenario,
                outcome="broken" if broken else "cut",
                reason=failure.symptom if failure else one.answer.reason,
            )
    answers = answers_for_locks(asked, whole)
    return LockReport(
        scenario=target,
        outcome="answered" if answers else "no locks",
        schedules=sum(verdict.schedules for verdict in whole),
        answers=answers,
    )


def answers_for_locks(
    asked: LocksOf, whole: Sequence[Verdict]
) -> tuple[LockAnswer, ...]:
    """An answer for each lock; `whole` are the verdicts with all locks, all "holds"."""
    return tuple(answer_for_lock(asked, uses, lock) for lock, uses in uses_of(whole))


def uses_of(whole: Sequence[Verdict]) -> list[tuple[LockUse, list[Verdict]]]:
    """Each lock, its use in all workloads, and the verdicts of those that use it."""
    found: dict[UnitKey, tuple[LockUse, list[Verdict]]] = {}
    for verdict in whole:
        for lock in verdict.locks:
            before, uses = found.get(lock.key, (lock, []))
            merged = replace(
                lock,
                workers=max(lock.workers, before.workers),
                handed_over=lock.handed_over or before.handed_over,
            )
            found[lock.key] = merged, [*uses, verdict]
    return list(found.values())


def answer_for_lock(
    asked: LocksOf, uses: Sequence[Verdict], lock: LockUse
) -> LockAnswer:
    """Whether a program needs a lock in at least one of its workloads.

    `uses` are the verdicts, with all locks, of the workloads that use this lock.
    """
    if lock.handed_over:
        return LockAnswer(lock=lock, answer="not tried", reason=HANDED_OVER)
    answer: LockAnswer | None = None
    for verdict in uses:
        answer = combined(answer, without(asked, verdict, lock))
        if answer.answer == "needed":
            break
    assert answer is not None
    return answer


def without(asked: LocksOf, whole: Verdict, lock: LockUse) -> LockAnswer:
    """Explore one program while one of its locks excludes no worker.

    `whole` is the verdict of the program with all locks.
    """
    if asked.stopped():
        return LockAnswer(lock=lock, answer="undecided", reason=STOPPED)
    workload = whole.scenario.partition("(")[2].removesuffix(")")
    only = partial(studied, asked.programs, (lock.key,), whole.scenario)
    [found] = explore_watched(only, asked.options, fork=asked.fork)
    told = found.answer
    if isinstance(told, Refusal):
        return LockAnswer(lock=lock, answer="undecided", reason=told.reason)
    broken = sum(row.schedules for row in told.outcomes if not row.acceptable)
    ends = {row.state for row in whole.outcomes}
    new = [row for row in told.outcomes if row.state not in ends]
    answer = ANSWERS.get(told.outcome, "undecided")
    return LockAnswer(
        lock=lock,
        answer="changes the end" if answer == "not needed" and new else answer,
        new_end=new[0].state if new else None,
        new=sum(row.schedules for row in new),
        schedules=told.schedules,
        broken=broken,
        exhausted=told.exhausted,
        symptom=told.failure.symptom if told.failure else None,
        reason=told.reason,
        bound=told.bound,
        workload=workload,
        seconds=told.seconds,
    )


def combined(before: LockAnswer | None, now: LockAnswer) -> LockAnswer:
    """Combine the answers for two workloads of one program.

    The result is the first of these answers that one of the two workloads has:
    "needed", "undecided", "changes the end".  Otherwise both answers are "not needed",
    and so is the result.
    """
    if before is None:
        return now
    now = replace(now, seconds=before.seconds + now.seconds)
    if now.answer == "needed":
        return now
    for weightier in ("undecided", "changes the end"):
        if weightier in (before.answer, now.answer):
            found = before if before.answer == weightier else now
            return replace(found, seconds=now.seconds)
    schedules = before.schedules + now.schedules
    return replace(
        now, schedules=schedules, workload="", bound=before.bound or now.bound
    )


# --- In the child ---------------------------------------------------------------------


def studied(
    programs: Programs, taken_out: tuple[UnitKey, ...], only: str | None = None
) -> Sequence[Sequence[Program]]:
    """List the programs in a process that records the use of locks.

    `only`: list only the program with this name.  The locks of `taken_out` exclude no
    worker.
    """
    kernel.study_locks(LockStudy(taken_out))
    groups = programs()
    if only is None:
        return groups
    return [[one] for group in groups for one in group if one.name == only]
