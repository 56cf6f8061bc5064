"""Records of the locks that a pair needs: each was put out of effect in turn."""

from typing import Literal

from bench.records.base import Record
from bench.records.models import Model


class LockAnswer(Record, frozen=True, kw_only=True):
    """Whether a pair needs one of its locks, in one model.

    answer: "needed": a schedule fails without the lock.  "changes the end": no schedule
        fails, but some reach an end state that no schedule with the lock reaches.  "not
        needed": all schedules hold without the lock, with the same end states.  "not
        tried":  the lock is used for more than exclusion.  "undecided": the exploration
        without the lock has no verdict.
    """

    name: str  # the lock's name in the program: "guard"
    lock: str  # "Lock", "RLock" or "Semaphore"; for a condition, the kind of its lock
    answer: Literal["needed", "changes the end", "not needed", "not tried", "undecided"]
    schedules: int = 0  # number of schedules explored without the lock
    different: int = 0  # number of these that fail or reach a new end state
    exhausted: bool = False  # whether these are all schedules
    workload: str = ""  # the workload of the failure or of the new end state
    symptom: str | None = None  # the symptom of the failure without the lock
    reason: str | None = None  # why "not tried" or "undecided", in words


class LockNeeds(Record, tag_field="kind", tag="locks", frozen=True, kw_only=True):
    """The locks that a pair needs in one model, at its small workloads.

    outcome: "answered"; "no locks": the pair itself makes no lock; "not asked": the
        pair fails even with all its locks, so that a search without one of them proves
        nothing.
    """

    pair: str
    model: Model
    outcome: Literal["answered", "no locks", "not asked"]
    answers: tuple[LockAnswer, ...] = ()
    reason: str | None = None  # why "not asked", in words
    seconds: float = 0.0  # time of all explorations without a lock
