"""A search whose tree is shared among processes elsewhere, such as those of a cluster.

The search begins in this process.  A short search also ends here, because sharing would
take longer.  After WORTHWHILE_SECONDS, this process gives away the rest of the tree in
parts (`frontier`).  From then on it runs no schedules.  It collects results, and stores
what is left of each part.
"""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from bench.correctness.engine.fibers import FiberPool
from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.transitions import FILES_WRITTEN
from bench.correctness.instrument.sites import SITES
from bench.correctness.programs.interrupts import raise_if_interrupted
from bench.correctness.programs.single_run import Program
from bench.correctness.records.options import Found, Options
from bench.correctness.search.exploration import Exploration
from bench.correctness.search.forked_processes import from_words
from bench.correctness.search.frontier import Frontier
from bench.correctness.search.serialization import NotSerializableError
from bench.correctness.search.shares import (
    SITE_PLACES,
    ProgramSpec,
    Searchers,
    Share,
    ShareReport,
    path_in_words,
)
from bench.correctness.search.tree import Tree
from bench.errors import CannotRunError

WORTHWHILE_SECONDS = 0.05  # a search that takes longer is shared
# How long a share is searched before its process reports, and the shortest time before
# the share is recalled.  Both times are longer if there are many slots: SECONDS_A_SLOT
# for each slot.  A slot is room for one share in the processes elsewhere.
SLICE_SECONDS = 1.0
LEAST_SECONDS = 0.02
SECONDS_A_SLOT = 0.005  # how long this process needs for a report
GRACE_SECONDS = 0.5  # how long to wait for reports when the time is up
NOT_SHARED = "its search cannot be shared; this process continues it alone"
AGAIN = "the search begins again in this process"
POLL_SECONDS = 0.1  # the time between two checks for Ctrl-C
MOST_LOST = 5  # after so many losses of one share in a row, the search fails
# If there is no process elsewhere for this time, this process searches alone.
ALONE_SECONDS = 10.0


@dataclass(frozen=True)
class Elsewhere:
    """Processes elsewhere, and how they make the program that is explored.

    recipe: makes the program in such a process; it can be pickled.
    """

    searchers: Searchers
    recipe: Callable[[], Program]

    def begin(self, program: Program, options: Options) -> None:
        """Let the processes load the program.  Raises CannotRunError if one cannot."""
        self.searchers.begin(
            ProgramSpec(
                name=program.name,
                recipe=self.recipe,
                options=replace(options, tick=None, limit_seconds=None, jobs=1),
                folder=os.getcwd(),
                path=tuple(one for one in sys.path if one),
                files=tuple({site.file for site in SITES.values() if site.file}),
            )
        )


@dataclass(frozen=True)
class Away:
    """A share that is searched elsewhere.

    since: when the share was given away or last recalled.
    depth: tells how near to the root the share can be split.  It is the depth of the
        first node of the share that had another choice when the share was given away.
        It is infinite if no node had another choice: such a share is recalled last.
    recalled: whether the share was recalled; its report has not arrived yet.
    """

    since: float
    depth: float
    recalled: bool = False


class HandedOverError(Exception):
    """Ends the search in this process, because processes elsewhere continue it."""

    def __init__(self, frontier: Frontier) -> None:
        super().__init__()
        self.frontier = frontier


