"""Explore every schedule of a program; the verdict is "holds", "broken" or "cut".

from bench.correctness import explore

verdict = explore("path/to/file.py:Counter")
assert verdict.outcome == "holds", verdict.failure
"""

from bench.correctness.api import explore, explore_all, replay
from bench.correctness.records.options import Options
from bench.correctness.records.schedule import Schedule
from bench.correctness.records.verdict import Verdict
from bench.records.certificates import Failure, Outcome, Step, Waiter

__all__ = [
    "Failure",
    "Options",
    "Outcome",
    "Schedule",
    "Step",
    "Verdict",
    "Waiter",
    "explore",
    "explore_all",
    "replay",
]
