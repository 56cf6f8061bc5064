"""The search strategies by the names that a user gives them."""

from typing import Any

from bench.correctness.search.dpor import Reduced
from bench.correctness.search.exhaustive import Brute
from bench.correctness.search.pct import Prioritized
from bench.correctness.search.random_walk import Sampled


def search_named(name: str, *, seed: int, preemptions: int | None) -> Any:
    """The search a user asks for; a bound on preemptions needs every interleaving."""
    if preemptions is not None:
        return Brute(preemptions)
    if name == "brute":
        return Brute()
    if name == "random":
        return Sampled(seed)
    if name == "pct":
        return Prioritized(seed)
    return Reduced()
