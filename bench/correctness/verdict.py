"""explore(): go through the schedules of a scenario and say what they show."""

import gc
import linecache
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import msgspec

from bench.correctness import schedule as schedules
from bench.correctness.carrier import Carriers, carriers
from bench.correctness.kernel import kernel
from bench.correctness.scenario import (
    Program,
    Result,
    find_scenarios,
    run_once,
    scenario_of_class,
)
from bench.correctness.schedule import Replay, Schedule
from bench.correctness.search import Brute, Sampled, search_named
from bench.correctness.trace import steps_of, waiters_of
from bench.correctness.turns import LONGEST
from bench.errors import CannotRunError
from bench.model import Failure, Outcome

SPARE_SECONDS = 0.2  # spent on the outcome table and on the trace once it is broken


@dataclass(frozen=True)
class Options:
    """How to explore."""

    search: str = "dpor"
    order: str = "any"
    preemptions: int | None = None
    limit_schedules: int | None = None
    limit_seconds: float | None = 60.0
    seed: int = 0
    carrier: str = "greenlet"
    keep_going: bool = False  # go on after a failure, for a whole outcome table
    tick: Callable[[int, float], object] | None = None  # told of the progress


@dataclass(frozen=True)
class Verdict:
    """What an exploration may claim, and on what evidence."""

    scenario: str
    outcome: Literal["holds", "broken", "cut"]
    schedules: int
    exhausted: bool
    seconds: float
    granularity: str
    search: str
    order: str
    outcomes: tuple[Outcome, ...]
    failure: Failure | None = None
    bound: str | None = None
    schedule: Schedule | None = None
    program: Any = field(default=None, repr=False, compare=False)

    def replay(self, carrier: str = "greenlet") -> str | None:
        """Run the failing schedule again; return the symptom it shows."""
        if self.schedule is None:
            raise CannotRunError("nothing to replay: no schedule failed")
        return replay_schedule(self.program, self.schedule, carrier).symptom


@dataclass
class Tally:
    """What the schedules run so far have shown."""

    schedules: int = 0
    states: dict[str, int] = field(default_factory=dict)
    broken: dict[str, int] = field(default_factory=dict)
    first: Result | None = None

    def add(self, result: Result) -> None:
        self.schedules += 1
        if result.symptom is None:
            self.states[result.state] = self.states.get(result.state, 0) + 1
        else:
            self.broken[result.symptom] = self.broken.get(result.symptom, 0) + 1
            if self.first is None:
                self.first = result

    def outcomes(self) -> tuple[Outcome, ...]:
        """The table: acceptable ends first, the frequent before the rare."""
        return tuple(
            Outcome(state=state, schedules=count, acceptable=acceptable)
            for acceptable, table in ((True, self.states), (False, self.broken))
            for state, count in sorted(
                table.items(), key=lambda item: (-item[1], item[0])
            )
        )


def explore(target: Any, **options: Any) -> Verdict:
    """Explore one scenario: a class, "file.py:Name", or a file with only one.

    Raises CannotRunError when it cannot be explored, and says why.
    """
    if isinstance(target, str | Path):
        found = find_scenarios(str(target))
        if len(found) > 1:
            names = ", ".join(program.qualname for program in found)
            raise CannotRunError(
                f"{target} has {len(found)} scenarios, name one: {names}"
            )
        return explore_program(found[0], Options(**options))
    return explore_program(scenario_of_class(target), Options(**options))


def explore_all(target: str, **options: Any) -> list[Verdict]:
    """Explore every scenario that a file, or one name in it, stands for."""
    return [
        explore_program(found, Options(**options)) for found in find_scenarios(target)
    ]


def explore_program(program: Program, options: Options) -> Verdict:
    """Run schedules until all are done, or a limit is reached."""
    started = time.perf_counter()
    pool = carriers(options.carrier)
    kernel.order = options.order
    kernel.describe = schedules.label
    linecache.checkcache()
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    try:
        with warnings.catch_warnings():
            # A run that is given up leaves coroutines that nobody awaits.
            warnings.simplefilter("ignore", RuntimeWarning)
            return Exploration(program, options, pool, started).verdict()
    finally:
        program.close()
        kernel.marks = set()
        pool.close()
        gc.set_threshold(*thresholds)
        gc.unfreeze()


