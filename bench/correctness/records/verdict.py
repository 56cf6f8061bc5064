"""What an exploration may claim, and the evidence for it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from bench.correctness.records.locks import LockUse
from bench.correctness.records.options import Carrier
from bench.correctness.records.schedule import Schedule
from bench.errors import CannotRunError
from bench.records.certificates import Failure, Outcome


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A scenario that cannot be explored, with the reason.

    traceback: where the explorer failed, if the reason is a defect of the explorer.
    """

    scenario: str
    reason: str
    traceback: str = ""
    outcome: Literal["refused"] = "refused"


@dataclass(frozen=True)
class Verdict:
    """What an exploration may claim, and the evidence for it.

    scenario: "file.py:Name", or the name of the explored object.
    outcome:
        "holds" if a schedule of each equivalence class was run, and none failed;
        "broken" if a schedule failed;
        "cut" if no schedule failed, and the search ended before it had run a schedule
            of each equivalence class; see `reason`.
    schedules: how many schedules ran to their end, with the final scheduling points.
    exhausted: whether no schedule is left, so that the outcome table is complete.
    seconds: how long the exploration took.
    granularity: what can be a scheduling point: "sync+shared", synchronization
        operations and accesses to shared attributes, variables and items.
    search, order, timers: the options that were used.
    draws: the seeds of the program's draws.  The verdict is valid only for these seeds.
        Empty if the program drew nothing.
    drawn_in: the names of the packages that drew, if the program itself did not draw.
    outcomes: the outcome table: each end state, acceptable ends first.
    failure: the shortest failing schedule found, for a reader; None if none failed.
    bound: what a bound left out, in words; None if nothing was left out.
    looked_into: the installed packages whose accesses were seen.
    one_step: packages, C extensions and functions of the library that were taken as one
        step.  A function is listed if in CPython another worker could run within it.
    schedule: the failing schedule, to be saved and replayed; None if none failed.
    reason: why the search was cut, or why there is no trace, in words; None if neither.
    workers: how many threads and tasks one schedule saw.
    points: at how many moments of this one schedule a worker was chosen.
    shared: how many places two of these workers use and at least one of them writes.
    nothing_shared: whether the outcome is "holds", no such place was seen, and the
        option `independent` was not given.  Then the verdict is no proof.
    locks: the locks that the program acquires, if the use of locks is studied.
    """

    scenario: str
    outcome: Literal["holds", "broken", "cut"]
    schedules: int
    exhausted: bool
    seconds: float
    granularity: str
    search: str
    order: str
    outcomes: tuple[Outcome, ...]
    failure: Failure | None = None
    bound: str | None = None
    looked_into: tuple[str, ...] = ()
    one_step: tuple[str, ...] = ()
    schedule: Schedule | None = None
    reason: str | None = None
    timers: str = "any"
    draws: tuple[int, ...] = ()
    drawn_in: tuple[str, ...] = ()
    workers: int = 0
    points: int = 0
    shared: int = 0
    nothing_shared: bool = False
    locks: tuple[LockUse, ...] = ()
    program: Any = field(default=None, repr=False, compare=False)
    replayer: Callable[[str], str | None] | None = field(
        default=None, repr=False, compare=False
    )

    def replay(self, carrier: Carrier = "greenlet") -> str | None:
        """Run the failing schedule again; return the symptom that it shows now.

        Returns None if it no longer fails.  Raises CannotRunError if no schedule
        failed.
        """
        if self.replayer is None:
            raise CannotRunError("nothing to replay: no schedule failed")
        return self.replayer(carrier)
