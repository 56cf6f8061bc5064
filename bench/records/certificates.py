"""Records of the correctness lens: certificates, with failures and end states."""

from typing import Literal

from bench.records.base import Record
from bench.records.models import Model


class Step(Record, frozen=True, kw_only=True):
    """One step of a schedule: a line of the trace."""

    worker: str
    action: str  # "acquires not_empty", "reads value: 0"
    file: str = ""
    line: int = 0
    source: str = ""


class Waiter(Record, frozen=True, kw_only=True):
    """A worker that waits at the end: what it waits for, the line, and the holder."""

    worker: str
    waits_for: str
    held_by: str | None = None
    file: str = ""
    line: int = 0
    source: str = ""


class Unseen(Record, frozen=True, kw_only=True):
    """An exception that no code received.

    It was raised by a callback, or by a task that no code awaits.  It can be the cause
    of a deadlock.
    """

    error: str  # "KeyError: 'k'"
    function: str  # the function that raised it
    file: str = ""
    line: int = 0
    source: str = ""


class Failure(Record, frozen=True, kw_only=True):
    """The shortest schedule found that breaks a scenario."""

    symptom: str  # "IndexError: pop from an empty deque", "deadlock", ...
    steps: tuple[Step, ...] = ()
    waiters: tuple[Waiter, ...] = ()
    unseen: tuple[Unseen, ...] = ()  # exceptions that happened before a deadlock
    preemptions: int | None = None
    # whether the program also fails in this way under a schedule that asyncio's own
    # loop can run: that loop runs ready tasks in order
    fifo: bool | None = None
    # the choices, in order; they can be replayed in every Python version
    schedule: tuple[str, ...] = ()
    replay: str = ""  # the command that replays this schedule


class Outcome(Record, frozen=True, kw_only=True):
    """A row of the outcome table: an end state and how many schedules reach it."""

    state: str
    schedules: int
    acceptable: bool = True


class Certificate(
    Record, tag_field="kind", tag="certificate", frozen=True, kw_only=True
):
    """The result of checking one scenario, and the evidence for it."""

    pair: str
    model: Model
    scenario: str  # "condition", "broken.condition"
    outcome: Literal["holds", "broken", "cut"]
    method: str  # "explored", "provoked": how the schedules were chosen
    # "broken" for a counter-example, which must break
    expected: Literal["holds", "broken"] = "holds"
    symptom: str | None = None  # the symptom with which a counter-example must fail
    schedules: int = 0
    exhausted: bool = False
    seconds: float = 0.0
    granularity: str = ""
    search: str = ""
    order: str = ""
    bound: str | None = None  # the schedules that a bound has left out, in words
    workload: str = ""  # for example "count=2, consumers=1"
    reason: str | None = None  # why the search was cut, in words
    outcomes: tuple[Outcome, ...] = ()
    failure: Failure | None = None

    @property
    def load(self) -> str:
        """The workload; older ledgers store it in the field of the bound."""
        return self.workload or (self.bound or "" if self.schedules else "")

    @property
    def left_out(self) -> str:
        """What a bound left out, and why; empty if nothing was left out."""
        if not self.workload and self.schedules:
            return ""  # a record of an older ledger, whose `bound` is the workload
        return "; ".join(filter(None, (self.bound, self.reason)))

    @property
    def as_expected(self) -> bool:
        """Whether the result is the expected one.

        A pair must hold.  A counter-example must fail with its symptom.
        """
        if self.expected == "holds":
            return self.outcome == "holds"
        return self.failure is not None and (self.symptom or "") in self.failure.symptom