class Exploration:
    """One search from its first schedule to its verdict."""

    def __init__(
        self, program: Program, options: Options, pool: Carriers, started: float
    ) -> None:
        self.program = program
        self.options = options
        self.pool = pool
        self.started = started
        self.search = search_named(
            options.search, seed=options.seed, preemptions=options.preemptions
        )
        self.complete = True  # no run was given up for its length
        self.marks: set[Any] = set()
        self.tally = Tally()
        self.failing: Result | None = None
        self.failing_marks: set[Any] = set()

    def elapsed(self) -> float:
        return time.perf_counter() - self.started

    def verdict(self) -> Verdict:
        exhausted = self.run_all()
        options = self.options
        bound = None
        if options.preemptions is not None and exhausted:
            exhausted = not self.search.skipped
            bound = f"at most {options.preemptions} preemptions"
        broken = self.failing is not None
        failure, kept = self.explain() if broken else (None, None)
        return Verdict(
            scenario=self.program.name,
            outcome="broken" if broken else "holds" if exhausted else "cut",
            schedules=self.tally.schedules,
            exhausted=exhausted,
            seconds=self.elapsed(),
            granularity="sync+shared",
            search="brute" if options.preemptions is not None else options.search,
            order=options.order,
            outcomes=self.tally.outcomes(),
            failure=failure,
            bound=bound,
            schedule=kept,
            program=self.program,
        )

    def run_all(self) -> bool:
        """Run schedule after schedule; True when there is none left."""
        options, search, tally = self.options, self.search, self.tally
        kernel.marks = self.marks
        runs = 0
        limit = options.limit_schedules
        until = options.limit_seconds
        if until is None:
            until = float("inf")
        while True:
            result = run_once(self.program, search, self.pool)
            runs += 1
            self.complete &= not result.long
            if not result.pruned:
                tally.add(result)
                if result.symptom is not None and self.failing is None:
                    self.failing = result
                    self.failing_marks = set(self.marks)
                    if not options.keep_going:
                        until = min(until, self.elapsed() + SPARE_SECONDS)
            if result.found <= self.marks:
                more = search.learn(kernel)
                kernel.unwind()
                if search.diverged:
                    raise CannotRunError(unstable(self.program.name, search.diverged))
                if not more:
                    return self.complete
            else:
                kernel.unwind()
                if any(type(m) is tuple and m[0] == "task" for m in result.found):
                    self.failing = None  # a worker was a task, and is run as one now
                self.marks |= result.found
                if not isinstance(search, Sampled):
                    search.restart()
                    self.tally = tally = Tally()
            if limit is not None and tally.schedules >= limit:
                return False
            if (not runs % 16 or result.long) and self.elapsed() > until:
                return False
            if options.tick is not None and not runs % 256:
                options.tick(tally.schedules, self.elapsed())

    # --- The failure ----------------------------------------------------------------

    def explain(self) -> tuple[Failure, Schedule]:
        """The shortest schedule found that fails, replayed and told."""
        first = self.failing
        assert first is not None
        assert first.symptom is not None
        best = self.shrink(first)
        kept = self.record(best)
        told = replay_with(self.program, kept, self.pool)
        symptom = told.symptom or first.symptom
        failure = failure_of(told, symptom, kept)
        in_loop = bool(kernel.loops)
        kernel.unwind()
        again = replay_with(self.program, kept, self.pool)
        kernel.unwind()
        if told.symptom is None or again.symptom != told.symptom:
            raise CannotRunError(
                f"{self.program.name} is not deterministic: a schedule ended with"
                f" {first.symptom!r}, replayed with {again.symptom or again.state!r};"
                " look for clocks, random numbers, hash order or input in it"
            )
        if in_loop and self.options.order == "any":
            fifo = self.in_fifo_order(symptom)
            failure = msgspec.structs.replace(failure, fifo=fifo)
        return failure, kept

    def in_fifo_order(self, symptom: str) -> bool | None:
        """Whether the stock loop's order shows it too; None when that took too long."""
        until = self.elapsed() + SPARE_SECONDS * 2
        kernel.order = "fifo"
        marks: set[Any] = set()
        kernel.marks = marks
        search = search_named("dpor", seed=0, preemptions=None)
        try:
            while self.elapsed() < until:
                result = run_once(self.program, search, self.pool)
                if result.symptom == symptom:
                    return True
                if result.found <= marks:
                    more = search.learn(kernel)
                    if not more:
                        return False
                else:
                    marks |= result.found
                    search.restart()
                kernel.unwind()
        finally:
            kernel.unwind()
            kernel.order = self.options.order
        return None

    def shrink(self, first: Result) -> list[Any]:
        """Fewest preemptions, then fewest steps, as far as a moment allows."""
        best = [event.worker.number for event in first.choices]
        best_cost = (sum(e.preempts for e in first.choices), len(best))
        if len(best) >= LONGEST:
            return best
        until = self.elapsed() + SPARE_SECONDS
        kernel.marks = self.failing_marks
        for bound in range(best_cost[0]):
            search = Brute(bound)
            search.any_conflict = False
            while self.elapsed() < until:
                result = run_once(self.program, search, self.pool)
                cost = (sum(e.preempts for e in result.choices), len(result.choices))
                if result.symptom == first.symptom and cost < best_cost:
                    best_cost = cost
                    best = [event.worker.number for event in result.choices]
                more = search.learn(kernel)
                kernel.unwind()
                if not more:
                    break
            if best_cost[0] <= bound:
                break
        return best

    def record(self, numbers: list[int]) -> Schedule:
        """Run the choices once more, with words."""
        kernel.marks = self.failing_marks
        follow = Follow(numbers)
        result = run_once(self.program, follow, self.pool, recording=True)
        if follow.diverged:
            raise CannotRunError(unstable(self.program.name, follow.diverged))
        points = schedules.point_words(self.failing_marks)
        kept = Schedule(
            scenario=self.program.name,
            order=self.options.order,
            points=points,
            turns=schedules.turns(result.choices),
            symptom=result.symptom or "",
        )
        kernel.unwind()
        return kept


