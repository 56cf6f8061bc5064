"""One search, from its first schedule to its verdict."""

import time
from collections.abc import Callable
from typing import Any

from bench.correctness.engine.fibers import FiberPool
from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.scheduling import MAX_TRANSITIONS
from bench.correctness.engine.spinning import BOUNDED, DAEMONS_BOUNDED
from bench.correctness.engine.transitions import ONE_STEP, Drawn
from bench.correctness.explain.lock_names import studied_locks
from bench.correctness.explain.replay import replayed_symptom
from bench.correctness.programs.first_import import InOrder
from bench.correctness.programs.interrupts import PENDING, raise_if_interrupted
from bench.correctness.programs.single_run import Program, Result, run_once
from bench.correctness.records.options import Found, Options
from bench.correctness.records.schedule import Schedule
from bench.correctness.records.verdict import Verdict
from bench.correctness.search.counterexample import (
    SPARE_SECONDS,
    Explanation,
    Follow,
    different_ends,
    unstable,
)
from bench.correctness.search.evidence import Evidence, seen_in
from bench.correctness.search.repeats import Passed, passed, times_to_repeat
from bench.correctness.search.strategies import search_named
from bench.correctness.search.tally import Tally
from bench.errors import CannotRunError

RUNS_ON_END = 16  # runs between two checks of the other processes
RUNS_BETWEEN_TICKS = 256


