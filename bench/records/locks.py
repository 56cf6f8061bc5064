"""Records of which locks a pair needs: each was put out of effect in turn."""

from typing import Literal

from bench.records.base import Record
from bench.records.models import Model


class LockAnswer(Record, frozen=True, kw_only=True):
    """Whether a pair needs one of its locks, in one model.

    answer: "needed", if a schedule fails without it; "changes the end", if none fails,
        but some end as none does with it; "not needed", if all schedules hold without
        it, and end as with it; "not tried", if it is used for more than exclusion;
        "undecided", if the exploration without it has no verdict.
    """

    name: str  # "guard", as the program calls it
    lock: str  # "Lock", "RLock" or "Semaphore"; of a condition, what its lock is
    answer: Literal["needed", "changes the end", "not needed", "not tried", "undecided"]
    schedules: int = 0  # of the exploration without it
    different: int = 0  # of these fail, or where none fails, end as none does with it
    exhausted: bool = False  # whether those are all schedules
    workload: str = ""  # at which it is needed, or changes the end
    symptom: str | None = None  # what the pair fails with, without it
    reason: str | None = None  # why it was not tried, or is undecided, in words


class LockNeeds(Record, tag_field="kind", tag="locks", frozen=True, kw_only=True):
    """Which of its locks a pair needs in one model, at its small workloads.

    outcome: "answered"; "no locks", if it makes none itself; "not asked", if it does
        not hold with all of them, so that nothing would follow.
    """

    pair: str
    model: Model
    outcome: Literal["answered", "no locks", "not asked"]
    answers: tuple[LockAnswer, ...] = ()
    reason: str | None = None  # why it was not asked, in words
    seconds: float = 0.0  # of the explorations without a lock
