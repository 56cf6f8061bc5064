"""A saved schedule: the data from which a run can be repeated."""

import json
from dataclasses import dataclass
from pathlib import Path

from bench.errors import CannotRunError


@dataclass(frozen=True)
class Schedule:
    """A schedule in words that survive an edit elsewhere, and another Python.

    scenario: the scenario that it is one of.
    order: of ready tasks, "any" or "fifo".
    points: the scheduling points, in words.
    turns: worker, operation and count: the worker runs until it has made that
        operation for the count-th time.
    symptom: what the run failed with.
    timers: when timers fire, "any" or "idle".
    seed: of what the program draws.
    """

    scenario: str
    order: str
    points: tuple[str, ...]
    turns: tuple[tuple[str, str, int], ...]
    symptom: str = ""
    timers: str = "any"
    seed: int = 0

    def save(self, path: Path) -> None:
        """Write it as JSON, and make the directory.  Raises CannotRunError."""
        kept = {"format": 1, **vars(self)}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        except OSError as problem:
            raise CannotRunError(f"the schedule cannot be saved: {problem}") from None

    @classmethod
    def read(cls, path: Path) -> "Schedule":
        """Read a saved one.  Raises CannotRunError for anything else."""
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            return cls(
                str(kept["scenario"]),
                str(kept["order"]),
                tuple(map(str, kept["points"])),
                tuple((str(w), str(what), int(n)) for w, what, n in kept["turns"]),
                str(kept.get("symptom", "")),
                str(kept.get("timers", "any")),
                int(kept.get("seed", 0)),
            )
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise CannotRunError(
                f"{path} is not a saved schedule ({problem});"
                " explore the scenario again to get one"
            ) from None
