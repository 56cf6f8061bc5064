"""The counterexample: a failing schedule that is shortened, replayed and explained."""

import time
from typing import Any

import msgspec

from bench.correctness.engine.fibers import FiberPool
from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.scheduling import MAX_TRANSITIONS
from bench.correctness.explain.replay import failure_of, replay_with
from bench.correctness.explain.saved_schedule import points_in_words, turns
from bench.correctness.programs.single_run import Program, Result, run_once
from bench.correctness.records.options import Options
from bench.correctness.records.schedule import Schedule
from bench.correctness.search.shortest import Shortest
from bench.correctness.search.strategies import search_named
from bench.errors import CannotRunError
from bench.records.certificates import Failure

# After a failure: how long to search for other outcomes, and then for a shorter
# schedule.
SPARE_SECONDS = 0.2
MANY = 10  # `shortest` runs no schedule with this number of preemptions or more


class Explanation:
    """Makes a short failing schedule from a failing schedule of the search."""

    def __init__(
        self,
        program: Program,
        options: Options,
        pool: FiberPool,
        first: Result,
        points: set[Any],
    ) -> None:
        self.program = program
        self.order = options.order
        self.options = options
        self.pool = pool
        self.first = first
        self.points = points  # the scheduling points of the run that failed

    def explain(self, points: set[Any]) -> tuple[Failure, Schedule]:
        """Return the shortest failing schedule found, in two forms.

        The failure is for a reader; the schedule is to be saved.

        `points`: all scheduling points that are known.  Raises CannotRunError if the
        schedule does not fail again in the same way.
        """
        first = self.first
        assert first.symptom is not None
        best = self.shortest(points)
        kept = self.record(best)
        shown = replay_with(self.program, kept, self.pool)
        symptom = shown.symptom or first.symptom
        failure = failure_of(shown, symptom, kept)
        in_loop = bool(kernel.loops)
        kernel.unwind()
        again = replay_with(self.program, kept, self.pool)
        kernel.unwind()
        if shown.symptom is None or again.symptom != shown.symptom:
            end = again.symptom or again.state
            raise CannotRunError(different_ends(self.program.name, first.symptom, end))
        if in_loop and self.order == "any":
            fifo = self.in_fifo_order(symptom)
            failure = msgspec.structs.replace(failure, fifo=fifo)
        return failure, kept

    def shortest(self, points: set[Any]) -> list[int]:
        """Search for shorter failing schedules, for a short time.

        Return the choices of the shortest that was found; if none was found, those of
        the first failure.  Fewer preemptions count more than fewer choices.
        """
        until = time.perf_counter() + SPARE_SECONDS
        best = self.first
        if len(best.choices) >= MAX_TRANSITIONS:
            return chosen(best)
        most, steps = best.cost if self.points == points else (MANY, MAX_TRANSITIONS)
        kernel.use_points(points)
        for bound in range(MANY):
            search = Shortest(bound, steps if bound == most else MAX_TRANSITIONS)
            while True:
                if time.perf_counter() > until:
                    return chosen(best)
                result = run_once(self.program, search, self.pool)
                if result.symptom == best.symptom:
                    best, self.points = result, points
                    most, search.longest = bound, len(result.choices)
                more = search.learn(kernel)
                kernel.unwind()
                if not more:
                    break
            if bound >= most or not search.skipped:
                break
        return chosen(best)

    def record(self, numbers: list[int]) -> Schedule:
        """Run a schedule, given as worker numbers, once more; put it into words."""
        kernel.use_points(self.points)
        follow = Follow(numbers)
        result = run_once(self.program, follow, self.pool, recording=True)
        if follow.diverged:
            raise CannotRunError(unstable(self.program.name, follow.diverged))
        points = points_in_words(self.points)
        kept = Schedule(
            scenario=self.program.name,
            order=self.order,
            points=points,
            turns=turns(result.choices),
            symptom=result.symptom or "",
            timers=self.options.timers,
            seed=self.options.seed,
        )
        kernel.unwind()
        return kept

    def in_fifo_order(self, symptom: str) -> bool | None:
        """Whether a schedule in fifo order also fails with this symptom.

        None if the time runs out before the answer is known.
        """
        until = time.perf_counter() + SPARE_SECONDS * 2
        kernel.set_order("fifo")
        points: set[Any] = set()
        kernel.use_points(points)
        search = search_named("dpor", seed=0, preemptions=None)
        try:
            while time.perf_counter() < until:
                result = run_once(self.program, search, self.pool)
                if result.symptom == symptom:
                    return True
                if result.discovered <= points:
                    more = search.learn(kernel)
                    if not more:
                        return False
                else:
                    points |= result.discovered
                    search.restart()
                kernel.unwind()
        finally:
            kernel.unwind()
            kernel.set_order(self.order)
        return None


def chosen(result: Result) -> list[int]:
    return [transition.worker.number for transition in result.choices]


class Follow:
    """Makes the choices of an earlier run again, by the numbers of the workers."""

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


def different_ends(name: str, one: str, other: str) -> str:
    return (
        f"{name} is not deterministic: a schedule ended with {one!r}, but its replay"
        f" with {other!r}; look for clocks, random numbers, hash order or input in it"
    )


def unstable(name: str, step: int) -> str:
    return (
        f"{name} is not deterministic: the same choices led to another state at step"
        f" {step}; look for clocks, random numbers, hash order or input in it"
    )
