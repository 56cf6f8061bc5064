"""The coordinates of a workload.

Standard library only: the worker process that times a pair imports this module.
"""

from dataclasses import dataclass, replace

ONE_CALL = "one call"


@dataclass(frozen=True, kw_only=True)
class Workload:
    """The size and kind of the work: the same for both sides of a comparison."""

    # How many workers the function of a user's pair starts is not known.  `of_calls`
    # sets `workers` to 0, and a report then names no workers.
    workers: int = 2
    operations: int = 100  # for a user's pair: calls of its function
    capacity: int | None = None  # None means unbounded
    wait_seconds: float = 0.0  # an operation waits this long
    cpu_share: float = 0.0  # 0 to 1: the part of an operation that computes
    cpu_steps: int = 0  # the part that computes, in calibrated iterations of a loop
    body_bytes: int = 0  # size of the body of one fetch
    # the base of the URLs to fetch; workers get it, records do not have it
    origin: str = ""


def key(workload: Workload) -> str:
    """Name a workload without its operations: part of the name of a case.

    Each sample in a ledger has the name of its case.  Runs are resumed, merged and
    compared by that name.  So the key of a workload must be the same in all versions of
    this program.  The words for readers are in `bench.report.words.workloads`.
    """
    if not workload.workers:
        return ONE_CALL
    words = [f"{workload.workers} worker{'s' * (workload.workers != 1)}"]
    if workload.capacity is not None:
        words.append(f"capacity {workload.capacity}")
    if workload.wait_seconds:
        words.append(f"wait {workload.wait_seconds * 1000:g} ms")
    if workload.cpu_share:
        words.append(f"cpu {workload.cpu_share:.0%}")
    if workload.body_bytes:
        words.append(f"bodies of {workload.body_bytes} bytes")
    return " ".join(words)


def of_calls(workload: Workload) -> Workload:
    """Return the workload of a user's pair for readers: its operations are calls."""
    return replace(workload, workers=0)


def named_by_calls(case: str, workload: Workload) -> str:
    """Return the name of a case of a user's pair, with one call as its workload."""
    return case.replace(f" [{key(workload)}] ", f" [{ONE_CALL}] ", 1)
