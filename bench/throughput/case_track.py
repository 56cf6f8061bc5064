"""The state of one case while it is measured.

The state includes the samples of the case, and whether it is settled or abandoned.
This module also makes the specifications of the workers.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from statistics import median
from typing import Any

from bench.pairs.module_files import in_copy
from bench.records.samples import Sample
from bench.records.workload import Workload
from bench.throughput import inference, measurable
from bench.throughput.launching import Reading
from bench.throughput.planning import Case
from bench.throughput.sizing import CALIBRATION_SECONDS

LIMIT_SECONDS = 20.0  # the time limit of a window; a longer window counts as hung
FAILED_BLOCKS = 2  # a case with crashes in this many blocks is abandoned

# the cores of each placement; None: cores cannot be chosen on this system
Cores = Mapping[str, Sequence[int] | None]
ANYWHERE: Cores = {"pinned": None, "free": None}


@dataclass
class Track:
    """The state of one case during its measurement."""

    case: Case
    block_samples: int = 4
    samples: list[Sample] = field(default_factory=list)
    operations: int = 0
    # The number of windows of a sample; the first one is discarded.  Before the case is
    # calibrated, the number is 1: a calibration keeps its only window.
    windows: int = 1
    cpu_steps: int = 0
    # the time of a block, including the start of its workers
    block_seconds: float = 0.0

    @property
    def workload(self) -> Workload:
        """The workload of the case; it has operations only after the calibration."""
        return replace(
            self.case.workload, operations=self.operations, cpu_steps=self.cpu_steps
        )

    @property
    def blocks(self) -> int:
        """The number of complete blocks."""
        return len(self.samples) // self.block_samples

    @property
    def interval(self) -> inference.Interval | None:
        return inference.interval(inference.log_ratios(self.samples))

    @property
    def has_failed(self) -> bool:
        """Whether to abandon the case.

        One sample that is wrong, that hung or that failed in the calibration is enough.
        Otherwise, samples must have failed in at least FAILED_BLOCKS blocks.
        """
        failed = [sample for sample in self.samples if sample.status != "ok"]
        return (
            any(sample.status in ("wrong", "hung") for sample in failed)
            or len({sample.block for sample in failed}) >= FAILED_BLOCKS
            or any(not sample.workload.operations for sample in failed)
        )

    def is_open(self, half_width: float, blocks_at_most: int) -> bool:
        """Whether to measure another block.

        `half_width` is the wanted half-width of the interval.  If it is 0, the case is
        measured until it fails or has `blocks_at_most` blocks.
        """
        return not (
            self.has_failed
            or self.blocks >= blocks_at_most
            or (
                half_width > 0
                and len(self.samples) % self.block_samples == 0
                and inference.settled(inference.log_ratios(self.samples), half_width)
            )
        )


def specification(
    track: Track,
    side: int,
    block: int,
    seed: int,
    cores: Cores,
    origin: str,
    moved: tuple[str, str] = ("", ""),
) -> dict[str, Any]:
    """The specification of a worker; if the case has no operations yet, it calibrates.

    `moved` is used for a side at another version.  It contains the top folder of the
    code and the top folder of the copy with that version.
    """
    case, subject = track.case, track.case.sides[side]
    runtime = subject.runtime
    drawn = random.Random(f"{seed} {case.name} {block} hash")
    return {
        "executable": runtime.executable,
        "pair": subject.pair,
        "model": subject.model,
        "loop": runtime.loop,
        "eager": runtime.eager,
        "module": measurable.CARRIERS.get(runtime.carrier or ""),
        "cores": cores[runtime.placement],
        "workload": {**asdict(track.workload), "origin": origin},
        "windows": track.windows,
        "window_seconds": CALIBRATION_SECONDS,
        "slowed": case.slowed if side else 1.0,
        "hash_seed": drawn.randrange(1, 2**32),
        "limit_seconds": LIMIT_SECONDS,
        **elsewhere(measurable.find(subject.pair).told(), moved, bool(subject.version)),
    }


def elsewhere(
    told: Mapping[str, Any], moved: tuple[str, str], is_other: bool
) -> dict[str, Any]:
    """The specification of a worker; if `is_other`, with the folders of the copy."""
    if not is_other:
        return dict(told)
    here, there = moved
    folders = [in_copy(folder, here, there) for folder in told.get("path", ())]
    found = {**told, "first": [there], "path": folders}
    if "own" in told:
        found["own"] = {**told["own"], "folders": folders}
    return found


def record(
    track: Track, side: int, block: int, position: int, reading: Reading
) -> Sample:
    """The sample of a reading; its figures are medians of the kept windows.

    If the sample is correct, its field `reason` is a remark for the reader.
    """
    windows = [
        seconds / track.operations for seconds in reading.result.get("windows", ())
    ]
    cpu = [seconds / track.operations for seconds in reading.result.get("cpu", ())]
    if track.case.sides[side].runtime.carrier == "processes":
        cpu = []  # measured in the process that controls the pool, not in its workers
    return Sample(
        subject=track.case.sides[side],
        workload=track.workload,
        case=track.case.name,
        side=side,
        block=block,
        position=position,
        status=reading.status,
        reason=reading.reason or reading.result.get("noticed"),
        seconds_per_operation=median(windows[1:]) if windows else None,
        windows=tuple(windows),
        cpu_seconds_per_operation=median(cpu[1:]) if cpu else None,
        measures=dict(reading.result.get("measures", {})),
        started=reading.started,
        elapsed_seconds=reading.elapsed_seconds,
    )
