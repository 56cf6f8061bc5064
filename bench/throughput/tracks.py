"""One case while it is measured: what is known of it, and what its workers are told."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from statistics import median
from typing import Any

from bench.records.samples import Sample
from bench.records.workload import Workload
from bench.throughput import inference, measurable
from bench.throughput.launching import Reading
from bench.throughput.planning import Case
from bench.throughput.sizing import CALIBRATION_SECONDS

LIMIT_SECONDS = 20.0  # for one window, which is hung then
FAILED_BLOCKS = 2  # a case whose workers crash in so many is given up

Cores = Mapping[str, Sequence[int] | None]  # by placement; None: not to be chosen
ANYWHERE: Cores = {"pinned": None, "free": None}


@dataclass
class Track:
    """What is known about one case while it is measured."""

    case: Case
    block_samples: int = 4
    samples: list[Sample] = field(default_factory=list)
    operations: int = 0
    windows: int = 1  # of a sample, the first discarded; a calibration has one
    cpu_steps: int = 0
    block_seconds: float = 0.0  # what a block takes, starting the workers included

    @property
    def workload(self) -> Workload:
        """The case's, with what calibration has chosen; no operations before it."""
        return replace(
            self.case.workload, operations=self.operations, cpu_steps=self.cpu_steps
        )

    @property
    def blocks(self) -> int:
        """Blocks of which every sample was taken."""
        return len(self.samples) // self.block_samples

    @property
    def interval(self) -> inference.Interval | None:
        return inference.interval(inference.log_ratios(self.samples))

    @property
    def has_failed(self) -> bool:
        """Whether to give up: wrong or hung once, or failed in several blocks."""
        failed = [sample for sample in self.samples if sample.status != "ok"]
        return (
            any(sample.status in ("wrong", "hung") for sample in failed)
            or len({sample.block for sample in failed}) >= FAILED_BLOCKS
            or any(not sample.workload.operations for sample in failed)
        )

    def is_open(self, half_width: float, blocks_at_most: int) -> bool:
        """Whether another block may still change what is known.

        With a half-width of 0 nothing is ever known well enough.
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
    track: Track, side: int, block: int, seed: int, cores: Cores, origin: str
) -> dict[str, Any]:
    """What a worker is told; without operations it calibrates."""
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
    }


def record(
    track: Track, side: int, block: int, position: int, reading: Reading
) -> Sample:
    """The record of a reading: seconds of an operation, medians of the kept windows."""
    windows = [
        seconds / track.operations for seconds in reading.result.get("windows", ())
    ]
    cpu = [seconds / track.operations for seconds in reading.result.get("cpu", ())]
    if track.case.sides[side].runtime.carrier == "processes":
        cpu = []  # it is the controller of the pool that was asked, not its workers
    return Sample(
        subject=track.case.sides[side],
        workload=track.workload,
        case=track.case.name,
        side=side,
        block=block,
        position=position,
        status=reading.status,
        reason=reading.reason,
        seconds_per_operation=median(windows[1:]) if windows else None,
        windows=tuple(windows),
        cpu_seconds_per_operation=median(cpu[1:]) if cpu else None,
        measures=dict(reading.result.get("measures", {})),
        started=reading.started,
        elapsed_seconds=reading.elapsed_seconds,
    )
