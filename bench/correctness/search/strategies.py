"""The search strategies by the names that a user gives them."""

from typing import Any

from bench.correctness.search.dpor import SourceDpor
from bench.correctness.search.exhaustive import Exhaustive
from bench.correctness.search.pct import PriorityChanges
from bench.correctness.search.random_walk import RandomWalk


def search_named(name: str, *, seed: int, preemptions: int | None) -> Any:
    """The search a user asks for; a bound on preemptions needs every interleaving."""
    if preemptions is not None:
        return Exhaustive(preemptions)
    if name == "brute":
        return Exhaustive()
    if name == "random":
        return RandomWalk(seed)
    if name == "pct":
        return PriorityChanges(seed)
    return SourceDpor()
