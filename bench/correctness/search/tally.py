"""The results of the schedules that were run so far."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bench.correctness.programs.single_run import Result
from bench.records.certificates import Outcome


@dataclass
class Tally:
    """The results of the schedules that were run so far."""

    schedules: int = 0
    states: dict[str, int] = field(default_factory=dict)  # passed, by end state
    broken: dict[str, int] = field(default_factory=dict)  # failed, by symptom

    def add(self, result: Result) -> None:
        self.schedules += 1
        if result.symptom is None:
            self.states[result.state] = self.states.get(result.state, 0) + 1
        else:
            self.broken[result.symptom] = self.broken.get(result.symptom, 0) + 1

    def merge(self, other: "Tally") -> None:
        """Add the results of another process."""
        self.schedules += other.schedules
        for mine, theirs in (
            (self.states, other.states), (self.broken, other.broken),
        ):  # fmt: skip
            for state, count in theirs.items():
                mine[state] = mine.get(state, 0) + count

    def add_outcomes(self, outcomes: Iterable[Outcome]) -> None:
        """Add the rows of an outcome table."""
        for row in outcomes:
            self.schedules += row.schedules
            counts = self.states if row.acceptable else self.broken
            counts[row.state] = counts.get(row.state, 0) + row.schedules

    def outcomes(self) -> tuple[Outcome, ...]:
        """The outcome table: acceptable ends first, frequent ends before rare ones."""
        return tuple(
            Outcome(state=state, schedules=count, acceptable=acceptable)
            for acceptable, table in ((True, self.states), (False, self.broken))
            for state, count in sorted(
                table.items(), key=lambda item: (-item[1], item[0])
            )
        )
