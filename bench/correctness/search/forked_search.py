"""A search shared by forked processes: a child continues where its parent was.

The tree of schedules is searched depth first.  At a node with another choice left, a
process forks if a core is idle.  The child searches below the present choice, and the
parent continues with the next choice.

A child may have to add a worker to the backtrack set of a node that lies above its own
nodes.  It then sends its parent a request.  A parent does not leave a node before all
children below the node have reported.  So the schedules are the same as those of one
process.
"""

import os
import sys
import threading
from dataclasses import replace
from typing import Any, NoReturn

from bench.correctness.engine.fibers import make_pool
from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.transitions import FILES_WRITTEN
from bench.correctness.records.options import Options
from bench.correctness.search.exploration import Exploration
from bench.correctness.search.forked_processes import (
    Child,
    LostError,
    Report,
    Team,
    from_words,
    in_words,
    names_by_number,
)
from bench.correctness.search.tally import Tally
from bench.correctness.search.tree import Tree
from bench.errors import CannotRunError

# A search that takes longer is shared.  For a shorter search, the forks take too long.
WORTHWHILE_SECONDS = 0.02
GRACE_SECONDS = 0.5  # how long to wait for reports when the time is up


def jobs_for(options: Options) -> int:
    """How many processes a search may use; one if it cannot be shared.

    A search is not shared in four cases:

    - It draws schedules at random.
    - It has a limit of schedules.
    - The system is not Linux.
    - This process has other threads: in a child, their locks would be held for ever.
    """
    can_share = (
        (options.search in ("dpor", "brute") or options.preemptions is not None)
        and options.limit_schedules is None
        and sys.platform == "linux"  # on other systems, a fork breaks libraries
        and threading.active_count() == 1
    )
    if not can_share:
        return 1
    return options.jobs or len(os.sched_getaffinity(0))


class NewPointsError(Exception):
    """A process has discovered points, so the first process must begin again."""

    def __init__(self, discovered: set[Any]) -> None:
        super().__init__()
        self.discovered = discovered


class ForkedExploration(Exploration):
    """The schedules of a program, run by several processes at a time."""

    search: Tree

    def run_all(self) -> bool:
        self.team = Team(jobs_for(self.options))
        self.begun = self.elapsed()
        self.again = False  # whether the search has begun again
        try:
            return self.search_share()
        finally:
            self.team.close()

    def search_share(self) -> bool:
        """Search as `run_all` does; at the end, wait a moment for the children.

        After a failure, this process does not wait, unless `keep_going` is set.  The
        children that have not reported when the wait is over are killed.
        """
        complete = super().run_all()
        self.again = False
        ends = self.failing is not None and not self.options.keep_going
        while self.team.children and not ends:
            ended = self.team.ended(GRACE_SECONDS)
            for child in ended:
                self.take_in(child)
            ends = not ended
        self.team.dismiss()
        return complete

    def begin_again(self, discovered: set[Any]) -> None:
        if self.team.parent:
            raise NewPointsError(discovered)
        self.team.dismiss()
        super().begin_again(discovered)
        self.begun = self.elapsed()
        self.again = True

    def share(self) -> None:
        """Receive reports of children, and fork another child if a core is idle."""
        team = self.team
        if team.orphaned():
            os._exit(1)
        self.again = False
        for child in team.ended(0):
            self.take_in(child)
        if self.elapsed() - self.begun < WORTHWHILE_SECONDS:
            return
        if FILES_WRITTEN in kernel.points:
            return  # the processes would write to the same files
        node = self.search.node_to_share()
        if node is None or not team.cores.take():
            return
        try:
            is_child = team.fork(node)
        except OSError:  # too many processes, or no memory: do not share
            self.begun = float("inf")
            return
        if is_child:
            self.search.keep_below(node)
            self.serve()
        self.search.delegate(node, kernel)

    def others_have_more(self) -> bool:
        """Wait for reports of children; return whether there is more to search."""
        self.again = False
        while self.search.stalled:
            left = self.until - self.elapsed()
            for child in self.team.ended(max(0.01, left)):
                self.take_in(child)
            if self.elapsed() > self.until:
                return True  # more is left, but there is no time
            if self.again or self.search.advance(kernel):
                return True
        return False

    def take_in(self, child: Child) -> None:
        """Add a child's report to the results of this process."""
        if self.again:
            return  # the report belongs to the earlier search, with fewer points
        try:
            report = child.report()
        except LostError:
            if self.team.parent:
                raise
            self.begin_again(set())
            self.begun = float("inf")  # the new search has no children
            return
        if report.refused is not None:
            raise CannotRunError(report.refused)
        if not report.discovered <= self.point_ids:
            self.begin_again(report.discovered)
            return
        self.tally.merge(report.tally)
        self.complete &= report.complete
        self.search.skipped |= report.skipped
        if report.failing is not None:
            self.failed(from_words(report.failing), 0.0)
        child.node.delegated -= 1
        for depth, workers in report.requests:
            self.search.request(depth, list(map(kernel.number, workers)))

    # --- In a child -------------------------------------------------------------------

    def serve(self) -> NoReturn:
        """Search this child's share, report to the parent, and end the process."""
        status = 1
        try:
            self.team.send(self.report())
            status = 0
        finally:
            os._exit(status)

    def report(self) -> Report:
        self.tally, self.failing, self.complete = Tally(), None, True
        self.found = None  # only the first process reports failures
        self.options = replace(
            self.options, tick=None
        )  # only the first process reports progress
        if self.options.carrier == "threads":
            self.pool = make_pool("threads")  # a fork does not copy threads
        discovered: set[Any] = set()
        refused = None
        try:
            self.complete = self.search_share()
        except NewPointsError as more:
            discovered = more.discovered
        except CannotRunError as problem:
            refused = str(problem)
        names = names_by_number()
        return Report(
            tally=self.tally,
            complete=self.complete,
            skipped=self.search.skipped,
            discovered=discovered,
            requests=[
                (depth, [names[number] for number in workers])
                for depth, workers in self.search.requests
            ],
            failing=in_words(self.failing) if self.failing else None,
            refused=refused,
        )
