"""The shortest schedule that fails: fewest preemptions, then fewest steps."""

from typing import Any

from bench.correctness.search.exhaustive import Exhaustive


class Shortest(Exhaustive):
    """Every schedule with few preemptions; a run that gets too long is abandoned."""

    any_conflict = False

    def __init__(self, preemptions: int, longest: int) -> None:
        super().__init__(preemptions)
        self.longest = longest

    def extend(self, kernel: Any, enabled: list[Any]) -> Any:
        if len(kernel.choices) >= self.longest - 1:
            return None
        return super().extend(kernel, enabled)
