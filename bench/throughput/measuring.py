"""Run a plan: calibrate each case, then measure blocks until settled or out of budget.

The cases take turns, one block each.  So an interrupted run has results for all of
them, and slow changes of the machine affect all of them equally.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from time import monotonic
from typing import Any, Literal, Protocol

from bench.records.samples import Sample
from bench.throughput import bracketing, inference, measurable
from bench.throughput.allowance import is_cut
from bench.throughput.case_track import ANYWHERE, Cores, Track, record, specification
from bench.throughput.launching import Reading
from bench.throughput.planning import ABBA, BLOCK_SECONDS, Case, Plan
from bench.throughput.sizing import least_operations, operations_for, windows_for
from bench.throughput.turns import Turns

Specs = Sequence[Mapping[str, Any]]
Doing = Literal["calibrating", "measuring", "measured", "settled", "failed", "done"]
Execute = Callable[[Specs, Specs], Generator[Reading, None, None]]


class Sink(Protocol):
    """A destination of samples: a ledger."""

    def append(self, record: Sample, /) -> None: ...


@dataclass(frozen=True)
class Progress:
    """The state of a measurement, which is reported before and after every block."""

    doing: Doing
    case: Case | None = None  # None at the end of the measurement
    blocks: int = 0  # blocks of this case
    # the interval of log-ratios of this case
    interval: inference.Interval | None = None
    closed_cases: int = 0  # cases that are settled or failed
    measured_cases: int = 0  # cases that have a sample and did not fail
    failed_cases: int = 0
    cases: int = 0
    elapsed_seconds: float = 0.0
    # the part of this time in windows; the rest is overhead
    window_seconds: float = 0.0
    # an upper limit: the rest of the budget, or the time of all remaining blocks
    left_seconds: float = 0.0


def measure(
    plan: Plan,
    ledger: Sink,
    execute: Execute,
    done: Iterable[Sample] = (),
    cores: Cores = ANYWHERE,
    origin: str = "",
    clock: Callable[[], float] = monotonic,
) -> Iterator[Progress]:
    """Take the missing samples of a plan, and append each to the ledger at once.

    `done` are the samples of the run that is resumed; their time is part of the
    budget.  `execute` receives the specifications of a block and the likely next ones.
    `cores` are the cores of each placement.  `origin` is the base of the URLs that
    pairs fetch.  To stop early, close the iterator: the workers end, and the ledger has
    all samples except the current one.
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
        self.turns = Turns(plan, self.tracks, self.budget_left)
        self.ledger = ledger
        self.execute = execute
        self.cores = cores
        self.origin = origin
        self.clock = clock
        self.start = clock()
        self.window_seconds = 0.0
        # steps of computing, by the key of the case
        self.steps: dict[tuple[str, float, float], int] = {}

    def recall(self, samples: Iterable[Sample]) -> None:
        """Take over the samples of an earlier run, with their operations."""
        tracks = {track.case.name: track for track in self.tracks}
        latest = {(one.case, one.block, one.position): one for one in samples}
        for earlier in latest.values():
            if (track := tracks.get(earlier.case)) is None:
                continue
            self.start -= earlier.elapsed_seconds
            was_killed = not earlier.workload.operations and earlier.status == "killed"
            if was_killed or (earlier.status == "hung" and is_cut(earlier.reason)):
                # The process was killed during the calibration, or the budget ended a
                # call.  The sample is left out here, so that it is measured again.
                continue
            track.samples.append(earlier)
            track.operations = earlier.workload.operations
            track.windows = max(track.windows, len(earlier.windows))
            track.cpu_steps = earlier.workload.cpu_steps
            self.steps[_computing(track.case)] = track.cpu_steps
            self.window_seconds += in_windows(earlier)

    def progress(self) -> Iterator[Progress]:
        while (track := self.turns.next_track()) is not None:
            new = self.turns.next_new(track)
            least_seconds = BLOCK_SECONDS * self.plan.block_samples / len(ABBA)
            if not track.operations and self.budget_left() <= least_seconds:
                track.block_seconds = least_seconds
                continue  # there is no time to calibrate it and to measure a block
            if not track.operations:
                yield from self.calibrated(track, self.calibration(new) if new else ())
                if track.has_failed:
                    continue
            if new is not None:
                yield from self.calibrated(new, self.block_specs(track))
            if not track.blocks and self.budget_left() <= track.block_seconds:
                continue  # its first block is too long for the time that is left
            yield self.report("measuring", track)
            self.block(track)
            if track.has_failed:
                yield self.report("failed", track)
            else:
                doing: Doing = "measured" if self.turns.is_open(track) else "settled"
                yield self.report(doing, track)
        yield self.report("done", None)

    def calibrated(self, track: Track, ahead: Specs) -> Iterator[Progress]:
        """Calibrate a case; report this before it begins, and again if it fails."""
        yield self.report("calibrating", track)
        self.calibrate(track, ahead if self.has_room(track) else ())
        if track.has_failed:
            yield self.report("failed", track)

    def calibrate(self, track: Track, ahead: Specs) -> None:
        """Choose the number of operations of a case, which is equal on both sides.

        `ahead` are the specifications of the workers that follow.
        """
        costs: list[float] = []
        results: list[Mapping[str, Any]] = []
        pair = measurable.find(track.case.pair)
        with closing(self.execute(self.calibration(track), ahead)) as readings:
            for side, reading in enumerate(readings):
                if reading.status != "ok":
                    self.keep(track, record(track, side, 0, 0, reading))
                    return
                costs.append(reading.result["seconds_per_operation"])
                results.append(reading.result)
                track.cpu_steps = track.cpu_steps or reading.result["cpu_steps"]
        self.steps[_computing(track.case)] = track.cpu_steps
        left = track.case.sides[0]
        if len(results) > 1 and (
            reason := pair.disagreement(results, left.model, left.version)
        ):
            wrong = Reading("wrong", reason)
            self.keep(track, record(track, 1, 0, 0, wrong))
            return
        least = least_operations(pair, track.case.workload.workers)
        track.operations = operations_for(costs, least)
        track.windows = windows_for(costs, track.operations)
        # an estimate until the first block; it lacks the time to start the workers
        window_seconds = sum(costs) / 2 * track.operations
        track.block_seconds = window_seconds * track.windows * track.block_samples

    def calibration(self, track: Track) -> Specs:
        """The specifications of the workers that calibrate a case."""
        track.cpu_steps = self.steps.get(_computing(track.case), 0)
        return [self.spec(track, side, 0) for side in (0, 1)]

    def block(self, track: Track) -> None:
        """Take the samples of one block that are still missing."""
        block = track.blocks
        order = self.plan.order(track.case, block)
        first = len(track.samples) % track.block_samples
        specs = self.block_specs(track)
        start = self.clock()
        with closing(self.execute(specs, self.ahead(track))) as readings:
            for position, reading in enumerate(readings, first):
                side = order[position]
                self.keep(track, record(track, side, block, position, reading))
                if track.has_failed:  # the next samples might hang too
                    return
        track.block_seconds = self.clock() - start

    def ahead(self, track: Track) -> Specs:
        """The specifications of the workers that most likely follow this case's block.

        The result is empty if these workers could only start on the cores that measure
        this case.  Then their start would disturb the measurement.
        """
        following = self.turns.next_track((track,))
        if following is None or not self.has_room(track):
            return ()
        new: Track | None = following
        if following.operations:
            new = self.turns.next_new(track, following)
        if new is not None:
            return self.calibration(new)
        return self.block_specs(following, track)

    def block_specs(self, track: Track, measured: Track | None = None) -> Specs:
        """The specifications of the missing samples of the next block of a case.

        `measured`: the case whose current block is counted as done.
        """
        is_measured = track is measured
        block = track.blocks + is_measured
        order = self.plan.order(track.case, block)
        first = 0 if is_measured else len(track.samples) % len(order)
        return [self.spec(track, side, block) for side in order[first:]]

    def has_room(self, track: Track) -> bool:
        """Whether workers can start on cores that do not measure this case."""
        return self.cores["pinned"] != self.cores["free"] and all(
            side.runtime.placement == "pinned" for side in track.case.sides
        )

    def keep(self, track: Track, sample: Sample) -> None:
        self.ledger.append(sample)
        track.samples.append(sample)
        self.window_seconds += in_windows(sample)

    def spec(self, track: Track, side: int, block: int) -> dict[str, Any]:
        return specification(
            track,
            side,
            block,
            self.settings.seed,
            self.cores,
            self.origin,
            self.plan.moved,
        )

    def budget_left(self) -> float:
        return self.plan.budget_seconds - (self.clock() - self.start)

    def report(
        self,
        doing: Doing,
        track: Track | None,
    ) -> Progress:
        idle = bracketing.idle(self.tracks)
        tracks = [track for track in self.tracks if track.case.name not in idle]
        is_open = [self.turns.is_open(track) for track in tracks]
        blocks_seconds = self.turns.blocks_seconds(tracks)
        return Progress(
            doing=doing,
            case=track.case if track else None,
            blocks=track.blocks if track else 0,
            interval=track.interval if track else None,
            closed_cases=is_open.count(False),
            measured_cases=sum(
                bool(track.samples) and not track.has_failed for track in tracks
            ),
            failed_cases=sum(track.has_failed for track in tracks),
            cases=len(tracks),
            elapsed_seconds=self.clock() - self.start,
            window_seconds=self.window_seconds,
            left_seconds=max(0.0, min(self.budget_left(), blocks_seconds)),
        )


def in_windows(sample: Sample) -> float:
    """The seconds of all windows of a sample, including the discarded one."""
    return sum(sample.windows) * sample.workload.operations


def _computing(case: Case) -> tuple[str, float, float]:
    """The key of a case: cases with the same key get the same number of steps."""
    workload = case.workload
    executable = case.sides[0].runtime.executable
    return executable, workload.wait_seconds, workload.cpu_share
