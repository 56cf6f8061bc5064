"""explore(): go through the schedules of a scenario and say what they show."""

import gc
import linecache
import time
import warnings
from pathlib import Path
from typing import Any

from bench.correctness import schedule as schedules
from bench.correctness.carrier import Carriers, carriers
from bench.correctness.explanation import SPARE_SECONDS, Explanation, unstable
from bench.correctness.finding import find_scenarios, scenario_of
from bench.correctness.kernel import kernel
from bench.correctness.running import Program, Result, run_once
from bench.correctness.search import Sampled, search_named
from bench.correctness.tasks import unregistered
from bench.correctness.verdict import Options, Tally, Verdict
from bench.errors import CannotRunError


def explore(target: Any, **options: Any) -> Verdict:
    """Explore a class or a function, "file.py:Name", or a file with only one scenario.

    Raises CannotRunError when it cannot be explored, and says why.
    """
    if isinstance(target, str | Path):
        found = find_scenarios(str(target))
        if len(found) > 1:
            names = ", ".join(program.name.rpartition(":")[2] for program in found)
            raise CannotRunError(
                f"{target} has {len(found)} scenarios, name one: {names}"
            )
        return explore_program(found[0], Options(**options))
    return explore_program(scenario_of(target), Options(**options))


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
        with warnings.catch_warnings(), unregistered():
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
        failure, kept = None, None
        if self.failing is not None:
            explanation = Explanation(
                self.program, options.order, self.pool, self.failing, self.failing_marks
            )
            failure, kept = explanation.explain(self.marks)
            if failure.symptom not in self.tally.broken:  # seen with other points
                self.tally.add(self.failing)
        return Verdict(
            scenario=self.program.name,
            outcome="broken" if failure else "holds" if exhausted else "cut",
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

    def keep(self, result: Result) -> None:
        """Keep what failed first, or one like it with more points or a lower cost."""
        failing = self.failing
        if failing is None or (
            result.symptom == failing.symptom
            and (
                len(self.marks) > len(self.failing_marks) or result.cost < failing.cost
            )
        ):
            self.failing = result
            self.failing_marks = set(self.marks)

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
            result = run_once(self.program, search, self.pool, trail=search.trail)
            runs += 1
            self.complete &= not result.long
            if not result.pruned:
                tally.add(result)
                if result.symptom is not None:
                    if self.failing is None and not options.keep_going:
                        until = min(until, self.elapsed() + SPARE_SECONDS)
                    self.keep(result)
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
