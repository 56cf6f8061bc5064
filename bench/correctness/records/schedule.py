"""A saved schedule: the data from which a run can be repeated."""

import json
from dataclasses import dataclass
from pathlib import Path

from bench.errors import CannotRunError


@dataclass(frozen=True)
class Schedule:
    """A schedule in words: the turns of the workers, without line numbers.

    So the words stay valid after edits elsewhere in the program, and on another version
    of Python.

    scenario: the scenario of the schedule.
    order: the order of ready tasks, "any" or "fifo".
    points: the scheduling points, in words.
    turns: worker, operation and count: the worker runs until it has made that operation
        for the count-th time.
    symptom: the failure of the run.
    timers: when timers fire, "any" or "idle".
    seed: the seed of the program's draws.
    """

    scenario: str
    order: str
    points: tuple[str, ...]
    turns: tuple[tuple[str, str, int], ...]
    symptom: str = ""
    timers: str = "any"
    seed: int = 0

    def save(self, path: Path) -> None:
        """Write the schedule as JSON; make its directory.  Raises CannotRunError."""
        kept = {"format": 1, **vars(self)}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        except OSError as problem:
            raise CannotRunError(f"the schedule cannot be saved: {problem}") from None

    @classmethod
    def read(cls, path: Path) -> "Schedule":
        """Read a saved schedule.  Raises CannotRunError for any other file."""
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