class Exploration:
    """The schedules of a program, run one after another in this process."""

    def __init__(
        self,
        program: Program,
        options: Options,
        pool: FiberPool,
        started: float,
        found: Found | None = None,
    ) -> None:
        self.found = found
        self.program = program
        self.options = options
        self.pool = pool
        self.started = started
        self.search: Any = search_named(
            options.search, seed=options.seed, preemptions=options.preemptions
        )
        self.complete = True  # false once a run was abandoned because of its length
        self.until = options.limit_seconds or float("inf")
        self.runs = 0
        self.long = 0  # runs that were abandoned because of their length
        self.point_ids: set[Any] = set()
        self.tally = Tally()
        self.first: Passed | None = None
        self.earlier: Passed | None = None  # `first` before the last `begin_again`
        self.seen: Evidence | None = None  # what the first schedule has seen
        self.failing: Result | None = None
        self.failing_points: set[Any] = set()

    def elapsed(self) -> float:
        return time.perf_counter() - self.started

    def is_time_up(self) -> bool:
        """Whether no further run may begin, because the time is up."""
        return self.elapsed() > self.until

    def verdict(self) -> Verdict:
        ended = self.run_all()
        exhausted = ended and not self.search.skipped
        options = self.options
        bounds = []
        if ended and not exhausted:
            bounds.append(f"at most {counted(options.preemptions)}")
        bounds += [one for one in (BOUNDED, DAEMONS_BOUNDED) if one in self.point_ids]
        failure, kept = None, None
        if self.failing is None:
            self.repeat_first()
            self.look_closer()
        else:
            explanation = Explanation(
                self.program,
                options,
                self.pool,
                self.failing,
                self.failing_points,
            )
            failure, kept = explanation.explain(self.point_ids)
            # `begin_again` replaces the tally, but not `failing`.  So the tally may
            # lack the failure: it was found before the search began again, and no
            # later run has failed with this symptom.
            if failure.symptom not in self.tally.broken:
                self.tally.add(self.failing)
        looked_into, one_step = self.program.loader.packages()
        of_library = (
            p for p in self.point_ids if type(p) is tuple and p[0] == ONE_STEP
        )
        seen = self.seen or Evidence(0, 0, 0)
        holds = exhausted and failure is None
        drawn_in = {point.by for point in self.point_ids if type(point) is Drawn}
        return Verdict(
            scenario=self.program.name,
            outcome="broken" if failure else "holds" if exhausted else "cut",
            schedules=self.tally.schedules,
            exhausted=exhausted,
            seconds=self.elapsed(),
            granularity="sync+shared",
            search="brute" if options.preemptions is not None else options.search,
            order=options.order,
            timers=options.timers,
            draws=(options.seed,) if drawn_in else (),
            drawn_in=() if "" in drawn_in else tuple(sorted(drawn_in)),
            outcomes=self.tally.outcomes(),
            failure=failure,
            bound="; ".join(bounds) or None,
            looked_into=looked_into,
            one_step=(*one_step, *sorted(name for _, name in of_library)),
            schedule=kept,
            reason=None if failure or exhausted else self.why_cut(ended, looked_into),
            workers=seen.workers,
            points=seen.choices,
            shared=seen.shared,
            nothing_shared=holds and not seen.shared and not options.independent,
            locks=studied_locks(),
            program=self.program,
            replayer=replayer(self.program, kept),
        )

    def repeat_first(self) -> None:
        """Repeat the first schedule that passed, as often as `times_to_repeat` says."""
        if self.first is not None:
            for _ in range(times_to_repeat(self.first, self.earlier, self.runs)):
                self.repeat(self.first)

    def repeat(self, schedule: Passed) -> None:
        """Run a schedule again.  Raises CannotRunError if it ends in another state."""
        follow = Follow(schedule.choices)
        result = run_once(self.program, follow, self.pool)
        if self.options.order == "any" and not self.search.samples:
            self.note_shared()  # so that `look_closer` needs no further run
        kernel.unwind()
        if follow.diverged:
            raise CannotRunError(unstable(self.program.name, follow.diverged))
        end = result.symptom or result.state
        if end != schedule.state:
            raise CannotRunError(different_ends(self.program.name, schedule.state, end))

    def look_closer(self) -> None:
        """If nothing shared was seen, check one more run, which records all accesses.

        The runs of some searches do not record all accesses.  A search with
        `any_conflict` does not use races, so its runs record no accesses.  In fifo
        order, accesses of tasks cannot change the order of callbacks, and are left out.
        """
        if self.seen is None or self.seen.shared or self.elapsed() > self.until:
            return
        kernel.set_order("any")
        try:
            run_once(self.program, InOrder(), self.pool)
            self.note_shared()
        finally:
            kernel.unwind()
            kernel.set_order(self.options.order)

    def note_shared(self) -> None:
        """If nothing shared was seen so far, count what the last run has seen."""
        if self.seen is not None and not self.seen.shared:
            self.seen = self.seen._replace(shared=seen_in(kernel).shared)

    def why_cut(self, ended: bool, looked_into: tuple[str, ...]) -> str:
        """The reason why the search left schedules out, in words.

        If the search `ended`, it has run every schedule within the bound.
        """
        options = self.options
        most = options.limit_schedules
        if ended and self.search.skipped:
            why = f"schedules with more than {counted(options.preemptions)} remain"
        elif most is not None and self.tally.schedules >= most:
            why = f"the limit of {most:,} schedules was reached"
        elif self.elapsed() > self.until:
            why = f"the limit of {options.limit_seconds:g} s was reached"
        else:
            why = "runs are too long"
        if options.preemptions is not None and not ended:
            why += f", among schedules with at most {counted(options.preemptions)}"
        fewer = not (self.search.samples or self.search.skipped)
        if fewer and kernel.timers_made and options.timers == "any":
            why += "; with --timers idle there are far fewer schedules"
        if looked_into and self.elapsed() > self.until:
            why += f"; --skip {looked_into[0]} takes that package as one step"
        if self.long:
            why += (
                f"; {self.long:,} of {self.runs:,} runs were stopped after"
                f" {MAX_TRANSITIONS:,} steps, although they still made progress:"
                " try a smaller workload"
            )
        elif not self.tally.schedules:
            why += (
                f"; after {self.runs:,} runs the search still discovers new"
                f" scheduling points ({len(self.point_ids):,} so far)"
            )
        return why

    def keep(self, result: Result) -> None:
        """Store a failure if it is the first, or better than the stored failure.

        A failure is better if it has the same symptom, and either more scheduling
        points were known in its run, or its schedule has a lower cost.
        """
        failing = self.failing
        if failing is None or (
            result.symptom == failing.symptom
            and (
                len(self.point_ids) > len(self.failing_points)
                or result.cost < failing.cost
            )
        ):
            self.failing = result
            self.failing_points = set(self.point_ids)

    def failed(self, result: Result, spare_seconds: float) -> None:
        """Store a failure; the first one ends the search soon, unless `keep_going`."""
        if self.failing is None:
            if not self.options.keep_going:
                self.until = min(self.until, self.elapsed() + spare_seconds)
            self.tell_found(result.symptom)
        self.keep(result)

    def tell_found(self, symptom: str | None) -> None:
        """Report at once that a schedule failed, because the explanation takes time."""
        if self.found is not None:
            self.found(symptom)

    def run_all(self) -> bool:
        """Run schedule after schedule; return True when no schedule is left."""
        options, search = self.options, self.search
        kernel.use_points(self.point_ids)
        limit = options.limit_schedules or float("inf")
        while True:
            result = run_once(
                self.program, search, self.pool, shared_prefix=search.shared_prefix
            )
            self.runs += 1
            self.long += result.long
            self.complete &= not result.long
            # If `settled` is false, the search begins again with more points.
            settled = result.discovered <= self.point_ids
            if not result.pruned:
                self.tally.add(result)
                if self.seen is None and settled:
                    self.seen = seen_in(kernel)
                if result.symptom is not None:
                    self.failed(result, SPARE_SECONDS)
                elif self.first is None:
                    self.first = passed(result)
            if settled:
                more = search.learn(kernel)
                kernel.unwind()
                if search.diverged:
                    raise CannotRunError(unstable(self.program.name, search.diverged))
                if not more and not self.others_have_more():
                    return self.complete
            else:
                kernel.unwind()
                if any(type(m) is tuple and m[0] == "task" for m in result.discovered):
                    # A worker returned a coroutine.  So this worker should have run as
                    # a task, but it ran as a thread.  Failures so far do not count.
                    self.failing = None
                    self.tell_found(None)
                self.begin_again(result.discovered)
            if PENDING:
                raise_if_interrupted()
            if self.tally.schedules >= limit:
                return False
            if self.is_time_up():
                return False
            if not self.runs % RUNS_ON_END or result.long:
                self.share()
            if options.tick is not None and not self.runs % RUNS_BETWEEN_TICKS:
                options.tick(self.tally.schedules, self.elapsed())

    def begin_again(self, discovered: set[Any]) -> None:
        """Search again with more scheduling points, because there were too few."""
        self.point_ids |= discovered
        self.earlier = self.first
        self.first = self.seen = None  # with other points, choices differ
        if not self.search.samples:
            self.search.restart()
            self.tally = Tally()

    def share(self) -> None:
        """Between runs: give a part of the search to another process, if possible."""

    def others_have_more(self) -> bool:
        """Whether other processes found more to search."""
        return False


def counted(preemptions: int | None) -> str:
    """Return a bound on preemptions in words, such as "2 preemptions"."""
    return f"{preemptions} preemption{'s' * (preemptions != 1)}"


def replayer(
    program: Program, kept: Schedule | None
) -> Callable[[str], str | None] | None:
    """A function that replays the failing schedule and returns its symptom."""
    if kept is None:
        return None
    return lambda carrier: replayed_symptom(program, kept, carrier)
