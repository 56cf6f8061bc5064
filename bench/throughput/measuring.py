"""Run a plan: calibrate each case, then blocks in turn until settled or spent.

Cases take turns, one block each, so that a run cut short has something to say about
all of them and slow changes of the machine touch all alike.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from statistics import fmean
from time import monotonic
from typing import Any, Literal, Protocol

from bench.records.samples import Sample
from bench.throughput import inference, measurable
from bench.throughput.inference import LEAST_BLOCKS
from bench.throughput.launching import Reading
from bench.throughput.planning import ABBA, BLOCK_SECONDS, Case, Plan
from bench.throughput.sizing import least_operations, operations_for, windows_for
from bench.throughput.tracks import ANYWHERE, Cores, Track, record, specification

Specs = Sequence[Mapping[str, Any]]
Execute = Callable[[Specs, Specs], Generator[Reading, None, None]]


class Sink(Protocol):
    """What takes the samples as they come: a ledger."""

    def append(self, record: Sample, /) -> None: ...


@dataclass(frozen=True)
class Progress:
    """Where a measurement stands, told before and after every block."""

    doing: Literal["calibrating", "measuring", "measured", "settled", "failed", "done"]
    case: Case | None = None  # None when done
    blocks: int = 0  # of this case
    interval: inference.Interval | None = None  # of this case, of log-ratios
    closed_cases: int = 0  # settled or failed
    cases: int = 0
    elapsed_seconds: float = 0.0
    window_seconds: float = 0.0  # of that, in windows: the rest is the harness's own
    left_seconds: float = 0.0  # at most: the budget, or all blocks that may still come


def measure(
    plan: Plan,
    ledger: Sink,
    execute: Execute,
    done: Iterable[Sample] = (),
    cores: Cores = ANYWHERE,
    origin: str = "",
    clock: Callable[[], float] = monotonic,
) -> Iterator[Progress]:
    """Take the samples a plan still lacks, appending each to the ledger at once.

    `done` are the samples of a run that is resumed; what they took is part of the
    budget.  `execute` is told what comes now, and what comes next where that is
    likely.  `cores` is where the samples of a placement run, `origin` the base of the
    URLs that pairs fetch from.  Close the iterator to stop early: the workers end,
    and the ledger holds all but the sample in flight.
    """
    run = _Measurement(plan, ledger, execute, cores, origin, clock)
    run.recall(done)
    yield from run.progress()


class _Measurement:
    def __init__(
        self,
        plan: Plan,
        ledger: Sink,
        execute: Execute,
        cores: Cores,
        origin: str,
        clock: Callable[[], float],
    ) -> None:
        self.plan = plan
        self.settings = plan.settings
        self.tracks = [Track(case, plan.block_samples) for case in plan.cases]
        self.ledger = ledger
        self.execute = execute
        self.cores = cores
        self.origin = origin
        self.clock = clock
        self.start = clock()
        self.window_seconds = 0.0
        self.steps: dict[tuple[str, float, float], int] = {}  # of computing, once sized

    def recall(self, samples: Iterable[Sample]) -> None:
        """Take over what an earlier run measured, its operations included."""
        tracks = {track.case.name: track for track in self.tracks}
        for earlier in samples:
            if (track := tracks.get(earlier.case)) is None:
                continue
            track.samples.append(earlier)
            track.operations = earlier.workload.operations
            track.windows = max(track.windows, len(earlier.windows))
            track.cpu_steps = earlier.workload.cpu_steps
            self.steps[_computing(track.case)] = track.cpu_steps
            self.start -= earlier.elapsed_seconds
            self.window_seconds += in_windows(earlier)

    def progress(self) -> Iterator[Progress]:
        while (track := self.next_track()) is not None:
            if not track.operations:
                yield self.told("calibrating", track)
                self.calibrate(track)
                if track.has_failed:
                    yield self.told("failed", track)
                    continue
            yield self.told("measuring", track)
            self.block(track)
            if track.has_failed:
                yield self.told("failed", track)
            else:
                yield self.told("measured" if self.is_open(track) else "settled", track)
        yield self.told("done", None)

    def next_track(self, measured: Track | None = None) -> Track | None:
        """The open case with the fewest blocks that still fits into the budget.

        With no time left for intervals of all, the cases next to theirs come first:
        half of the answers are worth more than none.  `measured` counts as having one
        block more than it has yet.
        """

        def blocks(track: Track) -> int:
            return track.blocks + (track is measured)

        left = self.budget_left()
        fitting = [
            track
            for track in self.tracks
            if self.is_open(track) and left > track.block_seconds
        ]
        lacking = [track for track in fitting if blocks(track) < LEAST_BLOCKS]
        needed_seconds = sum(
            (LEAST_BLOCKS - blocks(track)) * self.block_seconds(track)
            for track in lacking
        )
        if lacking and needed_seconds > left:
            return max(lacking, key=blocks)
        return min(fitting, key=blocks, default=None)

    def is_open(self, track: Track) -> bool:
        return track.is_open(self.settings.half_width, self.settings.blocks_at_most)

    def calibrate(self, track: Track) -> None:
        """Choose the operations once, so that both sides do equal work."""
        costs = []
        with closing(self.execute(self.calibration(track), ())) as readings:
            for side, reading in enumerate(readings):
                if reading.status != "ok":
                    self.keep(track, record(track, side, 0, 0, reading))
                    return
                costs.append(reading.result["seconds_per_operation"])
                track.cpu_steps = track.cpu_steps or reading.result["cpu_steps"]
        self.steps[_computing(track.case)] = track.cpu_steps
        pair = measurable.find(track.case.pair)
        least = least_operations(pair, track.case.workload.workers)
        track.operations = operations_for(costs, least)
        track.windows = windows_for(costs, track.operations)

    def calibration(self, track: Track) -> Specs:
        """What the workers are told that size a case, with what is known by now."""
        track.cpu_steps = self.steps.get(_computing(track.case), 0)
        return [self.spec(track, side, 0) for side in (0, 1)]

    def block(self, track: Track) -> None:
        """Take the samples of one block, those that a cut-off run has left out."""
        block = track.blocks
        order = self.plan.order(track.case, block)
        first = len(track.samples) % track.block_samples
        specs = [self.spec(track, side, block) for side in order[first:]]
        start = self.clock()
        with closing(self.execute(specs, self.ahead(track))) as readings:
            for position, reading in enumerate(readings, first):
                side = order[position]
                self.keep(track, record(track, side, block, position, reading))
                if track.has_failed:  # what hangs again would cost its limit again
                    return
        track.block_seconds = self.clock() - start

    def ahead(self, track: Track) -> Specs:
        """What will most likely be measured after the next block of this case.

        Nothing when its workers could be started only where this case is measured.
        """
        following = self.next_track(measured=track)
        if following is None or not self.has_room(track):
            return ()
        if not following.operations:
            return self.calibration(following)
        block = following.blocks + (following is track)
        order = self.plan.order(following.case, block)
        first = 0 if following is track else len(following.samples) % len(order)
        return [self.spec(following, side, block) for side in order[first:]]

    def has_room(self, track: Track) -> bool:
        """Whether there are cores on which this case is not measured."""
        return self.cores["pinned"] != self.cores["free"] and all(
            side.runtime.placement == "pinned" for side in track.case.sides
        )

    def keep(self, track: Track, sample: Sample) -> None:
        self.ledger.append(sample)
        track.samples.append(sample)
        self.window_seconds += in_windows(sample)

    def spec(self, track: Track, side: int, block: int) -> dict[str, Any]:
        return specification(
            track, side, block, self.settings.seed, self.cores, self.origin
        )

    def budget_left(self) -> float:
        return self.plan.budget_seconds - (self.clock() - self.start)

    def told(
        self,
        doing: Literal[
            "calibrating", "measuring", "measured", "settled", "failed", "done"
        ],
        track: Track | None,
    ) -> Progress:
        is_open = [self.is_open(track) for track in self.tracks]
        blocks_seconds = sum(
            (self.settings.blocks_at_most - track.blocks) * self.block_seconds(track)
            for track, open_ in zip(self.tracks, is_open, strict=True)
            if open_
        )
        return Progress(
            doing=doing,
            case=track.case if track else None,
            blocks=track.blocks if track else 0,
            interval=track.interval if track else None,
            closed_cases=is_open.count(False),
            cases=len(self.tracks),
            elapsed_seconds=self.clock() - self.start,
            window_seconds=self.window_seconds,
            left_seconds=max(0.0, min(self.budget_left(), blocks_seconds)),
        )

    def block_seconds(self, track: Track) -> float:
        """What a block of this case takes, guessed from the others before its first."""
        known = [other.block_seconds for other in self.tracks if other.block_seconds]
        usual = BLOCK_SECONDS * self.plan.block_samples / len(ABBA)
        return track.block_seconds or (fmean(known) if known else usual)


def in_windows(sample: Sample) -> float:
    """The seconds of a sample's windows, the discarded one too."""
    return sum(sample.windows) * sample.workload.operations


def _computing(case: Case) -> tuple[str, float, float]:
    """What has the same computing part in all cases, or they could not be compared."""
    workload = case.workload
    executable = case.sides[0].runtime.executable
    return executable, workload.wait_seconds, workload.cpu_share
