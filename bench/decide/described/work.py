"""The work of a question, and its wishes."""

from dataclasses import dataclass, replace

from bench.errors import CannotRunError


@dataclass(frozen=True, kw_only=True)
class Work:
    """A number of jobs at once; each job waits and then computes."""

    concurrency: int
    wait_seconds: float
    blocking_seconds: float = 0.0  # the part of the wait in which a job blocks its loop
    cpu_seconds: float
    without_gil: float = 0.0  # the share of the computing that releases the lock
    payload_bytes: int = 0  # bytes that each job holds from its start to its end
    # whether the service that a job waits for has no asynchronous client
    blocking_library: bool = False

    @property
    def alone_seconds(self) -> float:
        """The time of a job that has the machine for itself."""
        return self.wait_seconds + self.cpu_seconds

    @property
    def looped_seconds(self) -> float:
        """The part of a job in which its loop can serve no other job."""
        return self.blocking_seconds + self.cpu_seconds

    @property
    def holding_seconds(self) -> float:
        """The part of a job that holds the interpreter lock."""
        return self.cpu_seconds * (1 - self.without_gil)


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """The limits that must be met; None means no limit."""

    # The limit of the 99th percentile of latency.  Without a rate of arrivals, all jobs
    # at once are due at the same moment.
    p99_seconds: float | None = None
    memory_bytes: int | None = None  # the memory of the whole process
    rate_per_second: float | None = None  # the rate of arrivals
    # whether jobs in hand must end on request and leave nothing behind
    cancel: bool = False

    @property
    def any(self) -> bool:
        return self != Wishes()


# names of the inputs of a work
INPUTS = ("concurrency", "wait", "cpu", "without_gil", "payload")
LIMITS = ("p99", "memory", "rate")  # names of the limits of the wishes
SECONDS_AT_MOST = 600.0
MEMORY_SHARE = 0.8  # the largest share of the free memory for the jobs of one model
CONCURRENCY_AT_MOST = 1_000_000


def check(work: Work, wishes: Wishes) -> None:
    """Raise CannotRunError, with the next step, if the work cannot be decided on."""
    if not 1 <= work.concurrency <= CONCURRENCY_AT_MOST:
        raise CannotRunError(
            f"--concurrency {work.concurrency} is not from 1 to {CONCURRENCY_AT_MOST:,}"
        )
    if work.alone_seconds <= 0:
        raise CannotRunError(
            "there is nothing to decide for a job that neither waits nor computes; "
            "give --wait or --cpu"
        )
    for name, value in (("wait", work.wait_seconds), ("cpu", work.cpu_seconds)):
        if value > SECONDS_AT_MOST:
            raise CannotRunError(
                f"--{name} {value:g}s is longer than {SECONDS_AT_MOST:g}s, the longest "
                "time that can be run; give the time of a shorter part of the job"
            )
    if work.without_gil and not work.cpu_seconds:
        raise CannotRunError(
            "--without-gil is a share of the computing, and --cpu is 0; give --cpu"
        )
    if wishes.p99_seconds is not None and wishes.p99_seconds <= 0:
        raise CannotRunError("--p99 must be more than 0s, such as 200ms")
    if wishes.memory_bytes is not None and wishes.memory_bytes <= 0:
        raise CannotRunError("--memory must be more than 0B, such as 512MB")
    if wishes.rate_per_second is not None and wishes.rate_per_second <= 0:
        raise CannotRunError("--rate must be more than 0/s, such as 200/s")


def check_memory(
    work: Work, available_bytes: float | None, limit_bytes: float | None = None
) -> None:
    """Raise CannotRunError if the jobs together hold more memory than they may.

    `limit_bytes` is the memory limit of a function's process.
    """
    held = work.concurrency * work.payload_bytes
    said = (
        f"{work.concurrency:,} jobs at once that hold {work.payload_bytes / 1e6:.3g} MB"
        f" each are {held / 1e9:.3g} GB, more than"
    )
    if limit_bytes is not None and held > limit_bytes:
        most = max(1, int(limit_bytes / work.payload_bytes))
        raise CannotRunError(
            f"{said} the {limit_bytes / 1e9:.3g} GB of --memory-limit; give -n {most} "
            "or fewer, or more --memory-limit"
        )
    if available_bytes is not None and held > MEMORY_SHARE * available_bytes:
        most = max(1, int(MEMORY_SHARE * available_bytes / work.payload_bytes))
        raise CannotRunError(
            f"{said} can be run with the {available_bytes / 1e9:.3g} GB that are free "
            f"here; give -n {most} or fewer"
        )


def changed(work: Work, wishes: Wishes, name: str, value: float) -> tuple[Work, Wishes]:
    """The same question with another value for one of INPUTS or LIMITS."""
    if name == "concurrency":
        return replace(work, concurrency=max(1, round(value))), wishes
    if name == "wait":
        blocking = min(work.blocking_seconds, value)
        return replace(work, wait_seconds=value, blocking_seconds=blocking), wishes
    if name == "cpu":
        return replace(work, cpu_seconds=value), wishes
    if name == "without_gil":
        return replace(work, without_gil=value), wishes
    if name == "payload":
        return replace(work, payload_bytes=round(value)), wishes
    if name == "p99":
        return work, replace(wishes, p99_seconds=value)
    if name == "memory":
        return work, replace(wishes, memory_bytes=round(value))
    if name == "rate":
        return work, replace(wishes, rate_per_second=value)
    raise KeyError(name)


def value_of(work: Work, wishes: Wishes, name: str) -> float | None:
    """The present value of one of INPUTS or LIMITS; None if it was not given."""
    found: dict[str, float | None] = {
        "concurrency": work.concurrency,
        "wait": work.wait_seconds,
        "cpu": work.cpu_seconds,
        "without_gil": work.without_gil,
        "payload": work.payload_bytes,
        "p99": wishes.p99_seconds,
        "memory": wishes.memory_bytes,
        "rate": wishes.rate_per_second,
    }
    return found[name]
