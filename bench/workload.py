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
