"""What to explore and how, and what may be claimed of it afterwards."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from bench.correctness.replaying import replay_schedule
from bench.correctness.running import Result
from bench.correctness.schedule import Schedule
from bench.errors import CannotRunError
from bench.model import Failure, Outcome


@dataclass(frozen=True)
class Options:
    """How to explore."""

    search: str = "dpor"
    order: str = "any"
    preemptions: int | None = None
    limit_schedules: int | None = None
    limit_seconds: float | None = 60.0
    seed: int = 0
    carrier: str = "greenlet"
    jobs: int | None = None  # processes at a time; None: as many as there are cores
    keep_going: bool = False  # go on after a failure, for a whole outcome table
    tick: Callable[[int, float], object] | None = None  # told of the progress


@dataclass(frozen=True)
class Verdict:
    """What an exploration may claim, and on what evidence."""

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
    schedule: Schedule | None = None
    program: Any = field(default=None, repr=False, compare=False)

    def replay(self, carrier: str = "greenlet") -> str | None:
        """Run the failing schedule again; return the symptom it shows."""
        if self.schedule is None:
            raise CannotRunError("nothing to replay: no schedule failed")
        return replay_schedule(self.program, self.schedule, carrier).symptom


@dataclass
class Tally:
    """What the schedules run so far have shown."""

    schedules: int = 0
    states: dict[str, int] = field(default_factory=dict)
    broken: dict[str, int] = field(default_factory=dict)

    def add(self, result: Result) -> None:
        self.schedules += 1
        if result.symptom is None:
            self.states[result.state] = self.states.get(result.state, 0) + 1
        else:
            self.broken[result.symptom] = self.broken.get(result.symptom, 0) + 1

    def merge(self, other: "Tally") -> None:
        """Add what another process has seen."""
        self.schedules += other.schedules
        for mine, theirs in (
            (self.states, other.states), (self.broken, other.broken),
        ):  # fmt: skip
            for state, count in theirs.items():
                mine[state] = mine.get(state, 0) + count

    def outcomes(self) -> tuple[Outcome, ...]:
        """The table: acceptable ends first, the frequent before the rare."""
        return tuple(
            Outcome(state=state, schedules=count, acceptable=acceptable)
            for acceptable, table in ((True, self.states), (False, self.broken))
            for state, count in sorted(
                table.items(), key=lambda item: (-item[1], item[0])
            )
        )
