"""The records everything else speaks: frozen, plain data, units in the names.

A run is a ledger of these, one JSON object a line (`bench.store`).  The lenses
make them, the report reads them, and nothing here knows how either is done.
"""

from typing import Literal

import msgspec

from bench.workload import Workload

Model = Literal["threads", "asyncio", "anyio"]
MODELS: tuple[Model, Model] = ("threads", "asyncio")  # the two columns of every table


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Plain data that can be written to JSON and read back unchanged."""


# --- What is measured -------------------------------------------------------------


class Runtime(Record, frozen=True, kw_only=True):
    """What runs the code: interpreter, loop, placement."""

    python: str  # "3.13.0", "3.14.0t"
    executable: str = ""
    loop: str | None = None  # "asyncio", "uvloop", "trio"; None for threads
    placement: Literal["pinned", "free"] = "free"
    gil: bool = True  # after the pair's imports


class Subject(Record, frozen=True, kw_only=True):
    """One side of a comparison: which code of which pair, under what."""

    pair: str
    model: Model
    runtime: Runtime
    source_sha256: str = ""


# --- Throughput -------------------------------------------------------------------


class Sample(Record, tag_field="kind", tag="sample", frozen=True, kw_only=True):
    """One fresh process: its figure, or the reason why there is none."""

    subject: Subject
    workload: Workload
    block: int  # samples of one block are adjacent in time
    position: int  # within the block, from 0
    status: Literal["ok", "wrong", "hung", "crashed", "killed"] = "ok"
    reason: str | None = None  # what was wrong, or the stacks of what hung
    seconds_per_operation: float | None = None  # median of the kept windows
    windows: tuple[float, ...] = ()  # seconds per operation, in order, first discarded
    cpu_seconds_per_operation: float | None = None
    measures: dict[str, float] = {}  # others, units in the key
    started: float = 0.0  # seconds since the epoch
    elapsed_seconds: float = 0.0  # the whole process, start to exit


class Comparison(Record, tag_field="kind", tag="comparison", frozen=True, kw_only=True):
    """What the blocks of one pair at one workload say, computed from samples.

    `ratio` is asyncio's throughput over that of threads: above 1 asyncio is faster.
    """

    pair: str
    workload: Workload
    threads: Runtime
    asyncio: Runtime
    blocks: int
    verdict: Literal["faster", "slower", "equivalent", "undecided", "wrong"]
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    confidence: float | None = None  # exact coverage of [low, high], 0 to 1
    operations_per_second: dict[str, float] = {}  # by model, median of samples
    bimodal: tuple[str, ...] = ()  # models whose samples have two modes
    note: str | None = None


# --- Correctness ------------------------------------------------------------------


class Step(Record, frozen=True, kw_only=True):
    """One step of a schedule, as a line of the trace shows it."""

    worker: str
    action: str  # "acquires not_empty", "reads value: 0"
    file: str = ""
    line: int = 0
    source: str = ""


class Waiter(Record, frozen=True, kw_only=True):
    """Who waits for what, at which line, and who holds it."""

    worker: str
    waits_for: str
    held_by: str | None = None
    file: str = ""
    line: int = 0
    source: str = ""


class Failure(Record, frozen=True, kw_only=True):
    """The shortest schedule found that breaks a scenario."""

    symptom: str  # "IndexError: pop from an empty deque", "deadlock", ...
    steps: tuple[Step, ...] = ()
    waiters: tuple[Waiter, ...] = ()
    preemptions: int | None = None
    fifo: bool | None = None  # asyncio: reachable under the stock loop's order
    schedule: tuple[str, ...] = ()  # replays on other Pythons
    replay: str = ""  # the command that replays it


class Outcome(Record, frozen=True, kw_only=True):
    """A row of the outcome table: an end state and how many schedules reach it."""

    state: str
    schedules: int
    acceptable: bool = True


class Certificate(
    Record, tag_field="kind", tag="certificate", frozen=True, kw_only=True
):
    """What checking one scenario may claim, and on what evidence."""

    pair: str
    model: Model
    scenario: str  # "condition", "broken.condition"
    outcome: Literal["holds", "broken", "cut"]
    method: str  # "explored", "provoked": how the schedules were chosen
    expected: Literal["holds", "broken"] = "holds"  # a counter-example must break
    symptom: str | None = None  # what a counter-example must fail with
    schedules: int = 0
    exhausted: bool = False
    seconds: float = 0.0
    granularity: str = ""
    search: str = ""
    order: str = ""
    bound: str | None = None
    outcomes: tuple[Outcome, ...] = ()
    failure: Failure | None = None

    @property
    def as_expected(self) -> bool:
        """Whether a pair holds, or a counter-example fails as it must."""
        if self.expected == "holds":
            return self.outcome == "holds"
        return self.failure is not None and (self.symptom or "") in self.failure.symptom


# --- Code shape -------------------------------------------------------------------

Difference = Literal["same", "colour", "primitive", "life cycle", "errors", "else"]


class Shape(Record, frozen=True, kw_only=True):
    """Counts of one file; definitions in `bench.shape`."""

    lines: int
    statements: int
    suspension_points: int
    synchronization_points: int
    coroutines: int  # functions that had to become `async def`
    functions: int
    life_cycle_statements: int
    longest_stretch: int  # most statements in a row without a suspension point
    gzip_bytes: int


class Row(Record, frozen=True, kw_only=True):
    """A line of the side-by-side view; None where one side has no line."""

    difference: Difference
    left: int | None = None  # line number in the threaded file
    right: int | None = None
    note: str | None = None


class ShapeComparison(Record, tag_field="kind", tag="shape", frozen=True, kw_only=True):
    """How the two files of a pair differ."""

    pair: str
    threads: Shape
    asyncio: Shape
    changed_lines: dict[str, int] = {}  # by kind of difference
    edit_distance: int = 0  # tokens, after the colour words are taken out
    primitives: tuple[tuple[str, str], ...] = ()  # threading's, and its match
    threads_source: str = ""
    asyncio_source: str = ""
    rows: tuple[Row, ...] = ()


# --- A run ------------------------------------------------------------------------


class Machine(Record, frozen=True, kw_only=True):
    """Where a run was made: what a reader must know to judge its figures."""

    hostname_sha256: str = ""  # tells machines apart without naming them
    cpu: str = ""
    cores: int = 0
    memory_bytes: int = 0
    system: str = ""
    kernel: str = ""
    virtual_machine: str | None = None
    facts: dict[str, str] = {}  # governor, quota, load, build flags, packages ...


class Run(Record, tag_field="kind", tag="run", frozen=True, kw_only=True):
    """The first line of a ledger: what was asked, where, when, of which sources."""

    format: int = 1
    started: float  # seconds since the epoch
    command: str
    version: str
    machine: Machine
    budget_seconds: float = 0.0
    seed: int = 0
    pairs: tuple[str, ...] = ()
    sources: dict[str, str] = {}  # module: sha256


class NoiseFloor(Record, tag_field="kind", tag="noise", frozen=True, kw_only=True):
    """A model measured against itself: what the method calls different by luck."""

    subject: Subject
    workload: Workload
    blocks: int
    ratio: float
    low: float
    high: float


class End(Record, tag_field="kind", tag="end", frozen=True, kw_only=True):
    """The last line of a ledger whose run was not cut off."""

    finished: float
    elapsed_seconds: float
    warnings: tuple[str, ...] = ()


Entry = Run | Sample | Certificate | ShapeComparison | NoiseFloor | End


class Results(Record, frozen=True, kw_only=True):
    """A whole run as the report reads it: the ledger, and what follows from it."""

    run: Run
    samples: tuple[Sample, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    shapes: tuple[ShapeComparison, ...] = ()
    noise: tuple[NoiseFloor, ...] = ()
    end: End | None = None
