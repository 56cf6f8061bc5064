"""How a program uses its locks, and how it behaves without each lock: data only."""

from dataclasses import dataclass
from typing import Literal

Answer = Literal["needed", "changes the end", "not needed", "not tried", "undecided"]
Outcome = Literal["answered", "broken", "no locks", "cut", "refused"]


@dataclass(frozen=True, kw_only=True)
class LockUse:
    """A lock of the program, and how the schedules of the program use the lock.

    name: its name in the program, without `self.`; if it has none, the line that makes
        it.
    kind: "Lock", "RLock" or "Semaphore"; the lock of a condition is one of these.
    file, line, source: the code that makes it.
    key: identifies it in another exploration.
    workers: how many workers acquire it.
    handed_over: whether one worker releases what another worker has acquired.
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

    answer:
        "needed" if a schedule fails without the lock;
        "changes the end" if none fails, but some end in a state that no schedule with
        the lock has;
        "not needed" if all schedules without the lock hold, with the same ends;
        "not tried" if the lock is used for more than exclusion;
        "undecided" if the exploration without the lock was cut, refused or not begun.
    schedules, broken: how many schedules the exploration without the lock ran, and how
        many of them failed.
    exhausted: whether the exploration without the lock ran all schedules.
    symptom: the failure of the program without the lock.
    new_end: an end state that only schedules without the lock have.
    new: how many schedules have such an end state.
    reason: why the lock was not tried, or the answer is undecided, in words.
    bound: what the exploration without the lock left out because of a bound, in words.
    workload: the workload of a pair that has this answer.
    seconds: how long the explorations without the lock took.
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

    outcome:
        "answered";
        "broken" if the program fails with all its locks;
        "no locks" if there is no lock to try;
        "cut" or "refused" if the exploration with all locks was cut or refused.
    schedules: how many schedules the explorations with all locks ran.
    reason: why there are no answers, in words.
    """

    scenario: str
    outcome: Outcome
    schedules: int = 0
    answers: tuple[LockAnswer, ...] = ()
    reason: str | None = None
