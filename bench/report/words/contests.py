"""Comparisons grouped by what they compare: two models, on a runtime."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.records.samples import Comparison
from bench.report.words import units


@dataclass(frozen=True)
class Contest:
    """The comparisons of the same two models on the same runtimes."""

    models: tuple[str, str]
    setting: str  # the runtime, of both sides where they differ
    comparisons: tuple[Comparison, ...]

    @property
    def title(self) -> str:
        """What is over what, and on what: the heading of its table."""
        first, second = self.models
        return f"{second} over {first}: {self.setting}"


def contests(comparisons: Sequence[Comparison]) -> list[Contest]:
    """Group comparisons, in the order in which they appear."""
    groups: dict[tuple[tuple[str, str], str], list[Comparison]] = {}
    for one in comparisons:
        groups.setdefault((one.models, units.setting(one)), []).append(one)
    return [
        Contest(models, setting, tuple(group))
        for (models, setting), group in groups.items()
    ]
