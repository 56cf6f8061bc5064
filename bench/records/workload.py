"""Coordinates of a workload: standard library only, for the worker imports it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Workload:
    """How large a run is, and of what: the same for both sides of a comparison."""

    workers: int = 2
    operations: int = 100
    capacity: int | None = None  # None: unbounded
    wait_seconds: float = 0.0  # an operation waits this long
    cpu_share: float = 0.0  # 0 to 1: the part of an operation that computes
    cpu_steps: int = 0  # that part in loop turns of `throughput.jobs`, calibrated
    body_bytes: int = 0  # what one fetch brings
    origin: str = ""  # base of the URLs to fetch; set for a worker, not kept in records


def key(workload: Workload) -> str:
    """Name a workload without its operations: part of the name of a case.

    Samples carry the names of their cases in ledgers, and runs are resumed, merged
    and compared by them, so the key of a workload never changes.  What people read
    is worded in `bench.report.words.workloads`.
    """
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
