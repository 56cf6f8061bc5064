"""A saved schedule, replayed in a process of its own."""

import time
from dataclasses import dataclass, replace
from functools import partial

from bench.correctness.explain.replay import replay_and_explain
from bench.correctness.programs.single_run import Program
from bench.correctness.records.options import Options
from bench.correctness.records.schedule import Schedule
from bench.correctness.watch.doing import doing, how_it_ended
from bench.correctness.watch.exploring_process import GRACE_SECONDS, Programs
from bench.correctness.watch.process import EndedError, Send, Watched
from bench.errors import CannotRunError
from bench.records.certificates import Failure


@dataclass(frozen=True)
class Replayed:
    """How a replay ended: its end state, and the failure if there is one.

    steps: how many steps the schedule has.
    missed: how many of them could not be taken.
    """

    name: str
    state: str
    failure: Failure | None
    missed: int
    steps: int

    @property
    def fit(self) -> str:
        """How well the schedule fits the program, in words."""
        return f"{self.missed} of {self.steps} steps missed"


def replay_watched(programs: Programs, kept: Schedule, options: Options) -> Replayed:
    """Run a saved schedule once.  Raises CannotRunError if that is not possible.

    With real threads, the replay keeps the terminal, for a debugger, and has no time
    limit.
    """
    debugged = options.carrier == "threads"
    job = partial(replay_one, programs, kept, replace(options, tick=None))
    limit = None if debugged else options.limit_seconds
    until = None if limit is None else time.monotonic() + limit + GRACE_SECONDS
    with Watched(job, terminal=debugged) as child:
        try:
            kind, told = child.receive(until)
        except TimeoutError:
            where = doing(child.ask_for_stack())
            raise CannotRunError(
                f"the replay did not come back within {limit:g} s: it was at {where}"
            ) from None
        except EndedError as ended:
            raise CannotRunError(
                f"the process of the replay {how_it_ended(ended.status)}"
            ) from None
    if kind == "cannot":
        raise CannotRunError(told)
    found: Replayed = told
    return found


def replay_one(
    programs: Programs, kept: Schedule, options: Options, send: Send
) -> None:
    """In the child: find the program, and replay the schedule."""
    try:
        send(("replayed", replayed(programs, kept, options)))
    except CannotRunError as problem:
        send(("cannot", str(problem)))


def replayed(programs: Programs, kept: Schedule, options: Options) -> Replayed:
    found = [program for group in programs() for program in group]
    if len(found) > 1:
        found = [one for one in found if is_of(one, kept.scenario)]
    if not found:
        raise CannotRunError(f"there is no scenario called {kept.scenario} any more")
    result, failure = replay_and_explain(found[0], kept, options.carrier)
    return Replayed(
        found[0].name, result.state, failure, result.missed, len(kept.turns)
    )


def is_of(program: Program, scenario: str) -> bool:
    """Whether a saved schedule is of this program, even if the file has moved."""
    return scenario.rpartition(":")[2] == program.name.rpartition(":")[2]
