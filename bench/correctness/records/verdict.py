"""What an exploration may claim, and on what evidence."""

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

    traceback: where the explorer failed, if that was a defect of its own.
    """

    scenario: str
    reason: str
    traceback: str = ""
    outcome: Literal["refused"] = "refused"


@dataclass(frozen=True)
class Verdict:
    """What an exploration may claim, and on what evidence.

    scenario: "file.py:Name", or the name of what was explored.
    outcome: "holds" if every schedule that can differ was run, and none failed;
        "broken" if one failed; "cut" if a limit was reached before either.
    schedules: how many were run to their end, with the final scheduling points.
    exhausted: whether no schedule is left, so that the outcome table is complete.
    seconds: how long it took.
    granularity: what can be a scheduling point: "sync+shared", synchronization
        operations and accesses to shared attributes, variables and items.
    search, order, timers: the options that were used.
    draws: the seeds of what the program drew, for which this is the verdict; empty if
        it drew nothing.
    drawn_in: the packages that drew, where the program itself did not: their names.
    outcomes: the outcome table: each end state, acceptable ones first.
    failure: the shortest failing schedule found, for a reader; None if none failed.
    bound: what was left out by a bound, in words; None if nothing was.
    looked_into: the installed packages whose accesses were seen.
    one_step: packages, C extensions and functions of the library that were taken as
        one step; of the latter those within which another worker could run in CPython.
    schedule: the failing schedule, to be saved and replayed; None if none failed.
    reason: why it was cut, or has no trace, in words; None if neither.
    workers, points, shared: what one schedule saw: threads and tasks; the moments at
        which it chose a worker; places that two of them use, and one writes.
    nothing_shared: it holds, and no such place was seen, though the workers were not
        said to be independent: then it is no proof.
    locks: what it acquires, where the use of locks is studied.
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

        None if it no longer fails.  Raises CannotRunError if no schedule failed.
        """
        if self.replayer is None:
            raise CannotRunError("nothing to replay: no schedule failed")
        return self.replayer(carrier)
