"""Whose turn it is: the case of the next block, and the case to calibrate before it.

The cases take turns, one block each.  The samples and the time that is left decide.
"""

from collections.abc import Callable, Iterable, Sequence
from statistics import fmean

from bench.pairs.catalogue import PAIRS
from bench.pairs.function_pairs import FunctionPair
from bench.throughput import bracketing
from bench.throughput.case_track import Track
from bench.throughput.inference import LEAST_BLOCKS
from bench.throughput.planning import ABBA, BLOCK_SECONDS, Plan


class Turns:
    """The cases of a measurement, and their order.

    `budget_left` returns the seconds that are left.
    """

    def __init__(
        self, plan: Plan, tracks: Sequence[Track], budget_left: Callable[[], float]
    ) -> None:
        self.plan = plan
        self.settings = plan.settings
        self.tracks = tracks
        self.budget_left = budget_left

    def next_track(self, measured: Sequence[Track] = ()) -> Track | None:
        """The case to measure next: usually the open case with the fewest blocks.

        - A case is considered only if one of its blocks fits into the time that is
          left.  For a spare point, all blocks that it needs for an interval must fit.
        - A user's pair that is not calibrated yet comes first.  So a failing pair is
          always reported.
        - Then there are four groups, in this order: the cases that the user asked for,
          the first spare point of each curve, the noise floor, further spare points.  A
          group is measured when all cases of the groups before it have enough blocks
          for an interval.  In a run of each side against itself, there are no groups.
        - The spare points are measured one after another, each until it has an
          interval.
        - The time may be too short for an interval of every case of a group.  Then the
          case with the most blocks comes first, so that some cases get an interval.

        `measured`: cases whose current block is counted as done.
        """

        def blocks(track: Track) -> int:
            return track.blocks + sum(one is track for one in measured)

        def lacking_seconds(track: Track) -> float:
            lacking = max(0, LEAST_BLOCKS - blocks(track))
            return lacking * self.block_seconds(track)

        left, idle = self.budget_left(), bracketing.idle(self.tracks)
        fitting = [
            track
            for track in self.tracks
            if track.case.name not in idle
            and self.is_open(track)
            and left > track.block_seconds
            and not (track.case.is_spare and lacking_seconds(track) > left)
        ]
        lacking = [track for track in fitting if blocks(track) < LEAST_BLOCKS]
        asked = [track for track in lacking if not track.case.against_itself]
        if new := [track for track in asked if _is_unknown_own(track)]:
            # these cases come first, because a failing pair must always be reported
            return new[0]
        sure = [track for track in asked if not track.case.is_spare]
        if lacking and not self.settings.against_itself:
            if sure:
                lacking = fitting = sure
            elif spare := self.next_spare(asked, blocks):
                floors = [track for track in lacking if track.case.against_itself]
                is_first = bool(blocks(spare)) or not self.spares_on_curve(spare)
                lacking = fitting = [spare] if is_first or not floors else floors
        if lacking and sum(map(lacking_seconds, lacking)) > left:
            return max(lacking, key=blocks)
        return min(fitting, key=blocks, default=None)

    def next_spare(
        self, lacking: Sequence[Track], blocks: Callable[[Track], int]
    ) -> Track | None:
        """The spare point to measure: the one with the most blocks.

        None if each spare point has enough blocks.  Among points with equally many
        blocks, the curve with the fewest spare points that have samples is preferred.
        """
        spares = [track for track in lacking if track.case.is_spare]
        return max(
            spares,
            key=lambda track: (blocks(track), -self.spares_on_curve(track)),
            default=None,
        )

    def spares_on_curve(self, track: Track) -> int:
        """How many spare points on the curve of this case are begun."""
        curve = track.case.workload.cpu_share, track.case.sides
        return sum(
            (one.case.workload.cpu_share, one.case.sides) == curve
            for one in self.tracks
            if one.case.is_spare and one.samples
        )

    def next_new(self, *measured: Track) -> Track | None:
        """The case whose turn is after these cases, if it is not calibrated yet.

        `measured`: the cases of the next blocks, in their order.  The caller calibrates
        the result before the last of these blocks.  For example, the next block is of
        case A, and case B follows.  B is calibrated before the block of A.  So the
        workers for the block of B can be started while the block of A is measured.
        """
        following = self.next_track(measured)
        if following is None or following.operations or following in measured:
            return None
        return following

    def is_open(self, track: Track) -> bool:
        return track.is_open(self.settings.half_width, self.settings.blocks_at_most)

    def blocks_seconds(self, tracks: Iterable[Track]) -> float:
        """The time of all further blocks of these cases, at most."""
        return sum(
            (self.settings.blocks_at_most - track.blocks) * self.block_seconds(track)
            for track in tracks
            if self.is_open(track)
        )

    def block_seconds(self, track: Track) -> float:
        """The time of a block of this case; if unknown, the mean of the other cases."""
        known = [other.block_seconds for other in self.tracks if other.block_seconds]
        usual = BLOCK_SECONDS * self.plan.block_samples / len(ABBA)
        return track.block_seconds or (fmean(known) if known else usual)


def _is_unknown_own(track: Track) -> bool:
    """Whether a case is of a user's pair, and not yet calibrated or measured."""
    pair = PAIRS.get(track.case.pair)
    return isinstance(pair, FunctionPair) and not track.operations and not track.samples
