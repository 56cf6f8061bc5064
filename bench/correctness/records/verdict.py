"""What an exploration may claim, and on what evidence."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from bench.correctness.records.schedule import Schedule
from bench.errors import CannotRunError
from bench.records.certificates import Failure, Outcome


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
    replayer: Callable[[str], str | None] | None = field(
        default=None, repr=False, compare=False
    )

    def replay(self, carrier: str = "greenlet") -> str | None:
        """Run the failing schedule again; return the symptom it shows."""
        if self.schedule is None:
            raise CannotRunError("nothing to replay: no schedule failed")
        assert self.replayer is not None
        return self.replayer(carrier)
