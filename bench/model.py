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
    anyio: bool = False  # the pair's anyio form, on that loop
    eager: bool = False  # tasks start at once (asyncio's eager task factory)
    carrier: str | None = None  # "bare threads", "to_thread", "processes"
    placement: Literal["pinned", "free"] = "free"
    gil: bool = True  # before the pair's imports; a sample tells of after

    @property
    def label(self) -> str:
        """A few words which tell it from the others of a run."""
        words = [
            self.python,
            "anyio" if self.anyio else None,
            self.loop,
            "eager" if self.eager else None,
            self.carrier,
            self.placement,
        ]
        return " ".join(word for word in words if word)


class Subject(Record, frozen=True, kw_only=True):
    """One side of a comparison: which code of which pair, under what."""

    pair: str
    model: Model
    runtime: Runtime
    source_sha256: str = ""

    @property
    def column(self) -> str:
        """What heads its column: the model, or what carries the workers instead."""
        return self.runtime.carrier or self.model


# --- Throughput -------------------------------------------------------------------


class Sample(Record, tag_field="kind", tag="sample", frozen=True, kw_only=True):
    """One fresh process: its figure, or the reason why there is none."""

    subject: Subject
    workload: Workload
    case: str = ""  # the comparison it belongs to; with block and position unique
    side: int = 0  # 0 is the comparison's left, 1 its right; they may be the same code
    block: int  # samples of one block are adjacent in time
    position: int  # within the block, from 0
    status: Literal["ok", "wrong", "hung", "crashed", "killed"] = "ok"
    reason: str | None = None  # what was wrong, or the stacks of what hung
    seconds_per_operation: float | None = None  # median of the kept windows
    windows: tuple[float, ...] = ()  # seconds per operation, in order, first discarded
    cpu_seconds_per_operation: float | None = None
    measures: dict[str, float] = {}  # others, units in the key
    started: float = 0.0  # seconds since the epoch
    elapsed_seconds: float = 0.0  # all windows; starting the process is not in it


class Comparison(Record, tag_field="kind", tag="comparison", frozen=True, kw_only=True):
    """What the blocks of one pair at one workload say, computed from samples.

    `ratio` is asyncio's throughput over that of threads: above 1 asyncio is faster.
    `models` says so for other columns too: it is the second's over the first's.
    """

    pair: str
    workload: Workload
    threads: Runtime
    asyncio: Runtime
    case: str = ""
    models: tuple[str, str] = MODELS  # or the carriers of the control pair
    blocks: int
    verdict: Literal["faster", "slower", "equivalent", "undecided", "wrong"]
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    confidence: float | None = None  # exact coverage of [low, high], 0 to 1
    operations_per_second: dict[str, float] = {}  # by model, median of samples
    measures: dict[str, dict[str, float]] = {}  # by model, medians, units in the key
    bimodal: tuple[str, ...] = ()  # models whose samples have two modes
    modes: dict[str, tuple[float, float]] = {}  # their operations per second
    failures: int = 0  # samples without a figure
    note: str | None = None


class Measurement(
    Record, tag_field="kind", tag="measurement", frozen=True, kw_only=True
):
    """A figure that is not a throughput: a latency, a memory slope, a floor."""

    name: str  # "open_loop_latency", "memory_per_worker", "heartbeat", "floor"
    title: str  # what was done, in a line
    model: Model | None = None  # None: of the machine, not of a model
    runtime: Runtime | None = None
    coordinates: dict[str, float] = {}  # what was varied, units in the key
    values: dict[str, float] = {}  # what came out, units in the key
    status: Literal["ok", "wrong", "hung", "crashed", "killed"] = "ok"
    reason: str | None = None


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


class Stretch(Record, frozen=True, kw_only=True):
    """Statements that run one after another while no other task can."""

    statements: int
    function: str  # qualified: "Basket.put"
    first_line: int
    last_line: int  # below the first when the stretch goes round a loop
    loops: bool = False  # it holds a loop, so its length has no bound


class BlockingCall(Record, frozen=True, kw_only=True):
    """A call inside `async def` that stops the whole loop while it waits."""

    function: str  # the coroutine function it stands in
    line: int
    call: str  # "time.sleep"
    instead: str  # "await asyncio.sleep(...)"
    through: tuple[str, ...] = ()  # plain functions between the coroutine and the call


class SharedAttribute(Record, frozen=True, kw_only=True):
    """An attribute or global that more than one caller writes, and under what guard."""

    owner: str  # the class, or "" for a global
    name: str
    guards: tuple[str, ...] = ()  # locks held at a write: "self.not_empty"
    guarded_lines: tuple[int, ...] = ()
    unguarded_lines: tuple[int, ...] = ()


class Coloured(Record, frozen=True, kw_only=True):
    """A function that must become `async def`, and the chain that forces it."""

    function: str  # "Basket.put", or "package.module:Basket.put" across modules
    line: int
    chain: tuple[str, ...]  # callees down to the blocking call, which is the last
    obstacle: str | None = None  # why it cannot simply be awaited: "__init__", ...
    file: str = ""


