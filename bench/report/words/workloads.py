"""A workload in words: its coordinates have one wording in text, tables and charts."""

from bench.records.workload import ONE_CALL, Workload
from bench.report.words import units

AXES = {  # coordinates that a curve can run along, with the name of the axis
    "workers": "workers",
    "cpu_share": "share of computing",
    "capacity": "capacity",
    "body_bytes": "bytes a body",
    "job_seconds": "seconds a job",
}
IN_ORDER = ("workers", "capacity", "job_seconds", "cpu_share", "body_bytes")


def in_words(load: Workload) -> str:
    """All coordinates of a workload: `10 workers, 10 ms a job, 20 % computing`.

    The usual values are left out: unbounded capacity, no waiting, no computing.  A
    user's pair has none of these coordinates, so its workload is ONE_CALL.
    """
    found = [
        coordinate(load, name) for name in IN_ORDER if _is_worth_saying(load, name)
    ]
    return ", ".join(found) or ONE_CALL


def coordinate(load: Workload, name: str) -> str:
    """One of AXES in words: `100 workers`, `5 % computing`."""
    match name:
        case "workers":
            return units.many(load.workers, "worker")
        case "cpu_share":
            return f"{units.percent(load.cpu_share)} computing"
        case "capacity" if load.capacity is None:
            return "unbounded"
        case "capacity":
            return f"capacity {load.capacity:,}"
        case "body_bytes":
            return f"bodies of {units.bytes_(load.body_bytes)}"
        case "job_seconds":
            return f"{units.seconds(job_seconds(load))} a job"
    raise KeyError(name)


def value(load: Workload, name: str) -> float | None:
    """One of AXES as a number; None for unbounded capacity."""
    if name == "job_seconds":
        return job_seconds(load)
    found: float | None = getattr(load, name)
    return found


def job_seconds(load: Workload) -> float:
    """The time of one job alone: waiting and computing together."""
    share = load.cpu_share
    return round(load.wait_seconds / (1 - share), 9) if share < 1 else 0.0


def _is_worth_saying(load: Workload, name: str) -> bool:
    if name == "capacity":
        return load.capacity is not None
    return bool(load.wait_seconds if name == "job_seconds" else value(load, name))
