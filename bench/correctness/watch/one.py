"""One scenario, explored or replayed in a process of its own, from Python."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from bench.correctness.explain.replay import replayed_symptom
from bench.correctness.programs.discovery import file_of, program_of
from bench.correctness.programs.single_run import Program
from bench.correctness.records.options import Options
from bench.correctness.records.schedule import Schedule
from bench.correctness.records.verdict import Refusal, Verdict
from bench.correctness.watch.exploring_process import explore_watched
from bench.correctness.watch.replaying import replay_watched
from bench.errors import CannotRunError
from bench.records.certificates import Failure


def explore_one_watched(target: Any, **options: Any) -> Verdict:
    """Explore as `explore` does, in a process that is ended at the time limit.

    So the limit holds, whatever the program does.  Raises what `explore` raises.
    """
    where = target if isinstance(target, str | Path) else file_of(target)
    [found] = explore_watched(partial(one_program, where), Options(**options))
    answer = found.answer
    if isinstance(answer, Refusal):
        raise CannotRunError(answer.reason + answer.traceback)
    schedule = answer.schedule
    if schedule is None:
        return answer
    return replace(
        answer,
        replayer=lambda carrier: replayed_symptom(program_of(where), schedule, carrier),
    )


def replay_one_watched(
    target: str, kept: Schedule, options: Options
) -> tuple[str, Failure | None]:
    """Replay a saved schedule of a target; return its name, and how it fails now.

    Raises CannotRunError if the schedule cannot be replayed, or if it does not fail and
    no longer fits the program.
    """
    found = replay_watched(partial(one_program, target), kept, options)
    if found.failure is None and found.missed:
        raise CannotRunError(f"the schedule does not apply: {found.fit}")
    return found.name, found.failure


def one_program(where: str | Path) -> Sequence[Sequence[Program]]:
    """In the child: the only program of a target, as the only group."""
    return [[program_of(where)]]
