"""The search of one share in a process elsewhere."""

import time

from bench.correctness.engine.fibers import FiberPool
from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.transitions import Access
from bench.correctness.programs.single_run import Program
from bench.correctness.records.options import Options
from bench.correctness.search.exploration import Exploration
from bench.correctness.search.forked_processes import in_words
from bench.correctness.search.forked_search import NewPointsError
from bench.correctness.search.frontier import Place
from bench.correctness.search.serialization import NotSerializableError, name_of_number
from bench.correctness.search.shares import (
    SITE_PLACES,
    Decoder,
    Encoder,
    Share,
    ShareReport,
)
from bench.correctness.search.tree import Tree
from bench.errors import CannotRunError


class ShareSearch(Exploration):
    """The schedules of one share of a tree."""

    search: Tree

    def __init__(
        self, program: Program, options: Options, pool: FiberPool, share: Share
    ) -> None:
        super().__init__(program, options, pool, time.perf_counter())
        self.until = share.seconds
        self.point_ids = {SITE_PLACES.from_words(words) for words in share.points}
        decoder = Decoder()
        self.search.nodes = [decoder.node(place) for place in share.path]
        self.search.owned_from = share.owned_from
        self.search.prefix = len(share.path) - 1  # only the last choice is new
        self.given = list(self.search.nodes)
        self.is_recalled = False  # another thread sets this

    def begin_again(self, discovered: set[object]) -> None:
        raise NewPointsError(discovered)

    def is_time_up(self) -> bool:
        can_stop = self.until < float("inf")
        return super().is_time_up() or (self.is_recalled and can_stop)

    def report(self) -> ShareReport:
        """Search until the share is done or recalled, or its time is over; then report.

        If what is left of the share cannot be put into words, the whole share is
        searched before the report.
        """
        try:
            self.run_all()
            places = self.places_left()
            if places is None and self.until < float("inf"):
                self.until = float("inf")
                self.run_all()
                places = self.places_left()
            if places is None:
                return ShareReport(alone=True)
        except NewPointsError as more:
            kernel.unwind()
            try:
                words = tuple(map(SITE_PLACES.in_words, more.discovered))
            except NotSerializableError:
                return ShareReport(alone=True)
            return ShareReport(discovered=words)
        except CannotRunError as problem:
            kernel.unwind()
            return ShareReport(refused=str(problem))
        owned = self.search.nodes[self.search.owned_from :]
        given = self.given[self.search.owned_from :]
        kept = sum(one is other for one, other in zip(owned, given, strict=False))
        return ShareReport(
            tally=self.tally,
            runs=self.runs,
            long=self.long,
            complete=self.complete,
            skipped=self.search.skipped,
            places=tuple(places),
            kept=kept,
            requests=tuple(
                (depth, tuple(map(name_of_number, workers)))
                for depth, workers in self.search.requests
            ),
            failing=in_words(self.failing) if self.failing else None,
        )

    def places_left(self) -> list[Place] | None:
        """The nodes that are left, in words; None if they cannot be put into words."""
        search, encoder = self.search, Encoder()
        first = search.owned_from
        choices = kernel.choices
        places = []
        try:
            for depth, node in enumerate(search.nodes[first:], first):
                made: list[Access] | None = choices[depth].accesses
                if node is search.nodes[-1]:
                    made = node.done.get(node.chosen)  # None: the choice has not run
                places.append(encoder.place(node, made))
        except NotSerializableError:
            return None
        return places
