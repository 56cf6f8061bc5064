"""Comparisons grouped by the two models that they compare, and by runtime."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.records.samples import Comparison
from bench.report.words import units


@dataclass(frozen=True)
class Contest:
    """The comparisons of the same two models on the same runtimes."""

    models: tuple[str, str]
    setting: str  # the runtime; the runtimes of both sides if they differ
    comparisons: tuple[Comparison, ...]

    @property
    def title(self) -> str:
        """The heading of its table: the two models and the runtime."""
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
