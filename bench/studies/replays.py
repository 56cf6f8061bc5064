"""How often a saved schedule reproduces its failure.

Each schedule is replayed on greenlets and on real threads.  It is replayed in the
scenario's file, and in a copy of this file with an unrelated edit.  If a directory has
schedules that another Python saved, these are replayed instead of new ones.
"""

import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.correctness.explain.replay import replay_schedule
from bench.correctness.programs.discovery import find_scenarios
from bench.correctness.records.schedule import Schedule

CARRIERS = ("greenlet", "threads")
FIRST = re.compile(r"^(@|class )", re.MULTILINE)  # a class, or the decorator above it
EDIT = "\n\ndef _elsewhere(count=3):\n    return [count] * count\n\n"


@dataclass(frozen=True)
class Replays:
    """The number of replays, and the number of those that failed again."""

    made: int = 0
    failed_again: int = 0

    def __add__(self, other: "Replays") -> "Replays":
        return Replays(self.made + other.made, self.failed_again + other.failed_again)


NONE = Replays()


def replays(
    target: str, found: Schedule, times: int, directory: Path | None
) -> Replays:
    """Replay a schedule `times` times with each carrier, and once in an edited copy.

    If the directory has a saved schedule of the scenario, that schedule is used.
    """
    kept = found if directory is None else first_kept(found, directory)
    path, _, name = target.rpartition(":")
    made = replayed(target, kept, times)
    with tempfile.TemporaryDirectory() as elsewhere:
        copy = edited(Path(path), Path(elsewhere))
        return made + replayed(f"{copy}:{name}", kept, 1)


def replayed(target: str, kept: Schedule, times: int) -> Replays:
    (program,) = find_scenarios(target)
    symptoms = [
        replay_schedule(program, kept, carrier).symptom
        for carrier in CARRIERS
        for _ in range(times)
    ]
    return Replays(len(symptoms), symptoms.count(kept.symptom))


def first_kept(found: Schedule, directory: Path) -> Schedule:
    """The schedule that is saved in a directory; if there is none, save this one."""
    path = directory / (Path(found.scenario).name.replace(":", "-") + ".json")
    if not path.exists():
        found.save(path)
    return Schedule.read(path)


def edited(path: Path, directory: Path) -> Path:
    """Copy a file and its neighbours, with new code before its first class."""
    for beside in path.parent.glob("*.py"):
        shutil.copy(beside, directory)
    source = path.read_text(encoding="utf-8")
    first = FIRST.search(source)
    assert first is not None, f"{path} has no class"
    copy = directory / path.name
    copy.write_text(
        source[: first.start()] + EDIT + source[first.start() :], encoding="utf-8"
    )
    return copy
