"""Records of the throughput lens: samples, comparisons and other measurements."""

from typing import Literal

from bench.records.base import Record
from bench.records.models import MODELS, Model
from bench.records.subjects import Runtime, Subject
from bench.records.workload import Workload


class Sample(Record, tag_field="kind", tag="sample", frozen=True, kw_only=True):
    """The result of one fresh process: its figure, or why there is no figure."""

    subject: Subject
    workload: Workload
    case: str = ""  # its comparison; unique with block and position
    side: int = 0  # 0: the left side, 1: the right; they can be the same code
    block: int  # samples of one block are adjacent in time
    position: int  # within the block, from 0
    status: Literal["ok", "wrong", "hung", "crashed", "killed"] = "ok"
    reason: str | None = None  # why it failed; the stacks if it hung
    seconds_per_operation: float | None = None  # median of the kept windows
    windows: tuple[float, ...] = ()  # seconds per operation, in order, first discarded
    cpu_seconds_per_operation: float | None = None
    measures: dict[str, float] = {}  # other figures, with units in the key
    started: float = 0.0  # seconds since the epoch
    elapsed_seconds: float = 0.0  # all windows, without the start of the process


class Comparison(Record, tag_field="kind", tag="comparison", frozen=True, kw_only=True):
    """The result of the blocks of one pair at one workload, computed from samples.

    `ratio` is asyncio's throughput over that of threads: above 1, asyncio is faster.
    With other columns in `models`, it is the second column's over the first's.
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


class Unmeasured(Record, tag_field="kind", tag="unmeasured", frozen=True, kw_only=True):
    """A requested comparison for which there was no time: it has no sample."""

    pair: str
    workload: Workload
    threads: Runtime
    asyncio: Runtime
    models: tuple[str, str] = MODELS


class NoiseFloor(Record, tag_field="kind", tag="noise", frozen=True, kw_only=True):
    """A model measured against itself: the difference that chance alone causes."""

    subject: Subject
    workload: Workload
    blocks: int
    ratio: float
    low: float
    high: float


class Spread(Record, frozen=True, kw_only=True):
    """The interval of a figure over the rounds of its measurement."""

    low: float
    high: float
    middle: float | None = None  # for a ratio; a figure's middle is its value


class Measurement(
    Record, tag_field="kind", tag="measurement", frozen=True, kw_only=True
):
    """A figure that is not a throughput: a latency, a memory slope, a floor."""

    name: str  # "open_loop_latency", "memory_per_worker", "heartbeat", "floor"
    title: str  # what was measured, in one line
    model: Model | None = None  # None: a property of the machine
    runtime: Runtime | None = None
    coordinates: dict[str, float] = {}  # parameters, with units in the key
    values: dict[str, float] = {}  # results, with units in the key
    series: dict[str, tuple[float, ...]] = {}  # seconds of the percentiles, by prefix
    round: int = 0  # which repetition it is, from 0
    rounds: int = 1  # if it combines several: their number
    spreads: dict[str, Spread] = {}  # if combined: the interval of each figure
    over_threads: dict[str, Spread] = {}  # if combined: its ratio to that of threads
    status: Literal["ok", "wrong", "hung", "crashed", "killed"] = "ok"
    reason: str | None = None
