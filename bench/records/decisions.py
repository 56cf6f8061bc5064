"""Records of a decision: the question, the verdict, and all its evidence."""

from typing import Literal

from bench.records.base import Record
from bench.records.runs import Machine
from bench.records.samples import Spread


class Bounds(Record, frozen=True, kw_only=True):
    """A figure and its interval; None stands for a time longer than the windows."""

    value: float | None = None
    low: float | None = None
    high: float | None = None


class Predicted(Record, frozen=True, kw_only=True):
    """The prediction for a candidate; times in seconds."""

    jobs_per_second: float
    bound: str  # what limits its throughput
    # The bound that follows from the number of jobs at once, divided by the lowest of
    # the other bounds.  From 1 on, the candidate is saturated.
    load: float
    p99_seconds: float | None = None
    memory_bytes: float = 0.0
    wishes: dict[str, str] = {}  # each wish, and whether the prediction meets it


class Option(Record, frozen=True, kw_only=True):
    """One way to carry the work: its measured and its predicted figures."""

    name: str
    kind: str  # threads, asyncio, to_thread, processes, or a side of a pair
    meets: Literal["yes", "no", "undecided"] = "undecided"
    wishes: dict[str, str] = {}  # each wish, and whether it is met
    jobs_per_second: Bounds | None = None
    p50_seconds: Bounds | None = None
    p99_seconds: Bounds | None = None  # None if there are too few samples
    p99_least_seconds: float = 0.0  # a lower bound, even with few samples
    samples: int = 0
    window_seconds: float = 0.0
    memory_bytes: float | None = None
    # the bytes of all jobs that can be in progress at once; computed, not measured
    held_bytes: float = 0.0
    cores_used: float | None = None
    start_seconds: float | None = None
    cancel_seconds: float | None = None
    starved: float = 0.0  # the share of workers that did no job in a window
    unanswered: float = 0.0  # the share of arrivals that were not done in time
    other_cores: float = 0.0  # cores that other processes used during the run
    windows: int = 0
    gil: bool | None = None
    predicted: Predicted | None = None
    failure: str | None = None


class Flip(Record, frozen=True, kw_only=True):
    """The nearest value of an input at which the predicted verdict changes.

    `verdict` is the verdict from the value `at` on.  If the verdict changes again
    further away, this happens at the value `until`, and `then` is the verdict from
    there on.
    """

    input: str
    now: float | None
    at: float
    verdict: str
    until: float | None = None
    then: str | None = None
    # whether a run beyond `at` agreed; None: it was not run
    verified: bool | None = None


class Remedy(Record, frozen=True, kw_only=True):
    """A way to meet the wishes if neither model meets them."""

    kind: Literal["fewer", "more", "processes", "free-threaded", "allow", "rewrite"]
    text: str
    count: int | None = None
    verified: bool | None = None  # whether a run agreed; None: not run


class Shares(Record, frozen=True, kw_only=True):
    """Shares of the time of a function that runs alone; they add up to 1."""

    with_gil: float
    without_gil: float
    waiting: float
    queued: float  # ready to compute, but no core was free
    gil_from: str = ""  # how the share of the lock was found


class Measured(Record, frozen=True, kw_only=True):
    """A function that was measured alone; times in seconds per call."""

    name: str
    calls: int
    seconds: float
    shares: Shares
    cpu_seconds: float = 0.0  # computing of all threads; 0: compute it from `shares`
    # the part of `cpu_seconds` in threads that the function started
    threads_cpu_seconds: float = 0.0
    # computing of processes that the function started
    children_cpu_seconds: float = 0.0
    threads_started: int = 0
    peak_bytes: float = 0.0  # allocated by Python, per call
    is_coroutine: bool = False
    blocking_seconds: float = 0.0  # waits that block the function's loop, per call
    # where a coroutine blocks its loop: the median seconds of its steps, and the line
    blocks: tuple[tuple[float, str], ...] = ()
    outcome: str = ""


class Repaired(Record, frozen=True, kw_only=True):
    """The prediction for a coroutine function that no longer blocks its loop."""

    jobs_per_second: float  # the prediction for asyncio
    before_per_second: float  # prediction for the function as it is
    verdict: Literal["threads", "asyncio", "either", "neither"]


class RatioParts(Record, frozen=True, kw_only=True):
    """The ratio of a pair as a product: `whole` = `model` x `library`.

    Each of the three is the throughput of asyncio over that of threads, with its
    interval.
    """

    workers: int
    control: str  # the pair that has one library in both models
    whole: Spread
    model: Spread  # the ratio of the control pair
    library: Spread  # `whole` / `model`
    # log(`model`) divided by log(`whole`); None if `model` and `library` are on
    # different sides of 1, or if the interval of `whole` or of `model` contains 1
    model_share: float | None = None


class Decision(Record, tag_field="kind", tag="decision", frozen=True, kw_only=True):
    """The answer to one question."""

    format: int = 1
    started: float
    command: str
    version: str
    machine: Machine
    python: str
    cores: int
    asked: dict[str, float | bool | str | None]
    verdict: Literal["threads", "asyncio", "either", "neither"]
    sure: bool
    because: str  # the basis: "wishes", "throughput" or "prediction"
    names: tuple[str, str]  # the names of the candidates for threads and for asyncio
    ratio: float | None = None  # throughput of asyncio over that of threads
    interval: tuple[float, float] | None = None
    blocks: int = 0
    predicted_ratio: float | None = None
    predicted_verdict: str | None = None
    shares: Shares | None = None
    ratio_parts: tuple[RatioParts, ...] = ()  # fewest workers first
    function: Measured | None = None
    repaired: Repaired | None = None  # None if no wait blocks the loop
    limits: dict[str, float | None] = {}
    flips: tuple[Flip, ...] = ()
    evidence: tuple[Option, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    controls: dict[str, float] = {}  # ratios of the two controls
    notes: tuple[str, ...] = ()
    budget_seconds: float = 0.0
    elapsed_seconds: float = 0.0
    calibration_age_seconds: float = 0.0
