"""Answers for tests of how they are told."""

from bench.records.decisions import (
    Bounds,
    Decision,
    Flip,
    Measured,
    Option,
    Predicted,
    Remedy,
    Shares,
)
from bench.records.runs import Machine

PREDICTED = Predicted(jobs_per_second=490.0, bound="one core", load=12.0)
LATE = Bounds(value=0.65, low=0.64, high=0.66)


def option(name, **changed):
    known = {
        "kind": name, "meets": "no", "wishes": {"p99": "no", "memory": "yes"},
        "jobs_per_second": Bounds(value=495.0, low=490.0, high=500.0),
        "p50_seconds": Bounds(value=0.35, low=0.34, high=0.36), "p99_seconds": LATE,
        "samples": 600, "window_seconds": 0.8, "memory_bytes": 24e6, "cores_used": 0.99,
        "start_seconds": 0.02, "windows": 4, "predicted": PREDICTED,
    }  # fmt: skip
    return Option(name=name, **known | changed)


def newcomer(**changed):
    """300 jobs of 50 ms and 2 ms at once, 200 ms and 512 MB."""
    known = {
        "started": 1_795_904_000.0, "command": "python -m bench decide ...",
        "version": "0.1.0", "machine": Machine(cpu="a processor", cores=2),
        "python": "3.11.7", "cores": 2,
        "asked": {
            "concurrency": 300, "wait_seconds": 0.05, "cpu_seconds": 0.002,
            "p99_seconds": 0.2, "memory_bytes": 512_000_000,
        },
        "verdict": "neither", "sure": True, "because": "wishes",
        "names": ("threads", "asyncio"), "predicted_ratio": 1.0,
        "predicted_verdict": "neither", "ratio": 1.02, "interval": (0.97, 1.08),
        "blocks": 6, "limits": {"saturated_from_at_once": 26.0},
        "flips": (
            Flip(input="p99", now=0.2, at=0.65, verdict="asyncio", verified=True),
            Flip(input="concurrency", now=300, at=75, verdict="asyncio"),
        ),
        "evidence": (
            option("threads", p99_seconds=Bounds()), option("asyncio"),
            option("uvloop"),
        ),
        "remedies": (
            Remedy(kind="fewer", text="at most about 71 at once", verified=True),
            Remedy(kind="processes", text="4 processes on 4 cores"),
        ),
        "controls": {"waiting": 0.99, "computing": 1.01},
    }  # fmt: skip
    return Decision(**known | changed)


def function(**changed):
    parts = Shares(with_gil=0.5, without_gil=0.0, waiting=0.3, queued=0.2)
    known = {"name": "pkg.jobs:run", "calls": 40, "seconds": 0.01, "shares": parts}
    return Measured(**known | changed)