class Shape(Record, frozen=True, kw_only=True):
    """Counts of one file; definitions in `bench.shape.metrics`."""

    lines: int
    statements: int
    suspension_points: int
    synchronization_points: int
    coroutines: int  # functions that had to become `async def`
    functions: int
    life_cycle_statements: int
    gzip_bytes: int
    branches: int = 0  # what other tools score: the same for a twin and its original
    error_handling: int = 0
    longest_stretch: Stretch | None = None  # None: no coroutine in the file
    shared: tuple[SharedAttribute, ...] = ()
    blocking: tuple[BlockingCall, ...] = ()


class Row(Record, frozen=True, kw_only=True):
    """A line of the side-by-side view; None where one side has no line.

    Numbers start at 1 and index `ShapeComparison.threads_lines`/`asyncio_lines`.
    """

    difference: Difference
    left: int | None = None  # line number in the threaded file
    right: int | None = None
    note: str | None = None


class Match(Record, frozen=True, kw_only=True):
    """A primitive by its name in each model; an empty one says that there is none."""

    threads: str
    asyncio: str = ""
    anyio: str = ""
    trio: str = ""

    @property
    def primitive(self) -> str:
        """The bare name that `Rule.primitive` refers to."""
        return self.threads.rpartition(".")[2]


class Rule(Record, frozen=True, kw_only=True):
    """What happens in one situation, model by model, and how to port it."""

    key: str
    primitive: str
    situation: str
    threads: str
    asyncio: str
    anyio: str
    trio: str
    port: str = ""  # from threads to asyncio

    @property
    def verdict(self) -> Literal["same", "differs", "missing"]:
        """Asyncio against threads; "same" also when only anyio or trio differ."""
        if self.asyncio == "has none":
            return "missing"
        return "same" if self.threads == self.asyncio else "differs"


class ShapeComparison(Record, tag_field="kind", tag="shape", frozen=True, kw_only=True):
    """How the two files of a pair differ."""

    pair: str
    threads: Shape
    asyncio: Shape
    changed_lines: dict[str, int] = {}  # rows by kind of difference, "same" too
    edit_distance: int = 0  # tokens, after un-asyncing
    tokens: int = 0  # of the threaded file, un-asynced: what the distance is out of
    primitives: tuple[tuple[str, str], ...] = ()  # threading's, and its match or ""
    coloured: tuple[Coloured, ...] = ()  # what the threaded file's blocking calls force
    rules: tuple[Rule, ...] = ()  # of these primitives, where asyncio differs
    threads_source: str = ""  # with "\n" line ends, whatever the file had
    asyncio_source: str = ""
    threads_file: str = ""  # as a reader knows it: "threaded/condition.py"
    asyncio_file: str = ""
    rows: tuple[Row, ...] = ()

    @property
    def threads_lines(self) -> list[str]:
        """What `Row.left` counts from 1; `splitlines` would count form feeds too."""
        return self.threads_source.split("\n")

    @property
    def asyncio_lines(self) -> list[str]:
        """What `Row.right` counts from 1."""
        return self.asyncio_source.split("\n")


class Made(Record, frozen=True, kw_only=True):
    """One thing said of a primitive's inside, and the line of source that shows it."""

    model: Model
    question: str  # "holds", "a waiter waits on", "is woken by"
    words: str = ""  # none: this interpreter's source has no such line
    file: str = ""  # "asyncio/locks.py"
    line: int = 0
    source: str = ""


class Internals(Record, tag_field="kind", tag="internals", frozen=True, kw_only=True):
    """What a primitive is made of, as the interpreter of the run has it."""

    primitive: str
    python: str
    made: tuple[Made, ...] = ()


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


class Settings(Record, frozen=True, kw_only=True):
    """What was asked of the throughput lens: with the pairs, it makes the plan."""

    workers: tuple[int, ...] = ()  # none: one usual workload for each pair
    capacities: tuple[int | None, ...] = ()
    cpu_shares: tuple[float, ...] = ()
    sweep: Literal["none", "default", "full"] = "default"  # waiting x computing jobs
    runtimes: tuple[Runtime, ...] = ()  # interpreters and loops; none: this one
    carriers: tuple[str, ...] = ()  # of the control pair's jobs, against threads
    placements: tuple[Literal["pinned", "free"], ...] = ("pinned",)
    against_itself: bool = False  # A/A: every side against itself
    noise: bool = True  # and otherwise the first pair's sides, for the noise floor
    slowed: float = 1.0  # the right side made this much slower, to test the method
    blocks_at_most: int = 48
    half_width: float = 0.01  # of the log ratio: tight enough to stop
    budget_seconds: float = 70.0
    seed: int = 0
    shard: tuple[int, int] = (1, 1)  # the i-th of n


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
    lenses: tuple[Literal["shape", "correctness", "throughput"], ...] = ()
    settings: Settings | None = None
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


Entry = Run | Sample | Measurement | Certificate | ShapeComparison | Internals | End


class Results(Record, frozen=True, kw_only=True):
    """A whole run as the report reads it: the ledger, and what follows from it."""

    run: Run
    samples: tuple[Sample, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    shapes: tuple[ShapeComparison, ...] = ()
    internals: tuple[Internals, ...] = ()
    noise: tuple[NoiseFloor, ...] = ()
    end: End | None = None
