"""What a program does with its locks, and what it does without each: data only."""

from dataclasses import dataclass
from typing import Literal

Answer = Literal["needed", "changes the end", "not needed", "not tried", "undecided"]
Outcome = Literal["answered", "broken", "no locks", "cut", "refused"]


@dataclass(frozen=True, kw_only=True)
class LockUse:
    """A lock of the program, as all its schedules use it.

    name: as the program names it, without `self.`; else the line where it is made.
    kind: "Lock", "RLock" or "Semaphore"; the lock of a condition is one of these.
    file, line, source: where it is made.
    key: what it is known by in another exploration.
    workers: how many workers acquire it.
    handed_over: whether one worker releases what another has acquired.
    """

    name: str
    kind: str
    file: str
    line: int
    source: str
    key: tuple[str, int, str]
    workers: int
    handed_over: bool


@dataclass(frozen=True, kw_only=True)
class LockAnswer:
    """Whether a program needs one of its locks.

    answer: "needed", if a schedule fails without it; "changes the end", if none fails,
        but some end as none does with it; "not needed", if all schedules hold without
        it, and end as with it; "not tried", if it is used for more than exclusion;
        "undecided", if the exploration without it has no verdict.
    schedules, broken: of the exploration without it, and how many of them failed.
    exhausted: whether those are all schedules.
    symptom: what the program fails with, without it.
    new_end, new: an end state that only schedules without it have, and how many of
        them end in such a state.
    reason: why it was not tried, or is undecided, in words.
    bound: what the exploration without it left out by a bound, in words.
    workload: the workload of a pair at which this is the answer.
    seconds: that the explorations without it took.
    """

    lock: LockUse
    answer: Answer
    schedules: int = 0
    broken: int = 0
    exhausted: bool = False
    symptom: str | None = None
    new_end: str | None = None
    new: int = 0
    reason: str | None = None
    bound: str | None = None
    workload: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class LockReport:
    """Which of its locks a program needs.

    outcome: "answered"; "broken", if it fails with all its locks; "no locks", if there
        is none to try; "cut" or "refused", if it has no verdict with all its locks.
    schedules: of the explorations with all locks.
    reason: why there are no answers, in words.
    """

    scenario: str
    outcome: Outcome
    schedules: int = 0
    answers: tuple[LockAnswer, ...] = ()
    reason: str | None = None