class DistributedExploration(Exploration):
    """The schedules of a program, most of which are run elsewhere."""

    search: Tree

    def __init__(
        self,
        program: Program,
        options: Options,
        pool: FiberPool,
        started: float,
        found: Found | None = None,
        *,
        searchers: Searchers,
    ) -> None:
        super().__init__(program, options, pool, started, found)
        self.searchers = searchers
        self.is_shared = True  # whether sharing is possible, as far as known
        self.begun = 0.0  # when the search last began, in seconds since `started`
        self.away: dict[int, Away] = {}  # the shares that are searched elsewhere

    def run_all(self) -> bool:
        while True:
            try:
                return super().run_all()
            except HandedOverError as handed:
                done = self.coordinate(handed.frontier)
            finally:
                self.searchers.drop()
            if done is not None:
                return done

    def begin_again(self, discovered: set[Any]) -> None:
        super().begin_again(discovered)
        self.begun = self.elapsed()

    def share(self) -> None:
        """Between runs: give the search away if it has taken long enough."""
        nodes = self.search.nodes
        took = self.elapsed() - self.begun
        if not self.is_shared or not nodes or took < WORTHWHILE_SECONDS:
            return
        if FILES_WRITTEN in kernel.points:
            return  # the processes would write to the same files
        last = len(nodes) - 1
        choices = kernel.choices
        try:
            places = path_in_words(
                nodes, lambda depth: choices[depth].accesses if depth < last else None
            )
            self.words = tuple(map(SITE_PLACES.in_words, self.point_ids))
        except NotSerializableError:
            self.is_shared = False
            self.searchers.tell(f"{self.program.name}: {NOT_SHARED}")
            return
        raise HandedOverError(Frontier(places))

    def coordinate(self, frontier: Frontier) -> bool | None:
        """Give parts away and process reports, until no part is left.

        Returns whether all was searched, as `run_all` does.  Returns None if this
        process must search again.
        """
        searchers, idle_since = self.searchers, time.monotonic()
        self.away.clear()
        while frontier.parts:
            raise_if_interrupted()
            left = self.until - self.elapsed()
            if left <= 0:
                return False if self.take_in_last(frontier) else None
            slots = searchers.slots
            frontier.spread(slots - frontier.at_work)
            self.give(frontier, slots, left)
            least = max(LEAST_SECONDS, slots * SECONDS_A_SLOT)
            idle = slots - frontier.at_work
            self.recall(idle, least)
            wait = POLL_SECONDS if idle <= 0 else min(POLL_SECONDS, least)
            for number, report in searchers.reports(min(left, wait)):
                if not self.take_in(frontier, number, report):
                    return None
            if self.options.tick is not None:
                self.options.tick(self.tally.schedules, self.elapsed())
            if slots or frontier.at_work:
                idle_since = time.monotonic()
            elif time.monotonic() - idle_since > ALONE_SECONDS:
                self.go_on_alone(f"{searchers.lack}; {AGAIN}")
                return None
        return self.complete

    def give(self, frontier: Frontier, slots: int, left: float) -> None:
        """Give away parts that are ready, one for each free slot."""
        seconds = min(left, max(SLICE_SECONDS, slots * SECONDS_A_SLOT))
        while frontier.at_work < slots and (taken := frontier.take()):
            number, part = taken
            depth = part.depth_to_split()
            self.away[number] = Away(
                since=time.monotonic(), depth=float("inf") if depth is None else depth
            )
            self.searchers.search(
                number,
                Share(
                    points=self.words,
                    path=tuple(part.path()),
                    owned_from=len(part.above),
                    seconds=seconds,
                ),
            )

    def recall(self, idle: int, least: float) -> None:
        """Recall a share for each idle slot, to split what is left of the share.

        Shares that can be split nearest to the root are recalled first, because they
        probably have most work left.  A share is not recalled if its search began, or
        it was recalled, less than `least` seconds ago.
        """
        now = time.monotonic()
        young = [one for one in self.away.values() if now - one.since < least]
        idle -= sum(one.recalled for one in young)  # their reports will arrive soon
        ripe = [n for n, one in self.away.items() if now - one.since >= least]
        ripe.sort(key=lambda number: self.away[number].depth)
        for number in ripe[: max(0, idle)]:
            self.away[number] = replace(self.away[number], since=now, recalled=True)
            self.searchers.recall(number)

    def take_in_last(self, frontier: Frontier) -> bool:
        """Process the last reports when the time is up.

        Returns False if the search begins again, as `take_in` does.
        """
        end = time.monotonic() + GRACE_SECONDS
        limit = self.options.limit_seconds or float("inf")
        while frontier.at_work and self.elapsed() >= limit:
            left = end - time.monotonic()
            if left <= 0:
                break
            for number, report in self.searchers.reports(left):
                if not self.take_in(frontier, number, report):
                    return False
        return True

    def take_in(
        self, frontier: Frontier, number: int, report: ShareReport | None
    ) -> bool:
        """Add a report to the results; return False if the search begins again."""
        self.away.pop(number, None)
        if report is None or report.lost is not None:
            if frontier.lose(number).lost >= MOST_LOST:
                how = report.lost if report is not None else "its worker was lost"
                raise CannotRunError(
                    f"{self.program.name}: one share was lost {MOST_LOST} times: {how};"
                    " try a smaller workload"
                )
            return True
        if report.refused is not None:
            raise CannotRunError(report.refused)
        if report.alone:
            self.go_on_alone(NOT_SHARED)
            return False
        if report.discovered:
            self.discover(report)
            return False
        self.tally.merge(report.tally)
        self.runs += report.runs
        self.long += report.long
        self.complete &= report.complete
        self.search.skipped |= report.skipped
        if report.failing is not None:
            self.failed(from_words(report.failing), 0.0)
        frontier.receive(number, report.places, report.kept, report.requests)
        return True

    def discover(self, report: ShareReport) -> None:
        """Begin again with the points that a report has discovered.

        In two cases the new search is made by this process only: no point of the report
        is new, or a point is not found in the sources of this process.
        """
        try:
            points = set(map(SITE_PLACES.from_words, report.discovered))
        except NotSerializableError:
            points = set()
        if points <= self.point_ids:
            self.go_on_alone(NOT_SHARED)
        else:
            self.begin_again(points)

    def go_on_alone(self, why: str) -> None:
        """Search again in this process only, and tell the user the reason."""
        self.searchers.tell(f"{self.program.name}: {why}")
        self.is_shared = False
        self.begin_again(set())
