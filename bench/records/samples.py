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
    case: str = ""  # the name of the case; with block and position it is unique
    side: int = 0  # 0: the left side, 1: the right side; both can be the same code
    block: int  # samples of one block are adjacent in time
    position: int  # within the block, from 0
    status: Literal["ok", "wrong", "hung", "crashed", "killed"] = "ok"
    # why the process failed, with its stacks if it hung; of a correct sample, a remark
    reason: str | None = None
    seconds_per_operation: float | None = None  # median of the kept windows
    # seconds per operation of each window, in order, with the discarded first window
    windows: tuple[float, ...] = ()
    cpu_seconds_per_operation: float | None = None
    measures: dict[str, float] = {}  # other figures, with units in the key
    started: float = 0.0  # seconds since the epoch
    # time of all windows, without the start of the process
    elapsed_seconds: float = 0.0


class Comparison(Record, tag_field="kind", tag="comparison", frozen=True, kw_only=True):
    """The result of the blocks of one pair at one workload, computed from samples.

    `ratio` is asyncio's throughput over that of threads: above 1, asyncio is faster.
    If `models` has other columns, the ratio is the throughput of the second column over
    that of the first.
    """

    pair: str
    workload: Workload
    threads: Runtime
    asyncio: Runtime
    case: str = ""
    models: tuple[str, str] = MODELS  # the models, or the carriers of the control pair
    blocks: int
    verdict: Literal["faster", "slower", "equivalent", "undecided", "wrong"]
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    confidence: float | None = None  # exact coverage of [low, high], 0 to 1
    operations_per_second: dict[str, float] = {}  # by model: the median of the samples
    # by model: medians of measures, with units in the key
    measures: dict[str, dict[str, float]] = {}
    bimodal: tuple[str, ...] = ()  # models whose samples have two modes
    modes: dict[str, tuple[float, float]] = {}  # operations per second in the two modes
    failures: int = 0  # samples without a figure
    note: str | None = None


class Unmeasured(Record, tag_field="kind", tag="unmeasured", frozen=True, kw_only=True):
    """A requested comparison for which there was no time, or not enough."""

    pair: str
    workload: Workload
    threads: Runtime
    asyncio: Runtime
    models: tuple[str, str] = MODELS
    # the blocks of a side against itself, which are too few for an interval
    blocks: int = 0


class NoiseFloor(Record, tag_field="kind", tag="noise", frozen=True, kw_only=True):
    """A model measured against itself: the difference that chance alone causes."""

    subject: Subject
    workload: Workload
    blocks: int
    ratio: float
    low: float
    high: float


class Spread(Record, frozen=True, kw_only=True):
    """Two bounds of a figure over the rounds of its measurement."""

    low: float
    high: float
    # the value, if this is a ratio; otherwise the measurement has the value
    middle: float | None = None


class Measurement(
    Record, tag_field="kind", tag="measurement", frozen=True, kw_only=True
):
    """A figure that is not a throughput: a latency, a memory slope, a floor."""

    name: str  # "open_loop_latency", "memory_per_worker", "heartbeat", "floor"
    title: str  # what was measured, in one line
    model: Model | None = None  # None if this is a property of the machine
    runtime: Runtime | None = None
    coordinates: dict[str, float] = {}  # parameters, with units in the key
    values: dict[str, float] = {}  # results, with units in the key
    series: dict[str, tuple[float, ...]] = {}  # seconds of the percentiles, by prefix
    round: int = 0  # the number of the repetition, from 0
    rounds: int = 1  # the number of repetitions that this combines
    spreads: dict[str, Spread] = {}  # if combined: the interval of each figure
    # if combined from too few rounds for an interval: the lowest and highest figures
    ranges: dict[str, Spread] = {}
    # if combined: the ratio of each figure to that of threads
    over_threads: dict[str, Spread] = {}
    status: Literal["ok", "wrong", "hung", "crashed", "killed"] = "ok"
    reason: str | None = None
