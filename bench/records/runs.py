"""Records of a whole run: the machine, the settings, the first and last line.

A run on disk is a ledger of these records, one JSON object a line (`bench.ledger`).
"""

from typing import Literal

from bench.records.base import Moment, Record
from bench.records.certificates import Certificate
from bench.records.locks import LockNeeds
from bench.records.primitives import Internals
from bench.records.samples import (
    Comparison,
    Measurement,
    NoiseFloor,
    Sample,
    Unmeasured,
)
from bench.records.shapes import ShapeComparison
from bench.records.subjects import Runtime
from bench.records.user_pairs import UserPair


class Machine(Record, frozen=True, kw_only=True):
    """The machine of a run: the facts that are needed to judge its figures."""

    hostname_sha256: str = ""  # distinguishes machines without naming them
    cpu: str = ""
    cores: int = 0
    memory_bytes: int = 0
    system: str = ""
    kernel: str = ""
    virtual_machine: str | None = None
    facts: dict[str, str] = {}  # governor, quota, load, build flags, packages ...


class Settings(Record, frozen=True, kw_only=True):
    """The options of the throughput lens; with the pairs they determine the plan."""

    # numbers of workers; empty: one usual workload for each pair
    workers: tuple[int, ...] = ()
    capacities: tuple[int | None, ...] = ()
    cpu_shares: tuple[float, ...] = ()
    # how many points of the crossover are measured
    sweep: Literal["none", "default", "full"] = "default"
    runtimes: tuple[Runtime, ...] = ()  # interpreters and loops; empty: this one
    # carriers of the control pair that are compared with threads
    carriers: tuple[str, ...] = ()
    placements: tuple[Literal["pinned", "free"], ...] = ("pinned",)
    against_itself: bool = False  # whether every side is measured against itself (A/A)
    against: str = ""  # another version, against which each side is measured
    against_top: str = ""  # the project of that version
    unchanged: tuple[str, ...] = ()  # "PAIR MODEL" with equal sources: not measured
    noise: bool = True  # whether the first case is also measured against itself
    slowed: float = 1.0  # the right side is slowed by this factor, to test the method
    blocks_at_most: int = 48
    half_width: float = 0.01  # a case is settled at this half-width of the log-ratio
    # time of the whole run, with all lenses and the report
    budget_seconds: float = 90.0
    seed: int = 0
    shard: tuple[int, int] = (1, 1)  # (i, n): the i-th of n


class Run(Record, tag_field="kind", tag="run", frozen=True, kw_only=True):
    """The first line of a ledger: options, machine, time and hashes of the sources."""

    format: int = 1
    started: Moment
    command: str
    version: str
    machine: Machine
    host: str = ""  # the name of the host among several hosts; empty: one machine
    budget_seconds: float = 0.0
    seed: int = 0
    pairs: tuple[str, ...] = ()
    lenses: tuple[Literal["shape", "correctness", "throughput"], ...] = ()
    settings: Settings | None = None
    own: tuple[UserPair, ...] = ()  # the user's pairs among these
    sources: dict[str, str] = {}  # module: sha256
    # whether `sources` also has what the user's pairs import
    follows_imports: bool = False
    # whether samples at another version (--against) have the hash of their own code
    hashes_versions: bool = False
    lacks: tuple[tuple[int, int], ...] = ()  # missing shards of a merged run
    fail_over: float | None = None  # the limit of --fail-over, also of a resumed run
    warnings: tuple[str, ...] = ()  # reasons to doubt the machine at the start
    # what was requested and cannot be measured, a line each with the reason
    left_out: tuple[str, ...] = ()


class Resumed(Record, tag_field="kind", tag="resumed", frozen=True, kw_only=True):
    """The time at which a run was resumed, and its budget from then on."""

    started: Moment
    budget_seconds: float  # budget of the whole run, with the earlier parts
    warnings: tuple[str, ...] = ()  # reasons to doubt the machine at that time


class End(Record, tag_field="kind", tag="end", frozen=True, kw_only=True):
    """The last line of the ledger of a run that was not interrupted."""

    finished: Moment
    elapsed_seconds: float  # time of all parts of the run
    unchecked: tuple[str, ...] = ()  # programs for which there was no time
    # reasons to doubt the machine at the start of each part
    warnings: tuple[str, ...] = ()


Entry = (
    Run
    | Sample
    | Measurement
    | Certificate
    | LockNeeds
    | ShapeComparison
    | Internals
    | Resumed
    | End
)


class Results(Record, frozen=True, kw_only=True):
    """A whole run for reports: its records, and results computed from them."""

    run: Run
    samples: tuple[Sample, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    # comparisons that were requested, and for which there was no time
    unmeasured: tuple[Unmeasured, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    locks: tuple[LockNeeds, ...] = ()  # empty in a run of an earlier version
    shapes: tuple[ShapeComparison, ...] = ()
    internals: tuple[Internals, ...] = ()
    noise: tuple[NoiseFloor, ...] = ()
    end: End | None = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """Reasons to doubt the machine; if the run was cut, only those at its start."""
        return (self.end or self.run).warnings
