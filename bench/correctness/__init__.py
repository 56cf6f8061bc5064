"""Explore every schedule of a program: it holds, it breaks so, or the search was cut.

from bench.correctness import explore

verdict = explore("path/to/file.py:Counter")
assert verdict.outcome == "holds", verdict.failure
"""

from bench.correctness.api import explore, explore_all
from bench.correctness.records.verdict import Verdict

__all__ = ["Verdict", "explore", "explore_all"]
