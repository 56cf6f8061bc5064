"""The public functions: explore the schedules of a scenario, replay a failing one."""

from pathlib import Path
from typing import Any

from bench.correctness.explain.replay import replayed_symptom
from bench.correctness.programs.discovery import find_scenarios, program_of
from bench.correctness.records.options import (
    Carrier,
    Options,
    Order,
    Search,
    Tick,
    Timers,
)
from bench.correctness.records.schedule import Schedule
from bench.correctness.records.verdict import Verdict
from bench.correctness.search.program_search import choice_of, explore_program


def explore(
    target: Any,
    *,
    search: Search = "dpor",
    order: Order = "any",
    timers: Timers = "any",
    preemptions: int | None = None,
    limit_schedules: int | None = None,
    limit_seconds: float | None = 60.0,
    seed: int = 0,
    draws: int = 1,
    carrier: Carrier = "greenlet",
    jobs: int | None = None,
    keep_going: bool = False,
    independent: bool = False,
    only: tuple[str, ...] | None = None,
    skip: tuple[str, ...] = (),
    tick: Tick | None = None,
) -> Verdict:
    """Explore the schedules of one scenario and return the verdict.

    `target` is a class with `workers`, a function, "file.py:Name", or a file with only
    one scenario.  `Options` explains the other arguments.

    The exploration runs in this process, so a debugger can follow it.  The limit in
    seconds is checked only between two runs.  It does not end a call that never
    returns, such as `9**9**9`.  The command line and the pytest fixture explore in a
    separate process, and they end that process at the limit.

    Raises CannotRunError when the target cannot be explored, with the reason and the
    next step.  Raises ValueError or TypeError for an option that has no meaning.
    """
    options = Options(
        search=search,
        order=order,
        timers=timers,
        preemptions=preemptions,
        limit_schedules=limit_schedules,
        limit_seconds=limit_seconds,
        seed=seed,
        draws=draws,
        carrier=carrier,
        jobs=jobs,
        keep_going=keep_going,
        independent=independent,
        only=only,
        skip=skip,
        tick=tick,
    )
    return explore_program(program_of(target, choice_of(options)), options)


def explore_all(
    target: str | Path,
    *,
    search: Search = "dpor",
    order: Order = "any",
    timers: Timers = "any",
    preemptions: int | None = None,
    limit_schedules: int | None = None,
    limit_seconds: float | None = 60.0,
    seed: int = 0,
    draws: int = 1,
    carrier: Carrier = "greenlet",
    jobs: int | None = None,
    keep_going: bool = False,
    independent: bool = False,
    only: tuple[str, ...] | None = None,
    skip: tuple[str, ...] = (),
    tick: Tick | None = None,
) -> list[Verdict]:
    """Explore every scenario of a file and return one verdict for each.

    `target` is "file.py" or "file.py:Name".  The limits apply to each scenario
    separately.  `explore` explains the other arguments and the errors.
    """
    options = Options(
        search=search,
        order=order,
        timers=timers,
        preemptions=preemptions,
        limit_schedules=limit_schedules,
        limit_seconds=limit_seconds,
        seed=seed,
        draws=draws,
        carrier=carrier,
        jobs=jobs,
        keep_going=keep_going,
        independent=independent,
        only=only,
        skip=skip,
        tick=tick,
    )
    found = find_scenarios(str(target), choice_of(options))
    return [explore_program(program, options) for program in found]


def replay(
    target: Any, schedule: Schedule | str | Path, *, carrier: Carrier = "greenlet"
) -> str | None:
    """Run a saved schedule of a scenario; return the symptom that it shows now.

    Returns None if the run no longer fails.  `schedule` is a schedule from a verdict,
    or the path of a saved schedule.  Raises CannotRunError when the target cannot be
    run, when the file is not a schedule, or when the schedule no longer fits the
    program.  Raises ValueError for an unknown carrier.
    """
    options = Options(carrier=carrier)
    if not isinstance(schedule, Schedule):
        schedule = Schedule.read(Path(schedule))
    program = program_of(target)
    return replayed_symptom(program, schedule, options.carrier)
