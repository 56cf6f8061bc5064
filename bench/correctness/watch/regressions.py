"""Saved failing schedules: the next run of a test replays its own schedules first."""

import hashlib
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.correctness.explain.render import failure_lines
from bench.correctness.records.options import Options
from bench.correctness.records.schedule import Schedule
from bench.correctness.records.verdict import Verdict
from bench.correctness.watch.one import replay_one_watched
from bench.errors import CannotRunError

LONGEST_NAME = 80  # characters of a file name before its digest


@dataclass(frozen=True)
class Regressions:
    """The schedules of one test in a folder: one file for each scenario and symptom."""

    folder: Path
    test: str  # the node id of the test

    def failing(self, target: str, options: Options, width: int) -> str | None:
        """Replay the saved schedules of a target; return the first failure as text.

        Returns None if no schedule fails any more.  A schedule is skipped if `allows`
        is false for it, or if it cannot be replayed any more.
        """
        for path in self.saved(target):
            try:
                kept = Schedule.read(path)
                if not allows(options, kept):
                    continue
                name, failure = replay_one_watched(target, kept, options)
            except CannotRunError:
                continue
            if failure is not None:
                lines = [name, "  broken: a saved schedule still fails"]
                lines += failure_lines(failure, width)
                return "\n".join([*lines, "", f"replay it: {command(target, path)}"])
        return None

    def save(self, target: str, verdict: Verdict) -> str:
        """Save the failing schedule of a verdict; return the command that replays it.

        The command is empty if there is no failing schedule.  Raises CannotRunError if
        the schedule cannot be saved.
        """
        if verdict.schedule is None:
            return ""
        path = (
            self.folder / f"{self.stem(target)}-{digest(verdict.schedule.symptom)}.json"
        )
        verdict.schedule.save(path)
        return command(target, path)

    def saved(self, target: str) -> Iterator[Path]:
        """The files of a target's schedules, sorted by name."""
        yield from sorted(self.folder.glob(f"{self.stem(target)}-*.json"))

    def stem(self, target: str) -> str:
        """The beginning of the file names: the test, the scenario, and their digest."""
        scenario = target.rpartition(":")[2]
        test = self.test.rpartition("/")[2]
        words = re.sub(r"\W+", "-", f"{test}-{Path(scenario).name}").strip("-")
        return f"{words[:LONGEST_NAME]}-{digest(f'{self.test} {scenario}')}"


def allows(options: Options, kept: Schedule) -> bool:
    """Whether a search with these options would cover a saved schedule.

    The order of tasks, the timers and the seed of the schedule must fit the options.
    If the options limit preemptions, the answer is no: the schedule may have more.
    """
    return (
        (options.order, options.timers) == (kept.order, kept.timers)
        and options.seed <= kept.seed < options.seed + options.draws
        and options.preemptions is None
    )


def command(target: str, path: Path) -> str:
    """The command that replays a saved schedule."""
    words = ["python", "-m", "bench", "explore", near(target), "--replay", near(path)]
    return shlex.join(words)


def near(place: Any) -> str:
    """A path; relative to the working directory if it is in this directory."""
    try:
        return str(Path(place).relative_to(Path.cwd()))
    except ValueError:
        return str(place)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]