class Follow:
    """Takes the same choices again, by number."""

    any_conflict = False

    def __init__(self, numbers: list[int]) -> None:
        self.numbers = numbers
        self.diverged = 0

    def choose(self, kernel: Any, enabled: list[Any]) -> Any:
        depth = len(kernel.choices)
        if depth < len(self.numbers):
            for worker in enabled:
                if worker.number == self.numbers[depth]:
                    return worker
            self.diverged = depth + 1
            return None
        return enabled[0]


def unstable(name: str, step: int) -> str:
    return (
        f"{name} is not deterministic: the same choices led elsewhere at step {step};"
        " look for clocks, random numbers, hash order or input in it"
    )


def replay_with(program: Program, kept: Schedule, pool: Carriers) -> Result:
    kernel.marks = schedules.Points(kept.points)
    return run_once(program, Replay(kept), pool, recording=True)


def replay_schedule(program: Program, kept: Schedule, carrier: str) -> Result:
    """Run a saved schedule once."""
    linecache.checkcache()
    kernel.order = kept.order
    kernel.describe = schedules.label
    pool = carriers(carrier)
    try:
        result = replay_with(program, kept, pool)
        kernel.unwind()
    finally:
        program.close()
        kernel.marks = set()
        pool.close()
    return result


def retell(
    program: Program, kept: Schedule, carrier: str, width: int
) -> tuple[str, bool]:
    """What a saved schedule does now, in words, and whether it still fails."""
    from bench.correctness.render import failure_lines

    kernel.order = kept.order
    kernel.describe = schedules.label
    pool = carriers(carrier)
    try:
        result = replay_with(program, kept, pool)
        if result.symptom is None:
            said = f"{program.name}: the schedule no longer fails: {result.state}"
            return said, False
        failure = failure_of(result, result.symptom, kept)
        return "\n".join([program.name, *failure_lines(failure, width)]), True
    finally:
        kernel.unwind()
        program.close()
        kernel.marks = set()
        pool.close()


def failure_of(told: Result, symptom: str, kept: Schedule) -> Failure:
    return Failure(
        symptom=symptom,
        steps=steps_of(told.events),
        waiters=waiters_of(told.stuck),
        preemptions=sum(event.preempts for event in told.choices),
        schedule=tuple(f"{w}: {what} #{n}" for w, what, n in kept.turns),
    )
